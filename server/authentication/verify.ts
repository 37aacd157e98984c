import type { AccessTokenClaims } from '../../schema/token.ts';
import { type ClaimsFault, readClaims } from './claims.ts';
import { type CompactFault, readCompact, unverifiedPayload } from './compact.ts';
import { readJsonObject } from './json.ts';
import type { Keys } from './keys.ts';
import { verifySignature } from './signature.ts';
import { createVerifiedTokens, type VerifiedTokens } from './verified-tokens.ts';

/** Why a token was refused: for the log and the tests. The caller gets one answer for all of them. */
export type TokenFault = CompactFault | 'unknown-key' | 'signature' | 'payload' | 'issuer' | 'audience' | ClaimsFault;

/**
 * A token that was found good; or why it was not; or that this cannot be told, because its key cannot be asked for now,
 * and after how many seconds to try again.
 */
export type Verified =
  | { readonly claims: AccessTokenClaims }
  | { readonly fault: TokenFault }
  | { readonly outage: 'keys'; readonly retryAfter: number };

/** What tokens are held to. */
export interface VerifierOptions {
  readonly keys: Keys;
  readonly issuer: string;
  readonly audience: string;
  /** The longest life that a token may be given, in seconds. */
  readonly longestLife: number;
  /** Where accepted tokens are remembered; an empty place of the verifier's own unless said otherwise. */
  readonly seen?: VerifiedTokens;
}

/** Verifies a token at a moment, in seconds since the epoch, with fractions. */
export type Verify = (token: string, now: number) => Promise<Verified>;

/**
 * Makes a verifier: form and header → key → signature → payload → claims. Nothing in a token ever leads to a key that
 * is not listed. What does not change is remembered for accepted tokens alone, so that bad ones can neither fill the
 * place nor push good ones out; whether the key is still listed, and the times, are asked on every use.
 */
export function createVerifier({
  keys,
  issuer,
  audience,
  longestLife,
  seen = createVerifiedTokens(),
}: VerifierOptions): Verify {
  return async (text, now) => {
    const known = seen.get(text);
    if (known !== undefined) {
      if ((await keys.find(known.kid, now)) === known.key) return timely(text, known.payload, now);
      // Its key has gone, or another has its name: judged anew, from the bytes.
      seen.delete(text);
    }

    const read = readCompact(text, keys.algorithm);
    if ('fault' in read) return read;
    const { kid } = read.token;
    const key = await keys.find(kid, now, () => 'claims' in judgePayload(unverifiedPayload(read.token), now));
    if (key === 'unknown') return { fault: 'unknown-key' };
    if ('retryAfter' in key) return { outage: 'keys', retryAfter: key.retryAfter };

    const bytes = await verifySignature(text, key, keys.algorithm);
    if (bytes === null) return { fault: 'signature' };
    const judged = judgePayload(bytes, now);
    if ('fault' in judged) return judged;
    seen.set(text, { kid, key, payload: Object.freeze(judged.claims) });
    return judged;
  };

  function judgePayload(
    bytes: Uint8Array,
    now: number,
  ): { readonly claims: AccessTokenClaims & Readonly<Record<string, unknown>> } | { readonly fault: TokenFault } {
    const payload = readJsonObject(bytes);
    if (payload === null) return { fault: 'payload' };
    if (payload['iss'] !== issuer) return { fault: 'issuer' };
    if (payload['aud'] !== audience) return { fault: 'audience' };
    return readClaims(payload, { longestLife }, Math.floor(now));
  }

  function timely(text: string, payload: Readonly<Record<string, unknown>>, now: number): Verified {
    const verified = readClaims(payload, { longestLife }, Math.floor(now));
    if ('fault' in verified) seen.delete(text);
    return verified;
  }
}
