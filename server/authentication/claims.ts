import type { AccessTokenClaims } from '../../runtime/token.ts';

/** What is wrong with a token's claims: for the log and the tests, never for the caller. */
export type ClaimsRejection =
  | 'claim-missing-or-ill-typed'
  | 'subject-not-user'
  | 'expired'
  | 'not-yet-valid'
  | 'lives-too-long';

/** What the claims have to agree with. */
export interface ClaimsConstraints {
  /** The longest life that a token may be given, in seconds. */
  readonly maxLifetime: number;
}

/** Clocks of two machines may differ by so much, in seconds. */
const CLOCK_TOLERANCE = 5;
const USER_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Reads a payload whose issuer and audience were found good; its signature may not have been verified yet.
 * @param now whole seconds since the epoch
 */
export function validateClaims(
  payload: Readonly<Record<string, unknown>>,
  { maxLifetime }: ClaimsConstraints,
  now: number,
): { readonly claims: AccessTokenClaims & Readonly<Record<string, unknown>> } | { readonly reason: ClaimsRejection } {
  if (!areClaims(payload)) return { reason: 'claim-missing-or-ill-typed' };
  // Two names for one user: were they to differ, one reader would take the one and another the other.
  if (payload.sub !== payload.user_id || !USER_ID.test(payload.user_id)) return { reason: 'subject-not-user' };
  if (payload.exp <= now) return { reason: 'expired' };
  if (payload.iat > now + CLOCK_TOLERANCE || payload.auth_time > now + CLOCK_TOLERANCE)
    return { reason: 'not-yet-valid' };
  if (payload['nbf'] !== undefined && !(isNumericDate(payload['nbf']) && payload['nbf'] <= now + CLOCK_TOLERANCE))
    return { reason: 'not-yet-valid' };
  // An issuer's mistake must not become a token for ever; that it was not issued in the future is known by now.
  if (payload.exp - payload.iat > maxLifetime) return { reason: 'lives-too-long' };
  return { claims: payload };
}

function areClaims(payload: Readonly<Record<string, unknown>>): payload is AccessTokenClaims & Record<string, unknown> {
  const { iss, aud, sub, user_id, email, email_verified, role, sid, jti, auth_time, iat, exp } = payload;
  return (
    [iss, aud, sub, user_id, email, role, sid, jti].every((claim) => typeof claim === 'string' && claim !== '') &&
    typeof email_verified === 'boolean' &&
    [auth_time, iat, exp].every(isNumericDate)
  );
}

/** NumericDate (RFC 7519 §2), held to whole seconds. */
function isNumericDate(claim: unknown): claim is number {
  return typeof claim === 'number' && Number.isSafeInteger(claim) && claim > 0;
}
