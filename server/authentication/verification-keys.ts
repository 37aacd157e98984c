import type { CryptoKey } from 'jose';

/** The signature algorithm of a token mode (runtime/token.ts). */
export type TokenAlgorithm = 'HS256' | 'EdDSA';

/** A listed verification key: a shared secret or an Ed25519 public key, base64url. */
export interface KeyMaterial {
  readonly kid: string;
  readonly material: string;
}

/** The keys that verify tokens. */
export interface VerificationKeys {
  /** The only algorithm of all keys. */
  readonly algorithm: TokenAlgorithm;
  /**
   * Returns the key with an id: the same object for as long as the key is listed, so that another object is another key.
   * @param now when the token arrived, in seconds since the epoch, with fractions
   * @param isPlausible whether some key could verify the token; called only if the key is not listed. A token that every
   *   key would reject does not cause a load: invalid tokens must not use up the loads that valid ones need
   * @returns `unknown` if no such key is listed, an `Unavailable` if the keys cannot be loaded now
   */
  find(kid: string, now: number, isPlausible?: () => boolean): Promise<CryptoKey | 'unknown' | Unavailable>;
}

/** The keys cannot be loaded now, so whether a key is listed is not known. */
export interface Unavailable {
  /** When to retry, in whole seconds from now. */
  readonly retryAfter: number;
}

const IMPORT_ALGORITHMS = { HS256: { name: 'HMAC', hash: 'SHA-256' }, EdDSA: { name: 'Ed25519' } } as const;

/**
 * Imports keys. Keys of `previous` with the same id and material are reused.
 * @throws if the material is not a key of the algorithm
 */
export async function importKeys(
  algorithm: TokenAlgorithm,
  listed: readonly KeyMaterial[],
  previous: ImportedKeys = new Map(),
): Promise<ImportedKeys> {
  const keys = new Map<string, ImportedKey>();
  for (const { kid, material } of listed) {
    const reusable = previous.get(kid);
    keys.set(kid, reusable?.material === material ? reusable : { material, key: await importKey(algorithm, material) });
  }
  return keys;
}

interface ImportedKey {
  readonly material: string;
  readonly key: CryptoKey;
}

/** Imported keys by their ids. */
export type ImportedKeys = ReadonlyMap<string, ImportedKey>;

function importKey(algorithm: TokenAlgorithm, material: string): Promise<CryptoKey> {
  // Not extractable and only for `verify`: no bug of this process can sign with the key or export it.
  return crypto.subtle.importKey('raw', Buffer.from(material, 'base64url'), IMPORT_ALGORITHMS[algorithm], false, [
    'verify',
  ]);
}

/** Returns keys that do not change while the process runs: those that a setting lists. */
export async function staticKeys(algorithm: TokenAlgorithm, listed: readonly KeyMaterial[]): Promise<VerificationKeys> {
  const keys = await importKeys(algorithm, listed);
  return { algorithm, find: async (kid) => keys.get(kid)?.key ?? 'unknown' };
}
