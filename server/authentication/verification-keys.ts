import type { CryptoKey } from 'jose';

/** A token algorithm: the one of the mode (runtime/token.ts). */
export type TokenAlgorithm = 'HS256' | 'EdDSA';

/** A key that verifies, as it is listed: a shared secret, or an Ed25519 public key; base64url. */
export interface KeyMaterial {
  readonly kid: string;
  readonly material: string;
}

/** The keys that verify tokens. */
export interface VerificationKeys {
  /** The only algorithm that they are for. */
  readonly algorithm: TokenAlgorithm;
  /**
   * Finds the key that an id names. The same object for as long as the key is listed: another one is another key.
   * @param now when the token arrived, in seconds since the epoch, with fractions
   * @param couldBeGood whether the token could be good under some key; asked only about a key that is not listed. What
   *   is bad under every key is not worth a load: junk tokens must not use up the loads that real ones need
   * @returns `unknown` when no such key is listed, an `Unavailable` when that cannot be told now
   */
  find(kid: string, now: number, couldBeGood?: () => boolean): Promise<CryptoKey | 'unknown' | Unavailable>;
}

/** Whether a key is listed cannot be told now. */
export interface Unavailable {
  /** When to ask again, in whole seconds from now. */
  readonly retryAfter: number;
}

const IMPORT_ALGORITHMS = { HS256: { name: 'HMAC', hash: 'SHA-256' }, EdDSA: { name: 'Ed25519' } } as const;

/**
 * Imports keys, once each: `previous` ones of the same id and material are kept as they are.
 * @throws when the material is no key of the algorithm
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
  // Not extractable, and for verifying alone: no fault of ours can sign with it or read it back.
  return crypto.subtle.importKey('raw', Buffer.from(material, 'base64url'), IMPORT_ALGORITHMS[algorithm], false, [
    'verify',
  ]);
}

/** Keys that never change while the process lives: those that a setting lists. */
export async function staticKeys(algorithm: TokenAlgorithm, listed: readonly KeyMaterial[]): Promise<VerificationKeys> {
  const keys = await importKeys(algorithm, listed);
  return { algorithm, find: async (kid) => keys.get(kid)?.key ?? 'unknown' };
}
