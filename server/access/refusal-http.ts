import type { Reason, Refusal } from './refusal.ts';

/** The part of an HTTP response that a GraphQL result does not contain. */
export interface HttpHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** The HTTP status of a request that is refused for this reason. */
const STATUS_OF_REASON: Readonly<Record<Reason, 401 | 403>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  EMAIL_NOT_VERIFIED: 403,
  STEP_UP_REQUIRED: 401,
};

/**
 * Returns the challenge of a refusal with status 401, which RFC 9110 §15.5.2 requires: RFC 6750 §3 for a request without a
 * token, RFC 9470 §3 for a sign-in that is too old. Null for status 403.
 */
export function challengeOf({ reason, rule }: Refusal): string | null {
  if (reason === 'UNAUTHENTICATED') return 'Bearer';
  if (reason !== 'STEP_UP_REQUIRED' || rule.kind !== 'auth') return null;
  return `Bearer error="insufficient_user_authentication", error_description="A more recent sign-in is required", max_age="${rule.maxAge}"`;
}

/** Returns status and headers of a refused request; all its refusals have the same reason. */
export function refusalHead([refusal]: readonly Refusal[]): HttpHead {
  if (refusal === undefined) throw new TypeError('A refused request has at least one refusal.');
  const challenge = challengeOf(refusal);
  return {
    status: STATUS_OF_REASON[refusal.reason],
    headers: challenge === null ? {} : { 'www-authenticate': challenge },
  };
}
