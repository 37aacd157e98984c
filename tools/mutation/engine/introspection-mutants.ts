import { type Mutant, mutantsIn } from './mutant.ts';

const INTROSPECTION_SCHEMA = mutantsIn('introspect.ts', [
  {
    rule: 'createIntrospection',
    name: 'every audience gets the schema that was built first',
    find: 'const audience = audienceKey(roles, held);',
    replace: "const audience = 'everybody';",
  },
  {
    rule: 'createIntrospection',
    name: 'roles that the schema does not speak of make schemas of their own',
    find: 'const audience = audienceKey(roles, held);',
    replace: 'const audience = audienceKey(viewer?.roles ?? [], viewer?.roles ?? null);',
  },
  {
    rule: 'audienceKey',
    name: 'the roles A and B are the role AB',
    find: "roles.map((role) => (held.includes(role) ? '1' : '0')).join('')",
    replace: "held.join('')",
  },
  {
    rule: 'audienceKey',
    name: 'a role that is called anonymous is nobody',
    find: "roles.map((role) => (held.includes(role) ? '1' : '0')).join('')",
    replace: "held.join(' ')",
  },
  {
    rule: 'schemaFor',
    name: 'a default is left out',
    find: '      defaultValue,\n',
    replace: '',
  },
  {
    rule: 'schemaFor',
    name: 'data that is executed on what is shown goes round the guard',
    find: 'resolve: (...asked) => (field.resolve ?? defaultFieldResolver)(...asked),',
    replace: 'resolve: field.resolve ?? defaultFieldResolver,',
  },
  {
    rule: 'schemaFor',
    name: 'the words for an argument are left out',
    find: 'const rule = policy.ownerRuleOn(coordinate);',
    replace: 'const rule = coordinate ? null : policy.ownerRuleOn(coordinate);',
  },
  {
    rule: 'schemaFor',
    name: 'the words for a field are left out',
    find: 'description: describedWith(field.description, rulesFor(policy, type, field.name))',
    replace: 'description: field.description',
  },
]);

const VISIBLE_DEFINITIONS = mutantsIn('visible.ts', [
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
    rule: 'isOfUse',
    name: 'a field stays whose type is gone',
    find: 'fields.get(type.name)?.length !== 0',
    replace: 'fields.has(type.name) !== null',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'isOfUse',
    name: 'a union stays whose members are gone',
    find: 'if (isUnionType(type)) return type',
    replace: 'if (isUnionType(type)) return type.name !== null || type',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'fieldsFor',
    name: 'one rule that a caller could meet is enough',
    find: '.every((rule) => couldPass(rule, held))',
    replace: '.some((rule) => couldPass(rule, held))',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'typesInUse',
    name: 'inputs and enums stay that nothing shown speaks of',
    find: 'const waiting: GraphQLNamedType[] = roots',
    replace:
      'const waiting: GraphQLNamedType[] = [...roots, ...Object.values(schema.getTypeMap()).filter(isInputObjectType)]',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'typesInUse',
    name: 'a type goes that is met only as a member of its interface',
    find: 'if (isAbstractType(type)) waiting.push(',
    replace: 'if (isAbstractType(type) && waiting.length < 0) waiting.push(',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'typesInUse',
    name: 'a root stays of which nothing is shown',
    find: 'used.has(type) || !isOfUse(schema, fields, type)',
    replace: 'used.has(type) || (!roots.includes(type as never) && !isOfUse(schema, fields, type))',
    killedBy: 'introspect.test.ts',
  },
  {
    rule: 'namedBy',
    name: 'the types of arguments are not shown',
    find: 'field ? [getNamedType(field.type), ...field.args',
    replace: 'field ? [getNamedType(field.type), ...field.args.slice(0, 0)',
    killedBy: 'introspect.test.ts',
  },
]);

const EXECUTING = [
  ...mutantsIn('execute.ts', [
    {
      rule: 'createExecute',
      name: 'data beside the schema is executed on the schema that is shown',
      find: 'execute({ ...args, schema: policy.schema, document: split.document })',
      replace: 'execute({ ...args, schema: shown, document: split.document })',
    },
    {
      rule: 'createExecute',
      name: 'an operation runs before it is known what its viewer is shown',
      find: `const shown = schemaFor(viewer);
    const complete = (result: ExecutionResult) => withIntrospection(result, split, args, shown);`,
      replace: `const complete = (result: ExecutionResult) => withIntrospection(result, split, args, schemaFor(viewer));`,
    },
    {
      rule: 'createExecute',
      name: 'everybody is shown the whole schema',
      find: 'const shown = schemaFor(viewer);',
      replace: 'const shown = [schemaFor(viewer), policy.schema].at(-1) ?? policy.schema;',
    },
    {
      rule: 'withIntrospection',
      name: 'of a list only the objects at its top are answered',
      find: 'value.map((item: unknown, index) => completed(item, selectionSets, [...path, index]))',
      replace:
        'value.map((item: unknown, index) => (Array.isArray(item) ? item : completed(item, selectionSets, [...path, index])))',
    },
    {
      rule: 'withIntrospection',
      name: 'values of scalars are looked into',
      find: 'under === undefined ? inner :',
      replace: 'under === undefined ? completed(inner, [], [...path, key]) :',
    },
    {
      rule: 'introspectionOf',
      name: 'variables of types that the viewer is not shown are coerced by what is shown',
      find: "['String', 'Boolean'].includes(nameOf(type))",
      replace: "nameOf(type) !== ''",
    },
    {
      rule: 'at',
      name: 'an error does not say in which object it is',
      find: '[...path, ...(error.path ?? [])]',
      replace: '[...(error.path ?? [])]',
    },
  ]),
  ...mutantsIn('split.ts', [
    {
      rule: 'splitIntrospection',
      name: '__type is executed with the data',
      find: "node.name.value !== '__schema' && node.name.value !== '__type'",
      replace: "node.name.value !== '__schema'",
      killedBy: 'execute.test.ts',
    },
    {
      rule: 'splitIntrospection',
      name: 'fields of one response key are one, with what the first selects',
      find: '`${prefix}${fields.length - 1}`',
      replace: '`${prefix}${fields.findIndex((one) => one.alias?.value === node.alias?.value)}`',
      killedBy: 'execute.test.ts',
    },
    {
      rule: 'unusedPrefix',
      name: 'a name of the caller’s is taken for a place',
      find: 'while (value.startsWith(prefix))',
      replace: "while (value === '')",
      killedBy: 'execute.test.ts',
    },
    {
      rule: 'holdersIn',
      name: 'fragments with a name hold no place',
      find: 'fragments.get(selection.name.value)?.selectionSet',
      replace: 'undefined',
      killedBy: 'execute.test.ts',
    },
  ]),
];

/** Faults in what introspection shows to whom, and in how it is answered beside data. */
export const INTROSPECTION_MUTANTS: readonly Mutant[] = [...INTROSPECTION_SCHEMA, ...VISIBLE_DEFINITIONS, ...EXECUTING];
