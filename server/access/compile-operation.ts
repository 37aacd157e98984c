import {
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  GraphQLError,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  OverlappingFieldsCanBeMergedRule,
  type SelectionNode,
  type SelectionSetNode,
  validate,
} from 'graphql';
import { fragmentsOf } from './fragments.ts';
import type { Policy } from './policy.ts';
import { possibleTypes } from './possible-types.ts';
import { nullsField, type RestrictiveRule } from './rule.ts';

/** The rules of one selected coordinate, with the nodes that select it. */
export interface Check {
  readonly coordinate: string;
  readonly rules: readonly RestrictiveRule[];
  readonly nodes: readonly FieldNode[];
}

/** A selected field with an argument that can contain an owner's id, or an input field with a rule. */
export interface ArgumentCheck {
  readonly coordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
  /** The node that selects it; always the same array for one plan, as in `Check`. */
  readonly nodes: readonly [FieldNode];
}

/** The checks of an operation: the part of its authorization that does not depend on the viewer. */
export interface Plan {
  /** The rules whose refusal refuses the request. */
  readonly checks: readonly Check[];
  readonly argumentChecks: readonly ArgumentCheck[];
  /** Null if the operation selects no field with `onRefusal: NULL`. */
  readonly nullFields: NullFields | null;
}

/** The selected fields with `onRefusal: NULL`. */
export interface NullFields {
  /** Their rules whose refusal makes them null. Empty for a mutation, where every refusal refuses the request. */
  readonly checks: readonly Check[];
  /** Returns the plan of what still runs if the fields at these coordinates are null: nothing below them. */
  without(coordinates: ReadonlySet<string>): Plan;
}

/** Checks by coordinate, while they are collected. */
type CollectedChecks = Map<string, { readonly rules: readonly RestrictiveRule[]; readonly nodes: FieldNode[] }>;

const NOTHING: ReadonlySet<string> = new Set();

/** The values of the boolean variables of `@skip` and `@include`. Null: not a boolean, which counts as included. */
export type Conditions = ReadonlyMap<string, boolean | null>;

/**
 * Returns the checks of every field that an operation may run.
 *
 * Walks the operation as execution would, with the set of object types that the enclosing fragments leave: a field
 * selected on an interface counts for each of them. Each part of the document is walked once for each type. An
 * operation whose fragments spread each other twice expands exponentially; the cost here is linear in the document's
 * size. An operation that validation would reject is compiled as it would run, or not at all.
 * @param nulled the coordinates of fields that will be null: what is only below them does not run
 * @throws {GraphQLError} if two different fields have one response key, if two operations have one name, or if a fragment
 *   has variables, an experiment of graphql 17: in the fragment they hide the operation's variables of the same name, which
 *   `authorize` reads
 */
export function compileOperation(
  policy: Policy,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: Conditions,
  nulled: ReadonlySet<string> = NOTHING,
): Plan {
  const { schema } = policy;
  const checks: CollectedChecks = new Map();
  const nullChecks: CollectedChecks = new Map();
  let selectsNullField = false;
  const argumentChecks: ArgumentCheck[] = [];
  const visited = new Map<FragmentDefinitionNode | FieldNode, Set<GraphQLObjectType>>();
  const fragments = fragmentsOf(document);
  for (const fragment of fragments.values()) assertNoVariables(fragment, fragment.variableDefinitions);
  assertOnlyOperation(document, operation);
  assertFieldsMerge(policy, document);

  const root = schema.getRootType(operation.operation);
  if (root) walk(operation.selectionSet, [root]);
  const without = (coordinates: ReadonlySet<string>) =>
    compileOperation(policy, document, operation, conditions, coordinates);
  return {
    checks: toChecks(checks),
    argumentChecks,
    nullFields: selectsNullField ? { checks: toChecks(nullChecks), without } : null,
  };

  function walk(selectionSet: SelectionSetNode, possible: readonly GraphQLObjectType[]): void {
    for (const selection of selectionSet.selections) {
      if (!isIncluded(selection.directives ?? [], conditions)) continue;
      switch (selection.kind) {
        case Kind.FIELD:
          walkField(selection, possible);
          break;
        case Kind.INLINE_FRAGMENT:
          narrow(selection.selectionSet, selection.typeCondition?.name.value, possible);
          break;
        case Kind.FRAGMENT_SPREAD: {
          const fragment = fragments.get(selection.name.value);
          if (fragment) narrow(fragment.selectionSet, fragment.typeCondition.name.value, unvisited(fragment, possible));
          break;
        }
      }
    }
  }

  function narrow(
    selectionSet: SelectionSetNode,
    condition: string | undefined,
    possible: readonly GraphQLObjectType[],
  ): void {
    const type = condition === undefined ? undefined : schema.getType(condition);
    const members = isCompositeType(type) ? new Set(possibleTypes(schema, type)) : null;
    const remaining = condition === undefined ? possible : possible.filter((candidate) => members?.has(candidate));
    if (remaining.length > 0) walk(selectionSet, remaining);
  }

  function walkField(node: FieldNode, possible: readonly GraphQLObjectType[]): void {
    const name = node.name.value;
    // `__typename` needs no rule: it returns only the name of a type.
    if (name === '__typename') return;
    const children = new Set<GraphQLObjectType>();
    for (const type of unvisited(node, possible)) {
      const field = type.getFields()[name];
      if (field === undefined) continue;
      const coordinate = `${type.name}.${name}`;
      addChecks(coordinate, policy.requirement(type.name, name), node);
      addArgumentCheck(coordinate, field, node);
      if (nulled.has(coordinate)) continue;
      for (const child of possibleTypes(schema, getNamedType(field.type))) children.add(child);
    }
    if (node.selectionSet && children.size > 0) walk(node.selectionSet, [...children]);
  }

  /** Returns the types for which a part of the document has not been walked yet, and marks them as walked. */
  function unvisited(
    part: FragmentDefinitionNode | FieldNode,
    possible: readonly GraphQLObjectType[],
  ): readonly GraphQLObjectType[] {
    const visitedTypes = visited.get(part) ?? new Set();
    visited.set(part, visitedTypes);
    const remaining = possible.filter((type) => !visitedTypes.has(type));
    for (const type of remaining) visitedTypes.add(type);
    return remaining;
  }

  function addChecks(coordinate: string, rules: readonly RestrictiveRule[], node: FieldNode): void {
    const isNullField = policy.nullFields.has(coordinate);
    if (isNullField) selectsNullField = true;
    // A mutation has effects: with a null in its answer, the client would not know which of them it has had.
    if (isNullField && operation.operation === OperationTypeNode.QUERY) {
      addCheck(nullChecks, coordinate, rules.filter(nullsField), node);
      addCheck(
        checks,
        coordinate,
        rules.filter((rule) => !nullsField(rule)),
        node,
      );
    } else addCheck(checks, coordinate, rules, node);
  }

  function addArgumentCheck(coordinate: string, field: GraphQLField<unknown, unknown>, node: FieldNode): void {
    const canContainRule = field.args.some(
      ({ name, type }) => policy.ownerRuleOn(`${coordinate}(${name}:)`) !== null || policy.canContainRule(type),
    );
    if (canContainRule) argumentChecks.push({ coordinate, field, nodes: [node] });
  }
}

