import { readFileSync } from 'node:fs';
import type { CryptoKey } from 'jose';
import { type FileKey, parseKeyFile, selectSigningKey } from '../../runtime/key-file.ts';
import { KEY_PAIR_ALGORITHM, TOKEN_ALGORITHMS, type TokenMode } from '../../runtime/token.ts';
import type { TokenSecrets } from '../../runtime/token-secrets.ts';
import { errorFields, log } from '../log.ts';

/** The key that signs tokens; its id and algorithm go into the token's header. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly key: CryptoKey;
}

/** A published Ed25519 public key (RFC 8037 §2). */
export interface PublicKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly use: 'sig';
  readonly alg: typeof KEY_PAIR_ALGORITHM;
  readonly kid: string;
  readonly x: string;
}

/** The keys that sign access tokens. */
export interface SigningKeys {
  /**
   * Returns the key that signs at the time `now`, in seconds since the epoch.
   * @throws if there is a key file and it has never been readable
   */
  signingKey(now: number): Promise<SigningKey>;
  /** Returns the keys to publish, including those that do not sign yet; null for shared secrets. */
  publicKeys(now: number): readonly PublicKey[] | null;
}

/** Seconds until the key file is read again. */
const FILE_CACHE_SECONDS = 2;

/** Creates the keys of the settings: a list, of which the first signs, or a key file, in which each has a start time. */
export function createSigningKeys(mode: TokenMode, secrets: TokenSecrets): SigningKeys {
  const keysAt = 'file' in secrets ? fileReader(secrets.file, mode) : () => listed;
  const listed = 'file' in secrets ? [] : asFileKeys(secrets.listed);
  const imported = new WeakMap<FileKey, Promise<CryptoKey>>();
  return {
    async signingKey(now) {
      const fileKey = selectSigningKey(keysAt(now), now);
      if (fileKey === undefined) throw new Error('No key to sign with: none in the key file is active yet.');
      const key = imported.get(fileKey) ?? importKey(fileKey, mode);
      imported.set(fileKey, key);
      return { kid: fileKey.kid, algorithm: TOKEN_ALGORITHMS[mode], key: await key };
    },
    publicKeys: (now) => (mode === 'jwks' ? keysAt(now).map(toPublic) : null),
  };
}

function asFileKeys(secrets: readonly { readonly kid: string; readonly secret: Uint8Array }[]): readonly FileKey[] {
  return secrets.map(({ kid, secret }, index) => ({
    kid,
    secret: Buffer.from(secret).toString('base64url'),
    publicKey: '',
    signsFrom: index === 0 ? 0 : Number.POSITIVE_INFINITY,
  }));
}

/** Returns a function that reads the key file every few seconds; if reading fails, it returns the last keys. */
function fileReader(file: string, mode: TokenMode): (now: number) => readonly FileKey[] {
  let keys: readonly FileKey[] | undefined;
  let text = '';
  let readAt = Number.NEGATIVE_INFINITY;
  return (now) => {
    // `abs`: after the clock was set back, the file is read at once.
    if (keys !== undefined && Math.abs(now - readAt) < FILE_CACHE_SECONDS) return keys;
    readAt = now;
    try {
      const current = readFileSync(file, 'utf8');
      if (keys === undefined || current !== text) keys = parseKeyFile(current, mode);
      text = current;
    } catch (error) {
      if (keys === undefined) throw error;
      log.error(errorFields(error), 'the key file could not be read; the last keys remain in use');
    }
    return keys;
  };
}

function importKey({ secret, publicKey }: FileKey, mode: TokenMode): Promise<CryptoKey> {
  if (mode === 'jwks') {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey, d: secret };
    return crypto.subtle.importKey('jwk', jwk, { name: 'Ed25519' }, false, ['sign']);
  }
  const bytes = new Uint8Array(Buffer.from(secret, 'base64url'));
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

function toPublic({ kid, publicKey }: FileKey): PublicKey {
  return { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: KEY_PAIR_ALGORITHM, kid, x: publicKey };
}
