import type { AccessTokenClaims } from '../../runtime/token.ts';
import { type ClaimsRejection, validateClaims } from './claims.ts';
import { type CompactRejection, parseCompact, unverifiedPayload } from './compact-token.ts';
import { readJsonObject } from './strict-json.ts';
import type { VerificationKeys } from './verification-keys.ts';
import { verifySignature } from './signature.ts';
import { createVerifiedTokenCache, type VerifiedTokenCache } from './verified-token-cache.ts';

/** Why a token was refused: for the log and the tests. The caller gets one answer for all of them. */
export type TokenRejection =
  | CompactRejection
  | 'unknown-key'
  | 'signature'
  | 'payload'
  | 'issuer'
  | 'audience'
  | ClaimsRejection;

/**
 * A token that was found good; or why it was not; or that this cannot be told, because its key cannot be asked for now,
 * and after how many seconds to try again.
 */
export type VerificationResult =
  | { readonly claims: AccessTokenClaims }
  | { readonly reason: TokenRejection }
  | { readonly outage: 'keys'; readonly retryAfter: number };

/** What tokens are held to. */
export interface VerifierOptions {
  readonly keys: VerificationKeys;
  readonly issuer: string;
  readonly audience: string;
  /** The longest life that a token may be given, in seconds. */
  readonly maxLifetime: number;
  /** Where accepted tokens are remembered; an empty place of the verifier's own unless said otherwise. */
  readonly verifiedTokens?: VerifiedTokenCache;
}

/** Verifies a token at a moment, in seconds since the epoch, with fractions. */
export type VerifyToken = (token: string, now: number) => Promise<VerificationResult>;

/**
 * Makes a verifier: form and header → key → signature → payload → claims. Nothing in a token ever leads to a key that
 * is not listed. What does not change is remembered for accepted tokens alone, so that bad ones can neither fill the
 * place nor push good ones out; whether the key is still listed, and the times, are asked on every use.
 */
export function createVerifier({
  keys,
  issuer,
  audience,
  maxLifetime,
  verifiedTokens = createVerifiedTokenCache(),
}: VerifierOptions): VerifyToken {
  return async (text, now) => {
    const cached = verifiedTokens.get(text);
    if (cached !== undefined) {
      if ((await keys.find(cached.kid, now)) === cached.key) return validateAndEvict(text, cached.payload, now);
      // Its key has gone, or another has its name: judged anew, from the bytes.
      verifiedTokens.delete(text);
    }

    const parsed = parseCompact(text, keys.algorithm);
    if ('reason' in parsed) return parsed;
    const { kid } = parsed.token;
    const key = await keys.find(kid, now, () => 'claims' in judgePayload(unverifiedPayload(parsed.token), now));
    if (key === 'unknown') return { reason: 'unknown-key' };
    if ('retryAfter' in key) return { outage: 'keys', retryAfter: key.retryAfter };

    const bytes = await verifySignature(text, key, keys.algorithm);
    if (bytes === null) return { reason: 'signature' };
    const judged = judgePayload(bytes, now);
    if ('reason' in judged) return judged;
    verifiedTokens.set(text, { kid, key, payload: Object.freeze(judged.claims) });
    return judged;
  };

  function judgePayload(
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