/** Returns the names, sorted, of the variables that `@skip` and `@include` use in a document. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  for (const { directives } of selectionsOf(document))
    for (const directive of directives ?? []) {
      const condition = ifArgument(directive);
      if (condition?.kind === Kind.VARIABLE) names.add(condition.name.value);
    }
  return [...names].toSorted();
}

/** Yields every selection of a document, at any depth. */
function* selectionsOf(document: DocumentNode): Generator<SelectionNode, void, undefined> {
  const pending = document.definitions.flatMap((definition) =>
    'selectionSet' in definition ? [definition.selectionSet] : [],
  );
  for (let set = pending.pop(); set !== undefined; set = pending.pop())
    for (const selection of set.selections) {
      yield selection;
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) pending.push(selection.selectionSet);
    }
}

function addCheck(
  checks: CollectedChecks,
  coordinate: string,
  rules: readonly RestrictiveRule[],
  node: FieldNode,
): void {
  if (rules.length === 0) return;
  const check = checks.get(coordinate);
  if (check === undefined) checks.set(coordinate, { rules, nodes: [node] });
  else check.nodes.push(node);
}

function toChecks(checks: CollectedChecks): readonly Check[] {
  return [...checks].map(([coordinate, { rules, nodes }]) => ({ coordinate, rules, nodes }));
}

function isIncluded(directives: readonly DirectiveNode[], conditions: Conditions): boolean {
  return CONDITIONAL.every((name) => {
    const [directive, second] = directives.filter((each) => each.name.value === name);
    // Of two, execution reads the first: without validation, the second could hide a field that runs.
    const condition = directive === undefined || second !== undefined ? undefined : ifArgument(directive);
    if (condition === undefined) return true;
    const value =
      condition.kind === Kind.BOOLEAN
        ? condition.value
        : condition.kind === Kind.VARIABLE
          ? (conditions.get(condition.name.value) ?? null)
          : null;
    return value === null || value === (name === 'include');
  });
}

function assertNoVariables({ name }: FragmentDefinitionNode, variables: readonly ASTNode[] | undefined): void {
  if (!variables?.length) return;
  const message = `Fragment "${name.value}" has variables, which are not supported: use variables of the operation.`;
  throw new GraphQLError(message, { nodes: variables });
}

/** Asserts that no other operation has the name: `getOperationAST` returns the first of them, and execution runs the last. */
function assertOnlyOperation({ definitions }: DocumentNode, operation: OperationDefinitionNode): void {
  const name = operation.name?.value;
  const named = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION && each.name?.value === name);
  if (name !== undefined && named.length > 1)
    throw new GraphQLError(`There can be only one operation named "${name}".`, { nodes: named });
}

/**
 * Asserts that fields with one response key are one field. Execution runs the first of them with the selections of all:
 * without validation, `{ a: me { id } a: tasks { secret } }` would run `User.secret` by the rules of `Task.secret`. If no
 * response key of the document is of two fields, there is nothing to compare.
 */
function assertFieldsMerge({ schema }: Policy, document: DocumentNode): void {
  const names = new Map<string, string>();
  for (const selection of selectionsOf(document)) {
    if (selection.kind !== Kind.FIELD) continue;
    const name = selection.name.value;
    const key = selection.alias?.value ?? name;
    if ((names.get(key) ?? name) !== name) {
      const [error] = validate(schema, document, [OverlappingFieldsCanBeMergedRule]);
      if (error) throw error;
      return;
    }
    names.set(key, name);
  }
}

/** The directives that leave a selection out. */
const CONDITIONAL = ['skip', 'include'];

/** Returns the condition of `@skip` or `@include`; undefined if there is none, or more than one. */
function ifArgument({ name, arguments: args = [] }: DirectiveNode) {
  if (!CONDITIONAL.includes(name.value)) return undefined;
  const [condition, second] = args.filter((argument) => argument.name.value === 'if');
  return second === undefined ? condition?.value : undefined;
}
