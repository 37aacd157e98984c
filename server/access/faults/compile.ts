import { type Fault, faultsIn } from './fault.ts';

const COMPILING = faultsIn('compile.ts', [
  {
    rule: 'walk',
    name: 'a fragment is judged for the types of its first spread alone',
    find: "`${selection.name.value} ${possible.map(({ name }) => name).join(' ')}`",
    replace: 'selection.name.value',
  },
  {
    rule: 'walk',
    name: 'an inline fragment without a type leaves nothing',
    find: 'selection.typeCondition?.name.value ?? parent.name',
    replace: "selection.typeCondition?.name.value ?? ''",
  },
  {
    rule: 'narrow',
    name: 'a fragment leaves every type that was possible',
    find: 'possible.filter((candidate) => members.has(candidate))',
    replace: 'possible',
  },
  {
    rule: 'narrow',
    name: 'a fragment leaves only the type of its own name',
    find: 'const members = new Set(possibleTypes(type));',
    replace: 'const members = new Set<unknown>([type]);',
  },
  {
    rule: 'walkField',
    name: 'a field behind an interface counts for one type alone',
    find: 'for (const type of possible) {',
    replace: 'for (const type of possible.slice(0, 1)) {',
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
    find: 'const result = declared && getNamedType(declared.type);',
    replace: "const result = declared && 'ofType' in declared.type ? undefined : declared?.type;",
  },
  {
    rule: 'walkField',
    name: 'asking for the schema is not noticed',
    find: "name === '__schema' || name === '__type'",
    replace: "name === '__schema'",
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
    rule: 'possibleTypes',
    name: 'a field that leads to an interface leads nowhere',
    find: 'isAbstractType(type) ? schema.getPossibleTypes(type) : []',
    replace: 'isUnionType(type) ? schema.getPossibleTypes(type) : []',
  },
  {
    rule: 'possibleTypes',
    name: 'a field that leads to a union leads nowhere',
    find: 'isAbstractType(type) ? schema.getPossibleTypes(type) : []',
    replace: 'isUnionType(type) ? [] : schema.getPossibleTypes(type as GraphQLInterfaceType)',
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

const PLANNING = faultsIn('operation.ts', [
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
    name: 'a plan is remembered for the document, not for its operation',
    find: 'const remembered = new WeakMap<OperationDefinitionNode, Remembered>();',
    replace:
      'const plansOf = new WeakMap<DocumentNode, Remembered>();\n  const remembered = { last: null as DocumentNode | null, get(_operation: OperationDefinitionNode) { return this.last ? plansOf.get(this.last) : undefined; }, set(_operation: OperationDefinitionNode, plans: Remembered) { if (this.last) plansOf.set(this.last, plans); } };',
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

/** Faults in finding out what an operation may run. */
export const COMPILE_FAULTS: readonly Fault[] = [...COMPILING, ...PLANNING];
