import { type DocumentNode, getNamedType, type GraphQLObjectType, type OperationDefinitionNode } from 'graphql';
import { readElements, type SchemaElement } from './schema-elements.ts';
import { formatRule } from './rule-descriptions.ts';
import { authorize, type Decision, evaluateArguments } from './authorize.ts';
import type { Check } from './compile-operation.ts';
import { createPlanner } from './operation-planner.ts';
import {
  ownerPredicate,
  rlsPolicies,
  type PolicyFunctions,
  type RlsPolicy,
  type TableMapping,
} from './rls-policies.ts';
import { fieldRules, type Policy, typeRules } from './policy.ts';
import { possibleTypes } from './possible-types.ts';
import type { Reason, Refusal } from './refusal.ts';
import type { OwnerRule, Rule } from './rule.ts';
import { type AccessViewer, type ParsedViewer, parseViewer } from './access-viewer.ts';

/**
 * The verdict on one coordinate. `null`: its refusal makes the field null (`onRefusal: NULL`). `not run`: it is only below
 * fields that are null.
 */
export type CoordinateVerdict = 'allowed' | 'refused' | 'null' | 'not run';

/** One coordinate of an operation, with its decision. */
export interface ExplainedCoordinate {
  /** `Type.field`; for a refused value, `Type.field(argument:)` or `Input.field`. */
  readonly coordinate: string;
  readonly verdict: CoordinateVerdict;
  /** The reason for the refusal; null unless the verdict is `refused` or `null`. */
  readonly reason: Reason | null;
  /** The rule that refuses, with file and line; null unless the verdict is `refused` or `null`. */
  readonly refusedBy: string | null;
  /** Every rule that applies, with file and line. */
  readonly rules: readonly string[];
}

/** How the rows of one owned type are restricted when the operation runs. */
export interface ExplainedRows {
  readonly type: string;
  /** The owner rules, with file and line; an object must satisfy all of them. */
  readonly rules: readonly string[];
  /** `schema.table`; null if `tables` maps the type to none. */
  readonly table: string | null;
  /** The WHERE condition of every statement on the viewer's own rows; null without a table. */
  readonly predicate: string | null;
  /** How this viewer may read rows of other owners, if the operation selects them; null if not at all. */
  readonly others: CrossOwnerRows | null;
  /** The row-level-security policies that apply: for a query the SELECT policy, for a mutation every policy. */
  readonly policies: readonly RlsPolicy[];
}

/** Cross-owner read: how `orRoles` lets a viewer read rows of other owners. */
export interface CrossOwnerRows {
  /** The viewer's roles that grant it. */
  readonly roles: readonly string[];
  /** The owner rules that still apply, with file and line. If empty, the viewer may read every row. */
  readonly rules: readonly string[];
}

/** The decision on an operation, with its reasons. */
export interface Explanation {
  /** The decision on the whole request; `invalid` if a variable or argument cannot be coerced to its type. */
  readonly verdict: Decision['kind'];
  /** The reason of highest precedence, which the client receives; null unless refused. */
  readonly reason: Reason | null;
  /** The coercion errors of variables and arguments. */
  readonly complaints: readonly string[];
  /** In the order of selection. Each has its own verdict, even if the refusal of another one takes precedence. */
  readonly coordinates: readonly ExplainedCoordinate[];
  readonly rows: readonly ExplainedRows[];
}

/** The input of `explain`: one request, and optionally the tables of the owned types. */
export interface ExplainOptions {
  /** Valid against the policy's schema. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Default: none. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Null for a request without a token. */
  readonly viewer: AccessViewer | null;
  /** Seconds since the epoch. */
  readonly now: number;
  /** The tables of the owned types, as for `rlsPolicies`; if omitted, the explanation contains no SQL. */
  readonly tables?: Readonly<Record<string, TableMapping | null>>;
  /** As for `rlsPolicies`. */
  readonly functions?: PolicyFunctions;
}

/**
 * Explains the decision on one request. A client receives the coordinates of one reason and no rule; this returns every
 * coordinate and every rule, for the developers of the schema only.
 * @throws {TypeError} if `tables` do not match the schema, as `rlsPolicies` does
 * @throws {InvalidViewerError} when the viewer is neither null nor well formed
 */
export function explain(policy: Policy, options: ExplainOptions): Explanation {
  const viewer = parseViewer(options.viewer, options.now);
  const { decision, complaints, coordinates, selected } = decideCoordinates(
    policy,
    readElements(policy.schema),
    options,
    viewer,
  );
  return {
    verdict: decision.kind,
    reason: decision.kind === 'refused' ? (decision.refusals[0]?.reason ?? null) : null,
    complaints,
    coordinates: coordinates.map(explainCoordinate),
    rows: explainRows(policy, selected, viewer, options),
  };
}

/** One coordinate of an operation with its rules, its verdict and its refusal; undefined if nothing refuses it. */
export interface DecidedCoordinate {
  readonly coordinate: string;
  readonly verdict: CoordinateVerdict;
  readonly rules: readonly Rule[];
  readonly refusal: Refusal | undefined;
}

/** The decision on an operation and on each of its coordinates. */
export interface DecidedOperation {
  readonly decision: Decision;
  /** The coercion errors of variables and arguments. */
  readonly complaints: readonly string[];
  readonly coordinates: readonly DecidedCoordinate[];
  readonly selected: readonly SelectedField[];
}

