import type { AccessTokenClaims } from '../../runtime/token.ts';
import { type ClaimsRejection, validateClaims } from './claims.ts';
import { type CompactRejection, parseCompact, unverifiedPayload } from './compact-token.ts';
import { readJsonObject } from './strict-json.ts';
import type { VerificationKeys } from './verification-keys.ts';
import { verifySignature } from './signature.ts';
import { createVerifiedTokenCache, type VerifiedTokenCache } from './verified-token-cache.ts';

/** Why a token was rejected: for the log and the tests. The client gets one response for all reasons. */
export type TokenRejection =
  | CompactRejection
  | 'unknown-key'
  | 'signature'
  | 'payload'
  | 'issuer'
  | 'audience'
  | ClaimsRejection;

/** The claims of a valid token; why a token is rejected; or, while its key cannot be loaded, after how many seconds to retry. */
export type VerificationResult =
  | { readonly claims: AccessTokenClaims }
  | { readonly reason: TokenRejection }
  | { readonly outage: 'keys'; readonly retryAfter: number };

/** The requirements on tokens. */
export interface VerifierOptions {
  readonly keys: VerificationKeys;
  readonly issuer: string;
  readonly audience: string;
  /** The longest lifetime (`exp` - `iat`) of a token, in seconds. */
  readonly maxLifetime: number;
  /** The cache of verified tokens; a new one by default. */
  readonly verifiedTokens?: VerifiedTokenCache;
  /** Called for each token: whether the cache has it. Default: nothing is counted. */
  readonly onCache?: (result: 'hit' | 'miss') => void;
}

/** Verifies a token. `now` is in seconds since the epoch, with fractions. */
export type VerifyToken = (token: string, now: number) => Promise<VerificationResult>;

/**
 * Creates a verifier: form and header → key → signature → payload → claims. Only a listed key can verify a token; the
 * header cannot name another source. Only accepted tokens are cached, so that rejected ones can neither fill the cache
 * nor evict accepted ones. On every use, the verifier checks the times and whether the key is still listed.
 */
export function createVerifier({
  keys,
  issuer,
  audience,
  maxLifetime,
  verifiedTokens = createVerifiedTokenCache(),
  onCache = () => {},
}: VerifierOptions): VerifyToken {
  return async (text, now) => {
    const cached = verifiedTokens.get(text);
    onCache(cached === undefined ? 'miss' : 'hit');
    if (cached !== undefined) {
      if ((await keys.find(cached.kid, now)) === cached.key) return validateAndEvict(text, cached.payload, now);
      // The key was removed, or another key has its id: verify the token again, from its bytes.
      verifiedTokens.delete(text);
    }

    const parsed = parseCompact(text, keys.algorithm);
    if ('reason' in parsed) return parsed;
    const { kid } = parsed.token;
    const key = await keys.find(kid, now, () => 'claims' in validatePayload(unverifiedPayload(parsed.token), now));
    if (key === 'unknown') return { reason: 'unknown-key' };
    if ('retryAfter' in key) return { outage: 'keys', retryAfter: key.retryAfter };

    const bytes = await verifySignature(text, key, keys.algorithm);
    if (bytes === null) return { reason: 'signature' };
    const validated = validatePayload(bytes, now);
    if ('reason' in validated) return validated;
    verifiedTokens.set(text, { kid, key, payload: Object.freeze(validated.claims) });
    return validated;
  };

  function validatePayload(
    bytes: Uint8Array,
    now: number,
  ): { readonly claims: AccessTokenClaims & Readonly<Record<string, unknown>> } | { readonly reason: TokenRejection } {
    const payload = readJsonObject(bytes);
    if (payload === null) return { reason: 'payload' };
    if (payload['iss'] !== issuer) return { reason: 'issuer' };
    if (payload['aud'] !== audience) return { reason: 'audience' };
    return validateClaims(payload, { maxLifetime }, Math.floor(now));
  }

  function validateAndEvict(text: string, payload: Readonly<Record<string, unknown>>, now: number): VerificationResult {
    const verified = validateClaims(payload, { maxLifetime }, Math.floor(now));
    if ('reason' in verified) verifiedTokens.delete(text);
    return verified;
  }
}
