import type { AccessTokenClaims } from '../../runtime/token.ts';
import { isCanonicalUuid } from '../uuid.ts';

/** Why a token's claims are rejected: for the log and the tests, never for the client. */
export type ClaimsRejection =
  | 'claim-missing-or-ill-typed'
  | 'subject-not-user'
  | 'expired'
  | 'not-yet-valid'
  | 'lives-too-long';

/** The constraints on claims. */
export interface ClaimsConstraints {
  /** The longest lifetime (`exp` - `iat`) of a token, in seconds. */
  readonly maxLifetime: number;
}

/** How far the clocks of issuer and verifier may differ, in seconds. */
const CLOCK_TOLERANCE = 5;

/**
 * Returns the claims of a payload, or why they are rejected. The caller checks issuer and audience before; the signature
 * may not have been verified yet.
 * @param now whole seconds since the epoch
 */
export function validateClaims(
  payload: Readonly<Record<string, unknown>>,
  { maxLifetime }: ClaimsConstraints,
  now: number,
): { readonly claims: AccessTokenClaims & Readonly<Record<string, unknown>> } | { readonly reason: ClaimsRejection } {
  if (!areClaims(payload)) return { reason: 'claim-missing-or-ill-typed' };
  // `sub` and `user_id` name one user: if they differed, two readers could take two users from one token.
  if (payload.sub !== payload.user_id || !isCanonicalUuid(payload.user_id)) return { reason: 'subject-not-user' };
  if (payload.exp <= now) return { reason: 'expired' };
  if (payload.iat > now + CLOCK_TOLERANCE || payload.auth_time > now + CLOCK_TOLERANCE)
    return { reason: 'not-yet-valid' };
  if (payload['nbf'] !== undefined && !(isNumericDate(payload['nbf']) && payload['nbf'] <= now + CLOCK_TOLERANCE))
    return { reason: 'not-yet-valid' };
  // A mistake of the issuer must not create a token that never expires. `iat` is not in the future: checked above.
  if (payload.exp - payload.iat > maxLifetime) return { reason: 'lives-too-long' };
  return { claims: payload };
}

function areClaims(payload: Readonly<Record<string, unknown>>): payload is AccessTokenClaims & Record<string, unknown> {
  const { iss, aud, sub, user_id, email, email_verified, role, scope, sid, jti, auth_time, iat, exp } = payload;
  return (
    [iss, aud, sub, user_id, email, role, sid, jti].every((claim) => typeof claim === 'string' && claim !== '') &&
    typeof email_verified === 'boolean' &&
    (scope === undefined || typeof scope === 'string') &&
    [auth_time, iat, exp].every(isNumericDate)
  );
}

/** NumericDate (RFC 7519 §2), restricted to whole seconds. */
function isNumericDate(claim: unknown): claim is number {
  return typeof claim === 'number' && Number.isSafeInteger(claim) && claim > 0;
}
