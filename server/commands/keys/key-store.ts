import { generateKeyPairSync, randomBytes } from 'node:crypto';
import path from 'node:path';
import { type FileKey, formatKeyFile, KeyFileError, parseKeyFile } from '../../../runtime/key-file.ts';
import type { TokenMode } from '../../../runtime/token.ts';
import { readFileIfExists, readSecretFile, writeFileAtomically } from '../../operations/files.ts';
import { OperatorError } from '../../operations/operator-error.ts';

/** Where a data folder keeps the keys of a mode: the two have nothing in common. */
export function keyFileIn(dataDir: string, mode: TokenMode): string {
  return path.join(dataDir, mode === 'jwks' ? 'token-key-pairs.json' : 'token-secrets.json');
}

/** Makes a new key. Its id begins with the day, for whoever reads a list of them. */
export function makeKey(mode: TokenMode, signsFrom: number): FileKey {
  const day = new Date(signsFrom * 1_000).toISOString().slice(0, 10);
  const kid = `${day}.${randomBytes(4).toString('hex')}`;
  if (mode === 'shared-secret') return { kid, signsFrom, secret: randomBytes(32).toString('base64url'), publicKey: '' };
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { kid, signsFrom, secret: d, publicKey: x };
}

/**
 * Makes the key file of a new data folder, with one key that signs at once. One that is there is left as it is.
 * @param now seconds since the epoch
 * @throws {OperatorError} when it is damaged, open to other users, or cannot be written
 */
export function ensureKeyFile(file: string, mode: TokenMode, now: number): void {
  if (readSecretFile(file) !== undefined) readKeys(file, mode);
  else writeKeys(file, mode, [makeKey(mode, now)]);
}

/** `npm start` itself says this too, of a file that it will not make: the place may be mistyped, or not mounted. */
const MISSING_FILE_ADVICE =
  'one that TOKEN_SECRETS names must be there already; without TOKEN_SECRETS the first `npm start` makes one in DATA_DIR';

/**
 * Reads a key file.
 * @throws {OperatorError} when it is not there or damaged; nothing of it is in the words
 */
export function readKeys(file: string, mode: TokenMode): readonly FileKey[] {
  const text = readFileIfExists(file);
  if (text === undefined) throw new OperatorError(`There is no key file ${file}: ${MISSING_FILE_ADVICE}.`);
  try {
    return parseKeyFile(text, mode);
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    throw new OperatorError(
      `${file} cannot be used. ${error.message} Put it back from a backup, or move it away for new keys.`,
    );
  }
}

/** Writes a key file whole, for its owner alone. */
export function writeKeys(file: string, mode: TokenMode, keys: readonly FileKey[]): void {
  writeFileAtomically(file, formatKeyFile(keys, mode));
}
