import { type Mutant, mutantsIn } from './mutant.ts';

const COMPILE_OPERATION = mutantsIn('compile.ts', [
  {
    rule: 'walk',
    name: 'fragments with a name are not walked',
    find: 'if (fragment) narrow(',
    replace: 'if (!fragment) narrow(',
  },
  {
    rule: 'walk',
    name: 'fragments are judged that are left out',
    find: 'if (!included(selection.directives ?? [], conditions)) continue;',
    replace: 'if (selection.kind === Kind.FIELD && !included(selection.directives ?? [], conditions)) continue;',
  },
  {
    rule: 'news',
    name: 'a fragment is judged for the types of its first spread alone',
    find: 'possible.filter((type) => !known.has(type))',
    replace: 'known.size > 0 ? [] : [...possible]',
  },
  {
    rule: 'narrow',
    name: 'an inline fragment without a type leaves nothing',
    find: 'condition === undefined ? possible : possible',
    replace: 'condition === undefined ? [] : possible',
  },
  {
    rule: 'narrow',
    name: 'a fragment leaves every type that was possible',
    find: 'possible.filter((candidate) => members?.has(candidate))',
    replace: 'possible',
  },
  {
    rule: 'narrow',
    name: 'a fragment leaves only the type of its own name',
    find: 'new Set(possibleTypes(schema, type))',
    replace: 'new Set<unknown>([type])',
  },
  {
    rule: 'walkField',
    name: 'a field behind an interface counts for one type alone',
    find: 'of news(node, possible)) {',
    replace: 'of news(node, possible).slice(0, 1)) {',
  },
  {
    rule: 'walkField',
    name: 'what begins like introspection is not judged',
    find: "if (name === '__typename') return;",
    replace: "if (name.startsWith('__')) return;",
  },
  {
    rule: 'walkField',
    name: 'an alias is taken for the field’s name',
    find: 'const name = node.name.value;',
    replace: 'const name = (node.alias ?? node.name).value;',
  },
  {
    rule: 'walkField',
    name: 'what is selected below a list is not judged',
    find: 'possibleTypes(schema, getNamedType(field.type))',
    replace: 'possibleTypes(schema, field.type as never)',
  },
  {
    rule: 'check',
    name: 'only the first place that names a coordinate is told',
    find: 'else known.nodes.push(node);',
    replace: '',
  },
  {
    rule: 'check',
    name: 'a field with one rule alone asks nothing',
    find: 'if (rules.length === 0) return;',
    replace: 'if (rules.length <= 1) return;',
  },
  {
    rule: 'checkArguments',
    name: 'input objects are not looked into',
    find: ' || policy.mayHoldOwner(type)',
    replace: '',
  },
  {
    rule: 'checkArguments',
    name: 'only the first argument is looked at',
    find: 'field.args.some(',
    replace: 'field.args.slice(0, 1).some(',
  },
  {
    rule: 'included',
    name: 'a condition that decides nothing leaves out',
    find: 'value === null || value ===',
    replace: 'value ===',
  },
  {
    rule: 'included',
    name: '@skip is read as @include',
    find: "directive.name.value === 'include')",
    replace: "directive.name.value !== '')",
  },
  {
    rule: 'included',
    name: 'of two conditions one is enough',
    find: 'return directives.every((directive) => {',
    replace: 'return directives.length === 0 || directives.some((directive) => {',
  },
  {
    rule: 'conditionVariables',
    name: 'conditions inside of fragments are overlooked',
    find: 'for (const definition of document.definitions) if (',
    replace: 'for (const definition of document.definitions.slice(0, 1)) if (',
  },
  {
    rule: 'conditionVariables',
    name: 'conditions below a field are overlooked',
    find: 'selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet',
    replace: 'selection.kind === Kind.INLINE_FRAGMENT && selection.selectionSet',
  },
  {
    rule: 'conditionOf',
    name: 'any directive with an `if` decides',
    find: "directive.name.value === 'skip' || directive.name.value === 'include';",
    replace: "directive.name.value !== '';",
  },
  {
    rule: 'conditionOf',
    name: '@skip decides nothing',
    find: "directive.name.value === 'skip' || directive.name.value === 'include';",
    replace: "directive.name.value === 'include';",
  },
]);

const PLANNER = mutantsIn('operation.ts', [
  {
    rule: 'createPlanner',
    name: 'a plan is remembered whatever its conditions say',
    find: 'const key = [...conditions.values()].join();',
    replace: "const key = '';",
  },
  {
    rule: 'createPlanner',
    name: 'plans are remembered without end',
    find: 'if (known.plans.size < MOST_PLANS) ',
    replace: '',
  },
  {
    rule: 'createPlanner',
    name: 'a plan is remembered whatever fragments came with it',
    find: 'known?.document !== document',
    replace: 'known === undefined',
  },
  {
    rule: 'standing',
    name: 'a default decides nothing',
    find: "definition?.defaultValue?.kind === 'BooleanValue' ? definition.defaultValue.value : null",
    replace: 'null',
  },
  {
    rule: 'standing',
    name: 'what is not a boolean is read as one',
    find: "typeof value === 'boolean' ? value : null",
    replace: 'Boolean(value)',
  },
  {
    rule: 'standing',
    name: 'null gives way to the default',
    find: 'Object.hasOwn(variables, name) ? variables[name] : byDefault',
    replace: 'variables[name] ?? byDefault',
  },
]);

const POSSIBLE_TYPES = mutantsIn(
  'possible.ts',
  [
    {
      rule: 'possibleTypes',
      name: 'a field that leads to an interface leads nowhere',
      find: 'isAbstractType(type) ? schema.getPossibleTypes(type) : []',
      replace: "'getTypes' in type ? schema.getPossibleTypes(type) : []",
    },
    {
      rule: 'possibleTypes',
      name: 'a field that leads to a union leads nowhere',
      find: 'isAbstractType(type) ? schema.getPossibleTypes(type) : []',
      replace: "'getTypes' in type ? [] : schema.getPossibleTypes(type)",
    },
  ].map((seed) => ({ ...seed, killedBy: 'compile.test.ts' })),
);

/** Faults in finding out what an operation may run. */
export const COMPILE_MUTANTS: readonly Mutant[] = [...COMPILE_OPERATION, ...POSSIBLE_TYPES, ...PLANNER];
