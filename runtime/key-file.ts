/**
 * The key file: a JWK Set (RFC 7517 §5) with the private parts of the keys, readable by its owner only. `npm run keys`
 * writes it; the web app, and in `shared-secret` mode the API, reload it every few seconds. Every key in it verifies
 * tokens. Which key signs depends only on the time, so that a rotation is one write, without a message to any process.
 */
import { KEY_ID, SHARED_SECRET_MIN_BYTES, TOKEN_ALGORITHMS, type TokenMode } from './token.ts';

/** Seconds between the publication of a key and its first signature: twice the longest reload time of a verifier. */
export const KEY_ACTIVATION_DELAY = 120;

/** One key of a key file. */
export interface FileKey {
  readonly kid: string;
  /** The shared secret, or the Ed25519 private key; base64url. */
  readonly secret: string;
  /** The Ed25519 public key, base64url; empty for a shared secret. */
  readonly publicKey: string;
  /** When the key starts to sign, in seconds since the epoch; it signs until the next key starts. */
  readonly signsFrom: number;
}

/** Thrown for an invalid key file. Its message never contains a part of the file. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

/** Bytes of an Ed25519 key, private or public (RFC 8032 §5.1.5). */
const ED25519_BYTES = 32;

/**
 * Parses a key file.
 * @param mode the token mode of the keys. A file of the other mode is rejected, so that the same bytes are never both a
 *   shared secret, which the API has, and a private key
 * @throws {KeyFileError} if the file is damaged, empty, of the other mode, or has two keys with one `kid`
 */
export function parseKeyFile(text: string, mode: TokenMode): readonly FileKey[] {
  const entries = entriesOf(text);
  const keys = entries.map((entry, index) => {
    const key = parseKey(entry, mode);
    if (key === null) throw new KeyFileError(`Key ${index + 1} of the key file is not a key of ${mode} mode.`);
    return key;
  });
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length)
    throw new KeyFileError('The key file has two keys with one `kid`.');
  return keys;
}

/** Returns the text of a key file; the inverse of `parseKeyFile`. */
export function formatKeyFile(keys: readonly FileKey[], mode: TokenMode): string {
  const entries = keys.map(({ kid, secret, publicKey, signsFrom }) => ({
    kid,
    use: 'sig',
    alg: TOKEN_ALGORITHMS[mode],
    ...(mode === 'jwks' ? { kty: 'OKP', crv: 'Ed25519', x: publicKey, d: secret } : { kty: 'oct', k: secret }),
    signsFrom: new Date(signsFrom * 1_000).toISOString(),
  }));
  return `${JSON.stringify({ keys: entries }, null, 2)}\n`;
}

/**
 * Returns the key that signs at a time: the one with the latest `signsFrom` that has passed. If none has passed, because
 * the clock was set back, the one with the earliest.
 * @param keys at least one, as `parseKeyFile` returns them
 * @param now seconds since the epoch
 */
export function selectSigningKey<K extends Pick<FileKey, 'signsFrom'>>(keys: readonly K[], now: number): K | undefined {
  const inOrder = keys.toSorted((one, other) => one.signsFrom - other.signsFrom);
  return inOrder.findLast(({ signsFrom }) => signsFrom <= now) ?? inOrder[0];
}

function entriesOf(text: string): readonly unknown[] {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    // The parser's message would quote the file.
    throw new KeyFileError('The key file is not JSON.');
  }
  if (!isObject(file) || !Array.isArray(file['keys']) || file['keys'].length === 0)
    throw new KeyFileError('The key file has no `keys` array, or an empty one.');
  return file['keys'];
}

function parseKey(entry: unknown, mode: TokenMode): FileKey | null {
  if (!isObject(entry)) return null;
  const { kid, alg, kty, crv, k, x, d, signsFrom } = entry;
  const seconds = typeof signsFrom === 'string' ? Date.parse(signsFrom) / 1_000 : Number.NaN;
  if (typeof kid !== 'string' || !KEY_ID.test(kid) || Number.isNaN(seconds) || alg !== TOKEN_ALGORITHMS[mode])
    return null;
  if (mode === 'shared-secret')
    return kty === 'oct' && bytesOf(k) >= SHARED_SECRET_MIN_BYTES
      ? { kid, secret: k as string, publicKey: '', signsFrom: seconds }
      : null;
  const isPair = kty === 'OKP' && crv === 'Ed25519' && bytesOf(x) === ED25519_BYTES && bytesOf(d) === ED25519_BYTES;
  return isPair ? { kid, secret: d as string, publicKey: x as string, signsFrom: seconds } : null;
}

/** Returns the number of bytes of a base64url text; 0 for anything else. */
function bytesOf(text: unknown): number {
  return typeof text === 'string' && /^[A-Za-z0-9_-]+$/.test(text) ? Math.floor((text.length * 3) / 4) : 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
