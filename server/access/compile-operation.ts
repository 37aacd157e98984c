import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from './fragments.ts';
import type { Policy } from './policy.ts';
import { possibleTypes } from './possible-types.ts';
import type { RestrictiveRule } from './rule.ts';

/** What one coordinate asks of the caller, and where the operation names it. */
export interface Check {
  readonly coordinate: string;
  readonly rules: readonly RestrictiveRule[];
  readonly nodes: readonly FieldNode[];
}

/** A selected field with an argument in which an owner's id may stand. */
export interface ArgumentCheck {
  readonly coordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
  /** Where the operation names it: for one plan the same array each time, as in `Check`. */
  readonly nodes: readonly [FieldNode];
}

/** The judgement of an operation as far as it goes without a caller. */
export interface Plan {
  readonly checks: readonly Check[];
  readonly argumentChecks: readonly ArgumentCheck[];
}

/** How the boolean variables of `@skip` and `@include` stand. Null: the value is none, and counts as "included". */
export type Conditions = ReadonlyMap<string, boolean | null>;

/**
 * Finds every field that an operation may run, and what each asks of the caller.
 *
 * Walks the operation as execution would, with the set of object types that the enclosing fragments leave: a field
 * behind an interface counts for each of them. Each part of the document is walked once for each type, so that fragments
 * that double each other, and interfaces that cross, cost what they weigh, not what they spell out. What validation
 * would have refused is judged as it would run.
 */
export function compileOperation(
  policy: Policy,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: Conditions,
): Plan {
  const { schema } = policy;
  const checks = new Map<string, { rules: readonly RestrictiveRule[]; nodes: FieldNode[] }>();
  const argumentChecks: ArgumentCheck[] = [];
  const visited = new Map<FragmentDefinitionNode | FieldNode, Set<GraphQLObjectType>>();
  const fragments = fragmentsOf(document);

  const root = schema.getRootType(operation.operation);
  if (root) walk(operation.selectionSet, [root]);
  return {
    checks: [...checks].map(([coordinate, { rules, nodes }]) => ({ coordinate, rules, nodes })),
    argumentChecks,
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
    // `__typename` returns a type's name, which the operation already says.
    if (name === '__typename') return;
    const children = new Set<GraphQLObjectType>();
    for (const type of unvisited(node, possible)) {
      const field = type.getFields()[name];
      if (field === undefined) continue;
      addCheck(`${type.name}.${name}`, policy.requirement(type.name, name), node);
      addArgumentCheck(`${type.name}.${name}`, field, node);
      for (const child of possibleTypes(schema, getNamedType(field.type))) children.add(child);
    }
    if (node.selectionSet && children.size > 0) walk(node.selectionSet, [...children]);
  }

  /** Of these types those for which a part of the document has not been walked yet. From now on it has. */
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

  function addCheck(coordinate: string, rules: readonly RestrictiveRule[], node: FieldNode): void {
    if (rules.length === 0) return;
    const visitedTypes = checks.get(coordinate);
    if (visitedTypes === undefined) checks.set(coordinate, { rules, nodes: [node] });
    else visitedTypes.nodes.push(node);
  }

  function addArgumentCheck(coordinate: string, field: GraphQLField<unknown, unknown>, node: FieldNode): void {
    const canContainOwner = field.args.some(
      ({ name, type }) => policy.ownerRuleOn(`${coordinate}(${name}:)`) !== null || policy.canContainOwner(type),
    );
    if (canContainOwner) argumentChecks.push({ coordinate, field, nodes: [node] });
  }
}

/** The variables that decide, by `@skip` and `@include`, which parts of the document run. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  const visit = (selectionSet: SelectionSetNode): void => {
    for (const selection of selectionSet.selections) {
      for (const directive of selection.directives ?? []) {
        const condition = ifArgument(directive);
        if (condition?.kind === Kind.VARIABLE) names.add(condition.name.value);
      }
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) visit(selection.selectionSet);
    }
  };
  for (const definition of document.definitions) if ('selectionSet' in definition) visit(definition.selectionSet);
  return [...names].toSorted();
}

function isIncluded(directives: readonly DirectiveNode[], conditions: Conditions): boolean {
  return directives.every((directive) => {
    const condition = ifArgument(directive);
    if (condition === undefined) return true;
    const value =
      condition.kind === Kind.BOOLEAN
        ? condition.value
        : condition.kind === Kind.VARIABLE
          ? (conditions.get(condition.name.value) ?? null)
          : null;
    return value === null || value === (directive.name.value === 'include');
  });
}

function ifArgument(directive: DirectiveNode) {
  const isConditional = directive.name.value === 'skip' || directive.name.value === 'include';
  return isConditional ? directive.arguments?.find(({ name }) => name.value === 'if')?.value : undefined;
}
