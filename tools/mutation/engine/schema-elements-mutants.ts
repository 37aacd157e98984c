import { type Mutant, mutantsIn } from './mutant.ts';

const SCHEMA_ELEMENTS = mutantsIn('element.ts', [
  {
    rule: 'readElement',
    name: 'extension rules ignored',
    find: '[written.astNode, ...(written.extensionASTNodes ?? [])]',
    replace: '[written.astNode]',
  },
  {
    rule: 'readElement',
    name: 'merged directives: roles of two applications become one list',
    find: 'rules.push(toRule(name, values, coordinate, kind, placeOf(directive)));',
    replace: `const rule = toRule(name, values, coordinate, kind, placeOf(directive));
        const twin = rules.findIndex((other) => other.kind === rule.kind);
        const first = rules[twin];
        if (first?.kind === 'auth' && rule.kind === 'auth')
          rules[twin] = { ...first, roles: [...(first.roles ?? []), ...(rule.roles ?? [])] };
        else rules.push(rule);`,
  },
  {
    rule: 'readElement',
    name: 'an extension’s rule replaces the definition’s',
    find: 'const nodes = [written.astNode,',
    replace: 'const nodes = [written.extensionASTNodes?.length ? null : written.astNode,',
  },
  {
    rule: 'readElement',
    name: 'values that cannot be read pass in silence',
    find: 'unreadable.push({ node: directive, message: error instanceof Error ? error.message : String(error) });',
    replace: 'void error;',
  },
  {
    rule: 'readElements',
    name: 'arguments have no rules',
    find: 'for (const argument of field.args) add(`${type.name}.${field.name}(${argument.name}:)`',
    replace: 'for (const argument of field.args.slice(1)) add(`${type.name}.${field.name}(${argument.name}:)`',
  },
  {
    rule: 'readElements',
    name: 'interfaces have no rules',
    find: 'if (isObjectType(type) || isInterfaceType(type)) {',
    replace: 'if (isObjectType(type)) {',
  },
  {
    rule: 'toRule',
    name: 'a verified address is never asked for',
    find: "values['emailVerified'] === true",
    replace: 'false',
  },
  {
    rule: 'toRule',
    name: 'the owner stands in a field, also where the value is the id',
    find: "kind === 'argument' || kind === 'input field'",
    replace: "kind === 'argument'",
  },
  {
    rule: 'toRule',
    name: 'roles that may act for every owner are forgotten',
    find: "(values['orRoles'] as readonly string[] | null | undefined) ?? []",
    replace: '[] as readonly string[]',
  },
]);

const LOAD_SCHEMA = mutantsIn('read.ts', [
  {
    rule: 'readSchema',
    name: 'what is stated twice is not refused',
    find: 'refuse(validateSDL(document));',
    replace: '',
    killedBy: 'check.test.ts',
  },
  {
    rule: 'readSchema',
    name: 'files that are no valid schema together pass',
    find: 'refuse(validateSchema(schema));',
    replace: '',
    killedBy: 'check.test.ts',
  },
  {
    rule: 'placeOfError',
    name: 'the first place is named, not the one that is too many',
    find: 'nodes?.at(-1)',
    replace: 'nodes?.at(0)',
    killedBy: 'check.test.ts',
  },
]);

/** Faults in reading what the SDL says. */
export const ELEMENT_MUTANTS: readonly Mutant[] = [...SCHEMA_ELEMENTS, ...LOAD_SCHEMA];