/** Authorizes the operation, and then each of its coordinates alone. */
export function decideCoordinates(
  policy: Policy,
  elements: ReadonlyMap<string, SchemaElement>,
  { document, operation, variables = {}, now }: Omit<ExplainOptions, 'viewer'>,
  viewer: ParsedViewer | null,
): DecidedOperation {
  const selected = new Map<string, SelectedField>();
  // The planner asks for the requirement of every field that may run, public ones included.
  const recordingPolicy: Policy = {
    ...policy,
    requirement(typeName, field) {
      const type = policy.schema.getType(typeName) as GraphQLObjectType;
      selected.set(`${typeName}.${field}`, { type, field });
      return policy.requirement(typeName, field);
    },
  };
  const plan = createPlanner(recordingPolicy)(document, operation, variables);
  const decide = (part: Parameters<typeof authorize>[1]) => authorize(policy, part, operation, variables, viewer, now);
  const refusalBy = (checks: readonly Check[], coordinate: string) => {
    const own = checks.filter((check) => check.coordinate === coordinate);
    const fieldDecision = decide({ checks: own, argumentChecks: [] });
    return fieldDecision.kind === 'refused' ? fieldDecision.refusals[0] : undefined;
  };

  const all = [...selected];
  const nullRefusals = new Map(
    all.map(([coordinate]) => [coordinate, refusalBy(plan.nullFields?.checks ?? [], coordinate)]),
  );
  const nulled = all.flatMap(([coordinate]) => (nullRefusals.get(coordinate) ? [coordinate] : []));
  // Compiled again, the plan asks for the requirements of the fields that run.
  selected.clear();
  if (nulled.length > 0) plan.nullFields?.without(new Set(nulled));
  const isRun = (coordinate: string) => nulled.length === 0 || selected.has(coordinate);

  const fields = all.map(([coordinate, { type, field }]): DecidedCoordinate => {
    const rules = [...typeRules(elements, type), ...fieldRules(elements, type, field)];
    if (!isRun(coordinate)) return { coordinate, verdict: 'not run', rules, refusal: undefined };
    const refusal = refusalBy(plan.checks, coordinate);
    if (refusal !== undefined) return { coordinate, verdict: 'refused', rules, refusal };
    const nullRefusal = nullRefusals.get(coordinate);
    return { coordinate, verdict: nullRefusal === undefined ? 'allowed' : 'null', rules, refusal: nullRefusal };
  });
  // Decided without the field checks, which would hide the refusals of values; with every reason.
  const argumentDecision = evaluateArguments(policy, plan.argumentChecks, operation, variables, viewer, now);
  const refusedInputs = argumentDecision.kind === 'refused' ? argumentDecision.refusals : [];
  return {
    decision: decide(plan),
    complaints: argumentDecision.kind === 'invalid' ? argumentDecision.errors.map(({ message }) => message) : [],
    coordinates: [
      ...fields,
      ...refusedInputs.map((refusal) => ({
        coordinate: refusal.coordinate,
        verdict: 'refused' as const,
        rules: [refusal.rule],
        refusal,
      })),
    ],
    selected: all.map(([, field]) => field),
  };
}

/** A selected field of an object type. */
export interface SelectedField {
  readonly type: GraphQLObjectType;
  readonly field: string;
}

function explainCoordinate({ coordinate, verdict, rules, refusal }: DecidedCoordinate): ExplainedCoordinate {
  return {
    coordinate,
    verdict,
    reason: refusal?.reason ?? null,
    refusedBy: refusal === undefined ? null : formatRule(refusal.rule),
    rules: rules.map(formatRule),
  };
}

/** Returns the owned types among the parent and result types of the selected fields. */
export function ownedTypesOf(policy: Policy, selected: readonly SelectedField[]): readonly string[] {
  const types = new Set<string>();
  for (const { type, field } of selected) {
    types.add(type.name);
    const result = getNamedType(type.getFields()[field]?.type);
    for (const { name } of possibleTypes(policy.schema, result)) types.add(name);
  }
  return [...types].filter((type) => policy.owners.has(type));
}

/** Explains the rows of every owned type among the parent and result types of the selected fields. */
function explainRows(
  policy: Policy,
  selected: readonly SelectedField[],
  viewer: AccessViewer | null,
  { operation, tables, functions }: ExplainOptions,
): readonly ExplainedRows[] {
  const tablePolicies = tables ? rlsPolicies(policy, tables, functions) : [];
  return ownedTypesOf(policy, selected).map((type): ExplainedRows => {
    const rules = policy.owners.get(type) ?? [];
    const mapping = tables?.[type] ?? null;
    const specs = tablePolicies.find((table) => table.type === type)?.policies ?? [];
    const policyNames =
      operation.operation === 'query' ? ['owner_select'] : mapping?.commands.map((command) => `owner_${command}`);
    return {
      type,
      rules: rules.map(formatRule),
      table: mapping && `${mapping.schema}.${mapping.table}`,
      predicate: mapping && ownerPredicate(rules, mapping),
      others: crossOwnerRows(rules, viewer?.roles ?? []),
      policies: specs.filter(({ name }) => policyNames?.includes(name)),
    };
  });
}

/** Applies `orRoles` as the guard does: a role lifts the rules that list it; the remaining rules apply. */
function crossOwnerRows(rules: readonly OwnerRule[], roles: readonly string[]): CrossOwnerRows | null {
  const remaining = rules.filter(({ orRoles }) => !orRoles.some((role) => roles.includes(role)));
  const lifted = rules.filter(({ field }) => !remaining.some((rule) => rule.field === field));
  if (lifted.length === 0) return null;
  return {
    roles: roles.filter((role) => lifted.some(({ orRoles }) => orRoles.includes(role))),
    rules: remaining.map(formatRule),
  };
}
