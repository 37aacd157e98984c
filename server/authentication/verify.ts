import { type CryptoKey, compactVerify, errors } from 'jose';
import { type AccessTokenClaims, SHARED_SECRET_ALGORITHM, TOKEN_TYPE } from '../../schema/token.ts';
import { readJsonObject } from './json.ts';
import { type ClaimsFault, readClaims } from './claims.ts';

/** Why a token was refused: for the log and the tests. The caller gets one answer for all of them. */
export type TokenFault =
  | 'form'
  | 'header'
  | 'unknown-key'
  | 'signature'
  | 'payload'
  | 'issuer'
  | 'audience'
  | ClaimsFault;

/** A token that was found good, or why it was not. */
export type Verified = { readonly claims: AccessTokenClaims } | { readonly fault: TokenFault };

/** What tokens are held to. */
export interface VerifierOptions {
  readonly secrets: readonly { readonly kid: string; readonly secret: Uint8Array }[];
  readonly issuer: string;
  readonly audience: string;
  /** The longest life that a token may be given, in seconds. */
  readonly longestLife: number;
}

/** Verifies a token at a moment, in seconds since the epoch. */
export type Verify = (token: string, now: number) => Promise<Verified>;

/** RFC 7515 §7.1, compact form: three parts of base64url, none of them empty. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
/** No token of ours is longer; what is, is not worth a look. */
const MOST_CHARACTERS = 4_096;
/** The only header parameters that we write. Any other could change what the signature means: `crit`, `b64`, `jku`, `jwk`. */
const HEADER_PARAMETERS = ['alg', 'kid', 'typ'] as const;

/**
 * Makes a verifier for the `shared-secret` mode: HS256 (RFC 7518 §3.2) under the secret that the key id names.
 * The keys are imported once; nothing in a token ever leads to a key that is not in the list.
 */
export async function createVerifier({ secrets, issuer, audience, longestLife }: VerifierOptions): Promise<Verify> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const keys = new Map<string, CryptoKey>();
  for (const { kid, secret } of secrets)
    keys.set(kid, await crypto.subtle.importKey('raw', new Uint8Array(secret), algorithm, false, ['verify']));

  return async (token, now) => {
    if (token.length > MOST_CHARACTERS || !COMPACT.test(token)) return { fault: 'form' };
    const parts = token.split('.') as [string, string, string];
    // The unused bits of a last character may be anything to a lenient decoder: one token, many spellings.
    if (!parts.every(isCanonical)) return { fault: 'form' };
    const kid = readHeader(parts[0]);
    if (kid === null) return { fault: 'header' };
    const key = keys.get(kid);
    if (key === undefined) return { fault: 'unknown-key' };

    let bytes: Uint8Array;
    try {
      ({ payload: bytes } = await compactVerify(token, key, { algorithms: [SHARED_SECRET_ALGORITHM] }));
    } catch (error) {
      if (error instanceof errors.JOSEError) return { fault: 'signature' };
      throw error;
    }
    const payload = readJsonObject(bytes);
    if (payload === null) return { fault: 'payload' };
    if (payload['iss'] !== issuer) return { fault: 'issuer' };
    if (payload['aud'] !== audience) return { fault: 'audience' };
    return readClaims(payload, { longestLife }, now);
  };
}

/** The key id of a header of exactly our form; null for any other. */
function readHeader(encoded: string): string | null {
  const header = readJsonObject(Buffer.from(encoded, 'base64url'));
  if (header === null || Object.keys(header).toSorted().join() !== HEADER_PARAMETERS.join()) return null;
  const { alg, typ, kid } = header;
  return alg === SHARED_SECRET_ALGORITHM && typ === TOKEN_TYPE && typeof kid === 'string' ? kid : null;
}

function isCanonical(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}
