import {
  GraphQLError,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
} from 'graphql';
import type { ArgumentCheck, Check, NullFields, Plan } from './compile-operation.ts';
import { coerceArguments, coerceVariables } from './graphql-values.ts';
import type { NulledFields } from './nulled-fields.ts';
import type { Policy } from './policy.ts';
import { MAX_REFUSALS, REASONS, type Reason, type Refusal } from './refusal.ts';
import { hasScopes, type RestrictiveRule } from './rule.ts';
import { type AccessViewer, type ParsedViewer, parseViewer } from './access-viewer.ts';

/** The authorization decision: allowed, refused, or invalid (a variable or argument cannot be coerced to its type). */
export type Decision =
  | {
      readonly kind: 'allowed';
      /** The fields that are null instead of refusing the request. Missing if none has `onRefusal: NULL`. */
      readonly nulled?: NulledFields;
    }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'invalid'; readonly errors: readonly GraphQLError[] };

type Variables = Readonly<Record<string, unknown>>;

const ALLOWED: Decision = { kind: 'allowed' };

/**
 * Authorizes one request. The rules that need no values come first, so that an anonymous client learns nothing from
 * coercion errors; then the owner arguments are compared with the viewer's id, and the rules
 * of the input fields that are given are checked.
 *
 * In a query, a refusal by a rule with `onRefusal: NULL` makes its field null. What is only below that field does not run,
 * so that its rules refuse nothing; but values are checked there, too: no request names another user's id.
 * @param viewer null for a request without a token
 * @param now seconds since the epoch
 * @throws {InvalidViewerError} when the viewer is neither null nor well formed
 */
export function authorize(
  policy: Policy,
  plan: Pick<Plan, 'checks' | 'argumentChecks'> & Partial<Pick<Plan, 'nullFields'>>,
  operation: OperationDefinitionNode,
  variables: Variables,
  viewer: AccessViewer | null,
  now: number,
): Decision {
  const parsedViewer = parseViewer(viewer, now);
  const part = plan.nullFields ? withoutNulled(plan, plan.nullFields, parsedViewer, now) : null;
  const refusals = evaluateChecks((part ?? plan).checks, parsedViewer, now);
  const first = refusals[0]?.reason;
  if (first === 'UNAUTHENTICATED' || first === 'FORBIDDEN') return { kind: 'refused', refusals };

  const inputs = evaluateArguments(policy, plan.argumentChecks, operation, variables, parsedViewer, now);
  if (inputs.kind === 'refused') return { kind: 'refused', refusals: gravest([...refusals, ...inputs.refusals]) };
  if (first !== undefined) return { kind: 'refused', refusals };
  return part !== null && inputs.kind === 'allowed' ? part.allowed : inputs;
}

/** What is judged of a plan for a viewer, and the decision if nothing of it is refused. */
interface JudgedPart {
  readonly checks: readonly Check[];
  readonly allowed: Decision;
}

/** The most parts that are kept for one plan: one for each combination of refused fields. Others are made again. */
const MAX_PARTS = 16;
const judgedParts = new WeakMap<NullFields, Map<string, JudgedPart>>();

/** Returns what is left of a plan without the fields that are null for a viewer. */
function withoutNulled(
  plan: Pick<Plan, 'checks'>,
  nullFields: NullFields,
  viewer: ParsedViewer | null,
  now: number,
): JudgedPart {
  const refusals = nullFields.checks.flatMap((check) => gravestRefusal(check, viewer, now) ?? []);
  const parts = judgedParts.get(nullFields) ?? new Map<string, JudgedPart>();
  judgedParts.set(nullFields, parts);
  const key = refusals.map(({ coordinate, reason, rule }) => `${coordinate} ${reason} ${rule.coordinate}`).join();
  const known = parts.get(key);
  if (known !== undefined) return known;
  const part =
    refusals.length === 0 ? { checks: plan.checks, allowed: allowedWith([]) } : partWithout(nullFields, refusals);
  if (parts.size < MAX_PARTS) parts.set(key, part);
  return part;
}

function partWithout(nullFields: NullFields, refusals: readonly Refusal[]): JudgedPart {
  const remaining = nullFields.without(new Set(refusals.map(({ coordinate }) => coordinate)));
  // A refused field below another one does not run and has no error.
  const nulled = refusals.flatMap((refusal) => {
    const check = remaining.nullFields?.checks.find(({ coordinate }) => coordinate === refusal.coordinate);
    return check === undefined ? [] : [{ ...refusal, nodes: check.nodes }];
  });
  return { checks: remaining.checks, allowed: allowedWith(nulled) };
}

const allowedWith = (refusals: readonly Refusal[]): Decision => ({ kind: 'allowed', nulled: { refusals } });

/** Returns the refusals with the reason of highest precedence, at most as many as a response names. */
function gravest(refusals: readonly Refusal[]): readonly Refusal[] {
  const reason = REASONS.find((candidate) => refusals.some((refusal) => refusal.reason === candidate));
  return refusals.filter((refusal) => refusal.reason === reason).slice(0, MAX_REFUSALS);
}

