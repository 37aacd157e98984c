import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { withClient } from '../../data/pg/with-client.ts';
import { lockDataFolder } from '../data-lock.ts';
import { startEmbeddedPostgres } from '../embedded-postgres.ts';
import { readSecretFile, syncFolder, writeFileAtomically } from '../files.ts';
import { generateKey, keyFileIn, writeKeys } from '../key-store.ts';
import { explainWriteErrors, OperatorError } from '../operator-error.ts';
import { UNFINISHED_PREFIX } from '../postgres/postgres-cluster.ts';
import type { Progress } from '../progress.ts';
import { loadSecrets } from '../secrets.ts';
import { readArchive } from './archive-reader.ts';
import { assertRestorable, type Description, type Installed } from './backup-format.ts';
import { SECRET_FILES } from './create-backup.ts';

const STATEMENT_TIMEOUT = 300_000;
const LOCK_FILES = ['lock', 'lock-journal', 'running.json'];

/** The options of `restoreBackup`. */
export interface RestoreBackupOptions {
  readonly file: string;
  /** The data folder: absent or empty. */
  readonly dataDir: string;
  /** The folder that holds secrets.json and the key files, for an archive without them. */
  readonly secretsFrom?: string | undefined;
  /** Whether sessions end and the signing keys are replaced. */
  readonly endSessions: boolean;
  readonly installed: Installed;
  /** `name=value` settings for the server that recovers the database, such as `fsync=off` for tests. Default: none. */
  readonly settings?: readonly string[];
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** What was restored. */
export interface Restored {
  readonly description: Description;
  /** The number of sessions that were ended. */
  readonly endedSessions: number;
}

/**
 * Restores a backup into an empty data folder. The archive is verified whole before anything is written; then it is
 * unpacked beside the final place, PostgreSQL recovers it there, and the parts are renamed, secrets.json last: without it
 * `npm start` refuses a database, so that an interruption leaves no half of a data folder that could be used.
 * @throws {OperatorError} if the folder is not empty, or the archive is damaged, of another format, PostgreSQL, machine or a
 * newer Fieldgate, or has no secrets; nothing is changed then
 */
export async function restoreBackup(options: RestoreBackupOptions): Promise<Restored> {
  const { file, dataDir, secretsFrom, installed, progress, signal } = options;
  assertEmpty(dataDir);
  const check = (description: Description) => {
    assertRestorable(file, description, installed);
    assertHasSecrets(file, description, secretsFrom);
  };
  await progress.runTimed('archive verified', () => readArchive(file, { onDescription: check, signal }));
  const lock = await lockDataFolder(dataDir, { pid: process.pid, url: 'npm run backup -- restore' });
  // The cluster's prefix: the next start removes what a killed restore leaves.
  const unfinished = path.join(dataDir, `${UNFINISHED_PREFIX}${randomBytes(4).toString('hex')}`);
  try {
    assertEmpty(dataDir);
    if (process.getuid?.() === 0) fs.chmodSync(dataDir, 0o711);
    explainWriteErrors(unfinished, () => fs.mkdirSync(unfinished, { mode: 0o700 }));
    // The archive may have been replaced since it was verified: it is verified again while it is unpacked.
    const unpack = () => readArchive(file, { onDescription: check, into: unfinished, signal });
    const description = await progress.runTimed('archive unpacked', unpack);
    if (!description.secrets && secretsFrom !== undefined) copySecrets(secretsFrom, unfinished);
    const endedSessions = await progress.runTimed('database recovered', () => recover(unfinished, options));
    signal?.throwIfAborted();
    moveIntoPlace(unfinished, dataDir);
    return { description, endedSessions };
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
    lock.release();
  }
}

/** Lets PostgreSQL recover the database, which proves that it can be used, and ends sessions. */
async function recover(folder: string, { endSessions, settings, signal }: RestoreBackupOptions): Promise<number> {
  const { passwords } = loadSecrets(folder);
  const server = await startEmbeddedPostgres({ dataDir: folder, passwords, ...(settings && { settings }), signal });
  try {
    if (!endSessions) return 0;
    const sessions = await withClient(
      server.url('owner'),
      async (owner) => {
        // Links in mails that were used since the backup would be valid again.
        await owner.query('delete from auth.verification');
        return (await owner.query('delete from auth.session')).rowCount ?? 0;
      },
      { statementTimeout: STATEMENT_TIMEOUT, signal },
    );
    replaceKeys(folder);
    return sessions;
  } finally {
    await server.stop();
  }
}

/** Renames the parts, secrets.json last, each durably. */
function moveIntoPlace(from: string, to: string): void {
  fs.renameSync(path.join(from, 'postgres'), path.join(to, 'postgres'));
  syncFolder(to);
  for (const name of SECRET_FILES.toReversed()) {
    const text = readSecretFile(path.join(from, name));
    if (text !== undefined) writeFileAtomically(path.join(to, name), text);
  }
}

/** Tokens of sessions that began after the backup are in no table: only other keys refuse them. */
function replaceKeys(folder: string): void {
  for (const mode of ['shared-secret', 'jwks'] as const) {
    const file = keyFileIn(folder, mode);
    if (fs.existsSync(file)) writeKeys(file, mode, [generateKey(mode, Math.floor(Date.now() / 1_000))]);
  }
}

/** @throws {OperatorError} if the folder contains anything but the lock and what an interrupted restore or start left */
function assertEmpty(dataDir: string): void {
  const stats = fs.statSync(dataDir, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) throw new OperatorError(`${dataDir} is not a folder: set DATA_DIR to another path.`);
  const found = fs
    .readdirSync(dataDir)
    .filter((name) => !LOCK_FILES.includes(name) && !name.startsWith(UNFINISHED_PREFIX));
  if (found.length > 0)
    throw new OperatorError(
      `${dataDir} is not empty (it contains ${found.slice(0, 3).join(', ')}): move it away, or set DATA_DIR to another folder. Nothing was changed.`,
    );
}

function assertHasSecrets(file: string, { secrets }: Description, secretsFrom: string | undefined): void {
  if (secrets && secretsFrom !== undefined)
    throw new OperatorError(`${file} contains its secrets: restore it without --secrets. Nothing was changed.`);
  if (secrets) return;
  if (secretsFrom === undefined)
    throw new OperatorError(
      `${file} was made with --without-secrets: add --secrets <folder>, which holds secrets.json and the key files. Nothing was changed.`,
    );
  if (!fs.existsSync(path.join(secretsFrom, 'secrets.json')))
    throw new OperatorError(`There is no secrets.json in ${secretsFrom}. Nothing was changed.`);
}

function copySecrets(from: string, to: string): void {
  for (const name of SECRET_FILES) {
    const text = readSecretFile(path.join(from, name));
    if (text !== undefined) writeFileAtomically(path.join(to, name), text);
  }
}
