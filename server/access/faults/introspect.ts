import { type Fault, faultsIn } from './fault.ts';

const SHOWING = faultsIn('introspect.ts', [
  {
    rule: 'createIntrospection',
    name: 'every audience gets the schema that was built first',
    find: "held === null ? 'anonymous' : held.join(' ')",
    replace: "'everybody'",
  },
  {
    rule: 'createIntrospection',
    name: 'each word in a token makes a schema of its own',
    find: 'viewer === null ? null : roles.filter((role) => viewer.roles.includes(role))',
    replace: 'viewer === null ? null : viewer.roles',
  },
  {
    rule: 'described',
    name: 'the words for an argument are left out',
    find: 'const rule = policy.ownerRuleOn(coordinate);',
    replace: 'const rule = coordinate ? null : policy.ownerRuleOn(coordinate);',
  },
  {
    rule: 'described',
    name: 'the words for a field are left out',
    find: '...withAccess(field, rulesFor(policy, type, field.name.value))',
    replace: '...field',
  },
]);

const SEEING = faultsIn('visible.ts', [
  {
    rule: 'couldPass',
    name: 'nobody is shown what is closed',
    find: 'if (held === null) return false;',
    replace: 'if (held === null) return true;',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'couldPass',
    name: 'every role is asked for, not any one',
    find: 'rule.roles.some((role) => held.includes(role))',
    replace: 'rule.roles.every((role) => held.includes(role))',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'couldPass',
    name: 'roles are not asked for',
    find: 'rule.roles === null ||',
    replace: 'rule.roles !== undefined ||',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'rulesFor',
    name: 'an interface’s field is shown to whoever may use it on one type',
    find: 'policy.schema.getPossibleTypes(type).flatMap((member) => policy.requirement(member.name, field))',
    replace:
      'policy.schema.getPossibleTypes(type).slice(0, 1).flatMap((member) => policy.requirement(member.name, field))',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'rulesFor',
    name: 'an interface’s field is shown to everybody',
    find: 'return policy.schema.getPossibleTypes(type).flatMap(',
    replace: 'return policy.schema.getPossibleTypes(type).slice(0, 0).flatMap(',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'isShown',
    name: 'a field stays whose type is gone',
    find: 'if (!shown.has(namedType(field.type)) && !isBuiltIn(policy.schema, namedType(field.type))) return false;',
    replace: '',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'isShown',
    name: 'one rule that a caller could meet is enough',
    find: '.every((rule) => couldPass(rule, held))',
    replace: '.some((rule) => couldPass(rule, held))',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'namesInUse',
    name: 'inputs and enums stay that nothing shown speaks of',
    find: 'definitions.filter((definition) => used.has(nameOf(definition)))',
    replace: 'definitions.filter((definition) => used.size > 0 || used.has(nameOf(definition)))',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'namesInUse',
    name: 'a type goes that is met only as a member of its interface',
    find: 'if (isAbstractType(type)) waiting.push(',
    replace: 'if (isAbstractType(type) && waiting.length < 0) waiting.push(',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'rootsIn',
    name: 'a root is known by its name',
    find: 'schema.getRootType(operation);',
    replace:
      '[schema.getQueryType(), schema.getMutationType()].find((root) => root?.name.toLowerCase() === operation);',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'rootsIn',
    name: 'a root stays of which nothing is shown',
    find: 'if (!type || !used.has(type.name)) return [];',
    replace: 'if (!type) return [];',
    killedBy: 'introspect.test.ts',
  },
]);

const BEHAVING = faultsIn('behaviour.ts', [
  {
    rule: 'copyBehaviour',
    name: 'objects beside the schema have no types',
    find: '(original.resolveType ?? defaultTypeResolver)(...asked)',
    replace: 'defaultTypeResolver(...asked)',
  },
  {
    rule: 'copyBehaviour',
    name: 'enum values are read by their names',
    find: 'type.parseValue = (...asked) => original.parseValue(...asked);',
    replace: '',
  },
  {
    rule: 'resolverOf',
    name: 'data beside the schema has no resolvers',
    find: '(field?.resolve ?? defaultFieldResolver)(...asked)',
    replace: 'defaultFieldResolver(...asked)',
  },
  {
    rule: 'resolverOf',
    name: 'a guard that comes later does not hold',
    find: 'return (...asked) => (field?.resolve ??',
    replace: 'const { resolve } = field ?? {};\n  return (...asked) => (resolve ??',
  },
  {
    rule: 'copyBehaviour',
    name: 'scalars are taken as they come',
    find: 'Object.assign(type, pick(original));',
    replace: '',
  },
]);

/** Faults in what introspection shows to whom, and in how data beside it is answered. */
export const INTROSPECT_FAULTS: readonly Fault[] = [...SHOWING, ...SEEING, ...BEHAVING];
