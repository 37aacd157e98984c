import { readCapped } from '../../runtime/read-capped.ts';
import { KEY_ID, KEY_PAIR_ALGORITHM } from '../../runtime/token.ts';
import { readJsonObject } from './strict-json.ts';
import type { KeyMaterial } from './verification-keys.ts';
import type { RefreshLimits } from './refreshing-keys.ts';

/**
 * A load at most every 5 s and twice a minute. The worst case is a flood of unknown key ids that causes both loads early
 * in a minute: the next load starts 56 s after the second and takes at most 3 s.
 */
export const JWKS_LIMITS: RefreshLimits = { refreshAfter: 30, awaitRefreshAfter: 55, cooldown: 5, maxPerMinute: 2 };

/** The time limit for the whole response, in milliseconds. */
const FETCH_TIMEOUT = 3_000;
/** The largest key set, in bytes: twenty keys take less than 3 kB. */
const MAX_BYTES = 65_536;
const MAX_KEYS = 100;

/**
 * Fetches a JWK Set (RFC 7517 §5).
 * @param url the URL of the set: from a setting, never from a token
 * @throws {Error} unless a valid JWK Set of at most 64 kB arrives within 3 s with status 200. A redirect is an error: it
 *   would let the responding server choose another key source
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
    throw new Error(`Could not fetch the key set: status ${response.status}.`);
  }
  return readJwks(await readBytes(response));
}

/**
 * Returns the Ed25519 signature keys of a JWK Set (RFC 8037 §2). Keys of other types and uses are ignored (RFC 7517 §5),
 * as is a key published with its private part: it is compromised.
 * @throws {Error} for anything but a JWK Set, and for two keys with one `kid`, which would be ambiguous
 */
export function readJwks(bytes: Uint8Array): readonly KeyMaterial[] {
  const set = readJsonObject(bytes);
  const listed = set?.['keys'];
  if (!Array.isArray(listed) || listed.length > MAX_KEYS) throw new Error('The key set is not a JWK Set.');
  const keys = listed.flatMap((jwk: unknown) => readJwk(jwk) ?? []);
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length)
    throw new Error('The key set has two keys with one `kid`.');
  return keys;
}

/** An Ed25519 public key has 32 bytes: 43 characters. The last two bits of the last character are unused and zero. */
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