/** Returns the refusals with the reason of highest precedence (see `REASONS`), at most one for each coordinate. */
function evaluateChecks(checks: readonly Check[], viewer: ParsedViewer | null, now: number): readonly Refusal[] {
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

/** Returns the refusal of one check with the reason of highest precedence; null if no rule refuses. */
function gravestRefusal({ coordinate, rules, nodes }: Check, viewer: ParsedViewer | null, now: number): Refusal | null {
  let found: Refusal | null = null;
  for (const rule of rules) {
    const reason = refusalReason(rule, viewer, now);
    if (reason === null || (found !== null && REASONS.indexOf(reason) >= REASONS.indexOf(found.reason))) continue;
    found = { reason, coordinate, rule, nodes };
  }
  return found;
}

function refusalReason(rule: RestrictiveRule, viewer: ParsedViewer | null, now: number): Reason | null {
  if (viewer === null) return 'UNAUTHENTICATED';
  if (rule.kind === 'owner') return null;
  if (rule.roles !== null && !rule.roles.some((role) => viewer.roles.includes(role))) return 'FORBIDDEN';
  if (rule.scopes !== null && !hasScopes(rule.scopes, viewer.scopes)) return 'FORBIDDEN';
  if (rule.emailVerified && !viewer.emailVerified) return 'EMAIL_NOT_VERIFIED';
  if (rule.maxAge !== null && now - viewer.authTime > rule.maxAge) return 'STEP_UP_REQUIRED';
  return null;
}

/** Returns the refusals of all values, one for each coordinate; `invalid` if a value cannot be coerced. */
export function evaluateArguments(
  policy: Policy,
  checks: readonly ArgumentCheck[],
  operation: OperationDefinitionNode,
  variables: Variables,
  viewer: ParsedViewer | null,
  now: number,
): Decision {
  if (checks.length === 0 && !operation.variableDefinitions?.length) return ALLOWED;
  const coercion = coerceVariables(policy.schema, operation, variables);
  if (coercion.errors) return { kind: 'invalid', errors: coercion.errors };
  const refused = new Map<string, Refusal>();
  for (const { coordinate, field, nodes } of checks) {
    let values: Variables;
    try {
      values = coerceArguments(field, nodes[0], coercion.variables);
    } catch (error) {
      if (error instanceof GraphQLError) return { kind: 'invalid', errors: [error] };
      throw error;
    }
    for (const { name, type } of field.args) {
      const given = { coordinate: `${coordinate}(${name}:)`, type, value: ownProperty(values, name) };
      for (const { rule, reason } of violatedInputRules(policy, given, viewer, now)) {
        const known = refused.get(rule.coordinate);
        if (known === undefined || REASONS.indexOf(reason) < REASONS.indexOf(known.reason))
          refused.set(rule.coordinate, { reason, coordinate: rule.coordinate, rule, nodes });
      }
    }
  }
  return refused.size === 0 ? ALLOWED : { kind: 'refused', refusals: [...refused.values()] };
}

interface Violation {
  readonly rule: RestrictiveRule;
  readonly reason: Reason;
}

/** A value that a request gives for an input. */
interface GivenValue {
  readonly coordinate: string;
  readonly type: GraphQLInputType;
  readonly value: unknown;
}

/**
 * Yields the rules that a value violates at any depth. An omitted or null owner stands for the viewer. `@auth` on an input
 * field applies if it is given: null is a value there, because it may clear what is stored. Not recursive: a client may nest
 * a value deeper than the stack.
 */
function* violatedInputRules(
  policy: Policy,
  given: GivenValue,
  viewer: ParsedViewer | null,
  now: number,
): Generator<Violation> {
  const pending = [given];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { coordinate, type, value } = next;
    const auth = policy.authRuleOn(coordinate);
    const reason = auth === null ? null : refusalReason(auth, viewer, now);
    if (auth !== null && reason !== null) yield { rule: auth, reason };
    if (value == null) continue;
    const owner = policy.ownerRuleOn(coordinate);
    if (owner !== null && !isOwnId(value, viewer?.userId ?? null)) yield { rule: owner, reason: 'FORBIDDEN' };
    // Not spread: a list may have more items than a call can have arguments.
    for (const each of valuesIn(policy, type, value).toReversed()) pending.push(each);
  }
}

/** Returns the items of a list, or the given fields of an input object, if rules can apply to them. */
function valuesIn(policy: Policy, type: GraphQLInputType, value: object): readonly GivenValue[] {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (!policy.canContainRule(nullable)) return [];
  if (isListType(nullable)) {
    const items = Array.isArray(value) ? (value as unknown[]) : [value];
    return items.map((item) => ({ coordinate: '', type: nullable.ofType, value: item }));
  }
  if (isInputObjectType(nullable))
    // Coercion adds defaults, but no field with `@auth` has one.
    return Object.values(nullable.getFields())
      .filter(({ name }) => Object.hasOwn(value, name))
      .map(({ name, type: fieldType }) => ({
        coordinate: `${nullable.name}.${name}`,
        type: fieldType,
        value: ownProperty(value, name),
      }));
  return [];
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
