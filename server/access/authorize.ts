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

/** The authorization decision: allowed, refused, or invalid (a variable or argument cannot be coerced to its type). */
export type Decision =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'invalid'; readonly errors: readonly GraphQLError[] };

type Variables = Readonly<Record<string, unknown>>;

const ALLOWED: Decision = { kind: 'allowed' };

/**
 * Authorizes one request. The rules that need no values come first, so that an anonymous client learns nothing from
 * coercion errors; then the owner arguments are compared with the viewer's id.
 * @param viewer null for a request without a token
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
  const parsedViewer = parseViewer(viewer, now);
  const refusals = evaluateChecks(plan.checks, parsedViewer, now);
  const first = refusals[0]?.reason;
  if (first === 'UNAUTHENTICATED' || first === 'FORBIDDEN') return { kind: 'refused', refusals };

  const argumentDecision = evaluateArguments(policy, plan.argumentChecks, operation, variables, parsedViewer);
  if (first === undefined || argumentDecision.kind === 'refused') return argumentDecision;
  return { kind: 'refused', refusals };
}

/** Returns the refusals with the reason of highest precedence (see `REASONS`), at most one for each coordinate. */
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

/** Yields the owner rules that a value violates at any depth. An omitted or null owner stands for the viewer. */
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

/**
 * Whether an id equals the viewer's, byte for byte; for a list, whether every element does. A null element does not.
 */
function isOwnId(value: unknown, userId: string | null): boolean {
  if (Array.isArray(value)) return value.every((item: unknown) => isOwnId(item, userId));
  // An anonymous request owns no id: null does not equal null.
  return userId !== null && value === userId;
}

/** Reads an own property: an argument may be named `constructor`, which every object inherits. */
function ownProperty(values: object, name: string): unknown {
  return Object.hasOwn(values, name) ? (values as Readonly<Record<string, unknown>>)[name] : undefined;
}
