import {
  getArgumentValues,
  getVariableValues,
  GraphQLError,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
} from 'graphql';
import type { ArgumentCheck, Check, Plan } from './compile-operation.ts';
import type { Policy } from './policy.ts';
import { MAX_REFUSALS, REASONS, type Reason, type Refusal } from './refusal.ts';
import type { RestrictiveRule, OwnerRule } from './rule.ts';
import { type AccessViewer, parseViewer } from './access-viewer.ts';

/** What came of a judgement: it may run, it is refused, or its variables are no values of their types. */
export type Decision =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'invalid'; readonly errors: readonly GraphQLError[] };

type Variables = Readonly<Record<string, unknown>>;

const ALLOWED: Decision = { kind: 'allowed' };

/**
 * Judges one request. First the rules that need no values, so that nobody learns from a coercion error what only
 * callers may know; then the arguments that name an owner.
 * @param viewer null without a token
 * @param now seconds since the epoch
 * @throws {InvalidViewerError} when the viewer is neither null nor well formed
 */
export function authorize(
  policy: Policy,
  plan: Pick<Plan, 'checks' | 'argumentChecks'>,
  operation: OperationDefinitionNode,
  variables: Variables,
  viewer: AccessViewer | null,
  now: number,
): Decision {
  const caller = parseViewer(viewer, now);
  const refusals = evaluateChecks(plan.checks, caller, now);
  const first = refusals[0]?.reason;
  if (first === 'UNAUTHENTICATED' || first === 'FORBIDDEN') return { kind: 'refused', refusals };

  const values = evaluateArguments(policy, plan.argumentChecks, operation, variables, caller);
  if (first === undefined || values.kind === 'refused') return values;
  return { kind: 'refused', refusals };
}

/** The refusals of the reason that wins, one a coordinate. */
function evaluateChecks(checks: readonly Check[], viewer: AccessViewer | null, now: number): readonly Refusal[] {
  let bestRank = Number.POSITIVE_INFINITY;
  let refusals: Refusal[] = [];
  for (const { coordinate, rules, nodes } of checks) {
    for (const rule of rules) {
      const reason = refusalReason(rule, viewer, now);
      if (reason === null) continue;
      const rank = REASONS.indexOf(reason);
      if (rank > bestRank) continue;
      if (rank < bestRank) refusals = [];
      bestRank = rank;
      if (refusals.length < MAX_REFUSALS && refusals.at(-1)?.coordinate !== coordinate)
        refusals.push({ reason, coordinate, rule, nodes });
    }
  }
  return refusals;
}

function refusalReason(rule: RestrictiveRule, viewer: AccessViewer | null, now: number): Reason | null {
  if (viewer === null) return 'UNAUTHENTICATED';
  if (rule.kind === 'owner') return null;
  if (rule.roles !== null && !rule.roles.some((role) => viewer.roles.includes(role))) return 'FORBIDDEN';
  if (rule.emailVerified && !viewer.emailVerified) return 'EMAIL_NOT_VERIFIED';
  if (rule.maxAge !== null && now - viewer.authTime > rule.maxAge) return 'STEP_UP_REQUIRED';
  return null;
}

function evaluateArguments(
  policy: Policy,
  checks: readonly ArgumentCheck[],
  operation: OperationDefinitionNode,
  variables: Variables,
  viewer: AccessViewer | null,
): Decision {
  if (checks.length === 0 && !operation.variableDefinitions?.length) return ALLOWED;
  const coercion = getVariableValues(policy.schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: 50,
    hideSuggestions: true,
  });
  if (coercion.errors) return { kind: 'invalid', errors: coercion.errors };
  const refused = new Map<string, Refusal>();
  for (const { coordinate, field, nodes } of checks) {
    let values: Record<string, unknown>;
    try {
      values = getArgumentValues(field, nodes[0], coercion.coerced);
    } catch (error) {
      if (error instanceof GraphQLError) return { kind: 'invalid', errors: [error] };
      throw error;
    }
    for (const { name, type } of field.args) {
      for (const rule of violatedOwnerRules(
        policy,
        `${coordinate}(${name}:)`,
        type,
        ownProperty(values, name),
        viewer?.userId ?? null,
      ))
        if (refused.size < MAX_REFUSALS)
          refused.set(rule.coordinate, { reason: 'FORBIDDEN', coordinate: rule.coordinate, rule, nodes });
    }
  }
  return refused.size === 0 ? ALLOWED : { kind: 'refused', refusals: [...refused.values()] };
}

/** The owner rules that a value breaks, at whatever depth. Left out or null, an owner is the caller. */
function* violatedOwnerRules(
  policy: Policy,
  coordinate: string,
  type: GraphQLInputType,
  value: unknown,
  userId: string | null,
): Generator<OwnerRule> {
  if (value == null) return;
  const rule = policy.ownerRuleOn(coordinate);
  if (rule !== null && !isOwnId(value, userId)) yield rule;
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) {
    if (!policy.canContainOwner(nullable)) return;
    const items = Array.isArray(value) ? (value as unknown[]) : [value];
    for (const item of items) yield* violatedOwnerRules(policy, '', nullable.ofType, item, userId);
  } else if (isInputObjectType(nullable) && policy.canContainOwner(nullable)) {
    for (const field of Object.values(nullable.getFields())) {
      const inner = ownProperty(value, field.name);
      yield* violatedOwnerRules(policy, `${nullable.name}.${field.name}`, field.type, inner, userId);
    }
  }
}

/** An id is the caller's own when it is the same, byte for byte; a list when each element is. A null element is nobody's. */
function isOwnId(value: unknown, userId: string | null): boolean {
  if (Array.isArray(value)) return value.every((item: unknown) => isOwnId(item, userId));
  // Without a viewer there is no id that could be the caller's: null is not equal to null.
  return userId !== null && value === userId;
}

/** What was written under a name: `constructor` is a name like any other, and every object has one. */
function ownProperty(values: object, name: string): unknown {
  return Object.hasOwn(values, name) ? (values as Readonly<Record<string, unknown>>)[name] : undefined;
}
