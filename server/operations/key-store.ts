import { generateKeyPairSync, randomBytes } from 'node:crypto';
import path from 'node:path';
import { type FileKey, formatKeyFile, KeyFileError, parseKeyFile } from '../../runtime/key-file.ts';
import type { TokenMode } from '../../runtime/token.ts';
import { readFileIfExists, readSecretFile, writeFileAtomically } from './files.ts';
import { OperatorError } from './operator-error.ts';

/** Returns the key file of a mode in a data folder. The two modes never share keys. */
export function keyFileIn(dataDir: string, mode: TokenMode): string {
  return path.join(dataDir, mode === 'jwks' ? 'token-key-pairs.json' : 'token-secrets.json');
}

/** Generates a key. Its id begins with the day, which sorts and explains a list of keys. */
export function generateKey(mode: TokenMode, signsFrom: number): FileKey {
  const day = new Date(signsFrom * 1_000).toISOString().slice(0, 10);
  const kid = `${day}.${randomBytes(4).toString('hex')}`;
  if (mode === 'shared-secret') return { kid, signsFrom, secret: randomBytes(32).toString('base64url'), publicKey: '' };
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { kid, signsFrom, secret: d, publicKey: x };
}

/**
 * Creates the key file of a new data folder, with one key that signs at once. An existing file is only checked.
 * @param now seconds since the epoch
 * @throws {OperatorError} if the file is damaged, open to other users, or cannot be written
 */
export function ensureKeyFile(file: string, mode: TokenMode, now: number): void {
  if (readSecretFile(file) !== undefined) readKeys(file, mode);
  else writeKeys(file, mode, [generateKey(mode, now)]);
}

/** `npm start` does not create a file that TOKEN_SECRETS names: its path may be mistyped, or its volume not mounted. */
const MISSING_FILE_ADVICE =
  'a file that TOKEN_SECRETS names must exist; without TOKEN_SECRETS the first `npm start` creates one in DATA_DIR';

/**
 * Reads a key file.
 * @throws {OperatorError} if it is missing or damaged; the message quotes nothing of it
 */
export function readKeys(file: string, mode: TokenMode): readonly FileKey[] {
  const text = readFileIfExists(file);
  if (text === undefined) throw new OperatorError(`There is no key file ${file}: ${MISSING_FILE_ADVICE}.`);
  try {
    return parseKeyFile(text, mode);
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    throw new OperatorError(
      `${file} cannot be used. ${error.message} Restore it from a backup, or move it away to get new keys.`,
    );
  }
}

/** Writes a key file atomically, with mode 0600. */
export function writeKeys(file: string, mode: TokenMode, keys: readonly FileKey[]): void {
  writeFileAtomically(file, formatKeyFile(keys, mode));
}
