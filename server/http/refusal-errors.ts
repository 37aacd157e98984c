import type { GraphQLError } from 'graphql';
import { type Reason, type Refusal, refusalError, type Rule } from '../access/index.ts';
import { CHALLENGE, httpExtension, withoutStack } from '../errors.ts';

/**
 * Returns the error of a refusal, cached by its nodes, rule and reason: creating an error takes longer than authorizing the
 * operation. A cached document is refused with the same message and locations each time.
 */
export function cachedRefusalError(refusal: Refusal): GraphQLError {
  const { nodes, rule, reason } = refusal;
  const byRule = refusalErrorCache.get(nodes) ?? new Map<Rule, Partial<Record<Reason, GraphQLError>>>();
  const byReason = byRule.get(rule) ?? {};
  refusalErrorCache.set(nodes, byRule.set(rule, byReason));
  return (byReason[reason] ??= refusalErrorWithStatus(refusal));
}
const refusalErrorCache = new WeakMap<Refusal['nodes'], Map<Rule, Partial<Record<Reason, GraphQLError>>>>();

/** Adds status and challenge: RFC 6750 §3 for a request without a token, RFC 9470 §3 for a sign-in that is too old. */
function refusalErrorWithStatus(refusal: Refusal): GraphQLError {
  const error = withoutStack(() => refusalError(refusal));
  const challenge = challengeOf(refusal);
  error.extensions['http'] = httpExtension(refusal.reason, challenge === null ? {} : { 'www-authenticate': challenge });
  return error;
}

function challengeOf({ reason, rule }: Refusal): string | null {
  if (reason === 'UNAUTHENTICATED') return CHALLENGE;
  if (reason !== 'STEP_UP_REQUIRED' || rule.kind !== 'auth') return null;
  return `Bearer error="insufficient_user_authentication", error_description="A more recent sign-in is required", max_age="${rule.maxAge}"`;
}
