import { readCapped } from '../../runtime/read-capped.ts';
import { KEY_ID, KEY_PAIR_ALGORITHM } from '../../runtime/token.ts';
import { readJsonObject } from './strict-json.ts';
import type { KeyMaterial } from './verification-keys.ts';
import type { RefreshLimits } from './refreshing-keys.ts';

/**
 * A load at most every 5 s and twice a minute. The worst that a flood can do is to have both early in a minute: the
 * next comes 56 s after the second and takes at most 3 s.
 */
export const JWKS_LIMITS: RefreshLimits = { refreshAfter: 30, awaitRefreshAfter: 55, cooldown: 5, maxPerMinute: 2 };

/** The whole answer has to be here in so many milliseconds. */
const FETCH_TIMEOUT = 3_000;
/** No key set of ours is larger, in bytes: twenty keys are under 3 kB. */
const MAX_BYTES = 65_536;
const MAX_KEYS = 100;

/**
 * Fetches a JWK Set (RFC 7517 §5).
 * @param url where it is published; a setting, never anything that a token says
 * @throws {Error} when it does not come whole in 3 s with status 200 and at most 64 kB, or is no JWK Set; a redirect is
 *   an error too: it would let whoever answers choose another place to ask
 */
export async function fetchJwks(url: string): Promise<readonly KeyMaterial[]> {
  const response = await fetch(url, {
    redirect: 'error',
    cache: 'no-store',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(FETCH_TIMEOUT),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`The key set was answered with status ${response.status}.`);
  }
  return readJwks(await readBytes(response));
}

/**
 * Reads a JWK Set: the Ed25519 public keys for signatures that are in it (RFC 8037 §2). Others are for others, and are
 * left out (RFC 7517 §5); so is a key with a private half, which is no secret any more.
 * @throws {Error} when it is no JWK Set, or has two keys of one name: each could be meant
 */
export function readJwks(bytes: Uint8Array): readonly KeyMaterial[] {
  const set = readJsonObject(bytes);
  const listed = set?.['keys'];
  if (!Array.isArray(listed) || listed.length > MAX_KEYS) throw new Error('The key set is no JWK Set.');
  const keys = listed.flatMap((jwk: unknown) => readJwk(jwk) ?? []);
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) throw new Error('The key set has two keys of one name.');
  return keys;
}

/** An Ed25519 public key is 32 bytes: 43 characters, of which the last has two bits that do not count and are zero. */
const PUBLIC_KEY = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

function readJwk(jwk: unknown): KeyMaterial | null {
  if (typeof jwk !== 'object' || jwk === null) return null;
  const { kty, crv, use, alg, kid, x, ...more } = jwk as Readonly<Record<string, unknown>>;
  const isSupported =
    kty === 'OKP' && crv === 'Ed25519' && use === 'sig' && alg === KEY_PAIR_ALGORITHM && !('d' in more);
  const isComplete = typeof kid === 'string' && KEY_ID.test(kid) && typeof x === 'string' && PUBLIC_KEY.test(x);
  return isSupported && isComplete ? { kid, material: x } : null;
}

async function readBytes(response: Response): Promise<Uint8Array> {
  const bytes = await readCapped(response.body, MAX_BYTES);
  if (bytes === null) throw new Error('The key set is too large.');
  return bytes;
}
