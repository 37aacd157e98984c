import { readFile } from 'node:fs/promises';
import { type FileKey, parseKeyFile } from '../runtime/key-file.ts';
import { JWKS_PATH, KEY_PAIR_ALGORITHM, SHARED_SECRET_ALGORITHM } from '../runtime/token.ts';
import { fetchJwks, JWKS_LIMITS } from './authentication/jwks.ts';
import { type KeyMaterial, type VerificationKeys, staticKeys } from './authentication/verification-keys.ts';
import { type RefreshLimits, refreshingKeys } from './authentication/refreshing-keys.ts';
import type { ApiConfig } from './config.ts';

/**
 * Changes of `npm run keys` take effect within 2 s. Reading a small file costs less than verifying a signature, and one
 * read runs at a time: every unknown key id may cause one, so that the result is never `Unavailable` because of a limit.
 */
const FILE_LIMITS: RefreshLimits = {
  refreshAfter: 2,
  awaitRefreshAfter: 10,
  cooldown: 0,
  maxPerMinute: Number.POSITIVE_INFINITY,
};

/** The time limit for reading the file, in milliseconds: a disk may hang. The keys of the last read stay in use. */
const FILE_READ_TIMEOUT = 3_000;

/**
 * Returns the keys that verify tokens: listed in TOKEN_SECRETS, in the key file that it names, or published by the web app.
 * @param onFailure called with the error of each failed read or fetch; the keys of the last successful one stay in use
 * @throws {KeyFileError} or a system error if the key file cannot be read at the start
 */
export async function openVerificationKeys(
  config: Pick<ApiConfig, 'TOKEN_MODE' | 'TOKEN_SECRETS' | 'WEB_URL'>,
  onFailure: (error: unknown) => void,
): Promise<VerificationKeys> {
  if (config.TOKEN_MODE === 'jwks') {
    const load = () => fetchJwks(config.WEB_URL + JWKS_PATH);
    return refreshingKeys({ algorithm: KEY_PAIR_ALGORITHM, load, limits: JWKS_LIMITS, onFailure });
  }
  const { TOKEN_SECRETS: secrets } = config;
  if (secrets === undefined) throw new Error('TOKEN_SECRETS is not set.');
  if ('file' in secrets) {
    const load = () => loadFile(secrets.file);
    // An unreadable file fails the start, not the first request.
    await load();
    return refreshingKeys({ algorithm: SHARED_SECRET_ALGORITHM, load, limits: FILE_LIMITS, onFailure });
  }
  const listed = secrets.listed.map(({ kid, secret }) => ({
    kid,
    material: Buffer.from(secret).toString('base64url'),
  }));
  return staticKeys(SHARED_SECRET_ALGORITHM, listed);
}

/**
 * Reads the shared secrets of a key file.
 * @throws {KeyFileError} or a system error
 */
async function loadFile(file: string): Promise<readonly KeyMaterial[]> {
  const text = await readFile(file, { encoding: 'utf8', signal: AbortSignal.timeout(FILE_READ_TIMEOUT) });
  return parseKeyFile(text, 'shared-secret').map(toMaterial);
}

function toMaterial({ kid, secret }: FileKey): KeyMaterial {
  return { kid, material: secret };
}
