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
import type { ArgumentCheck, Check, Plan } from './compile.ts';
import type { Policy } from './policy.ts';
import { MOST_REFUSALS, REASONS, type Reason, type Refusal } from './refusal.ts';
import type { ClosingRule, OwnerRule } from './rule.ts';
import { type AccessViewer, parseViewer } from './viewer.ts';

/** What came of a judgement: it may run, it is refused, or its variables are no values of their types. */
export type Verdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'invalid'; readonly errors: readonly GraphQLError[] };

type Variables = Readonly<Record<string, unknown>>;

const ALLOWED: Verdict = { kind: 'allowed' };

/**
 * Judges one request. First the rules that need no values, so that nobody learns from a coercion error what only
 * callers may know; then the arguments that name an owner.
 * @param viewer null without a token
 * @param now seconds since the epoch
 * @throws {InvalidViewerError} when the viewer is neither null nor well formed
 */
export function judge(
  policy: Policy,
  plan: Pick<Plan, 'checks' | 'argumentChecks'>,
  operation: OperationDefinitionNode,
  variables: Variables,
  viewer: AccessViewer | null,
  now: number,
): Verdict {
  const caller = parseViewer(viewer, now);
  const refusals = judgeChecks(plan.checks, caller, now);
  const first = refusals[0]?.reason;
  if (first === 'UNAUTHENTICATED' || first === 'FORBIDDEN') return { kind: 'refused', refusals };

  const values = judgeValues(policy, plan.argumentChecks, operation, variables, caller);
  if (first === undefined || values.kind === 'refused') return values;
  return { kind: 'refused', refusals };
}

/** The refusals of the reason that wins, one a coordinate. */
function judgeChecks(checks: readonly Check[], viewer: AccessViewer | null, now: number): readonly Refusal[] {
  let winner = Number.POSITIVE_INFINITY;
  let refusals: Refusal[] = [];
  for (const { coordinate, rules, nodes } of checks) {
    for (const rule of rules) {
      const reason = reasonAgainst(rule, viewer, now);
      if (reason === null) continue;
      const rank = REASONS.indexOf(reason);
      if (rank > winner) continue;
      if (rank < winner) refusals = [];
      winner = rank;
      if (refusals.length < MOST_REFUSALS && refusals.at(-1)?.coordinate !== coordinate)
        refusals.push({ reason, coordinate, rule, nodes });
    }
  }
  return refusals;
}

function reasonAgainst(rule: ClosingRule, viewer: AccessViewer | null, now: number): Reason | null {
  if (viewer === null) return 'UNAUTHENTICATED';
  if (rule.kind === 'owner') return null;
  if (rule.roles !== null && !rule.roles.some((role) => viewer.roles.includes(role))) return 'FORBIDDEN';
  if (rule.emailVerified && !viewer.emailVerified) return 'EMAIL_NOT_VERIFIED';
  if (rule.maxAge !== null && now - viewer.authTime > rule.maxAge) return 'STEP_UP_REQUIRED';
  return null;
}

function judgeValues(
  policy: Policy,
  checks: readonly ArgumentCheck[],
  operation: OperationDefinitionNode,
  variables: Variables,
  viewer: AccessViewer | null,
): Verdict {
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
      for (const rule of foreignOwners(
        policy,
        `${coordinate}(${name}:)`,
        type,
        own(values, name),
        viewer?.userId ?? null,
      ))
        if (refused.size < MOST_REFUSALS)
          refused.set(rule.coordinate, { reason: 'FORBIDDEN', coordinate: rule.coordinate, rule, nodes });
    }
  }
  return refused.size === 0 ? ALLOWED : { kind: 'refused', refusals: [...refused.values()] };
}

/** The owner rules that a value breaks, at whatever depth. Left out or null, an owner is the caller. */
function* foreignOwners(
  policy: Policy,
  coordinate: string,
  type: GraphQLInputType,
  value: unknown,
  userId: string | null,
): Generator<OwnerRule> {
  if (value == null) return;
  const rule = policy.ownerRuleOn(coordinate);
  if (rule !== null && !isOwn(value, userId)) yield rule;
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) {
    if (!policy.mayHoldOwner(nullable)) return;
    const items = Array.isArray(value) ? (value as unknown[]) : [value];
    for (const item of items) yield* foreignOwners(policy, '', nullable.ofType, item, userId);
  } else if (isInputObjectType(nullable) && policy.mayHoldOwner(nullable)) {
    for (const field of Object.values(nullable.getFields())) {
      const inner = own(value, field.name);
      yield* foreignOwners(policy, `${nullable.name}.${field.name}`, field.type, inner, userId);
    }
  }
}

/** An id is the caller's own when it is the same, byte for byte; a list when each element is. A null element is nobody's. */
function isOwn(value: unknown, userId: string | null): boolean {
  if (Array.isArray(value)) return value.every((item: unknown) => isOwn(item, userId));
  // Without a viewer there is no id that could be the caller's: null is not equal to null.
  return userId !== null && value === userId;
}

/** What was written under a name: `constructor` is a name like any other, and every object has one. */
function own(values: object, name: string): unknown {
  return Object.hasOwn(values, name) ? (values as Readonly<Record<string, unknown>>)[name] : undefined;
}
