import fs from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { withClient } from '../../data/pg/with-client.ts';
import { lockDataFolder } from '../data-lock.ts';
import { findRunningPostgres, startEmbeddedPostgres } from '../embedded-postgres.ts';
import { systemErrorCode, OperatorError } from '../operator-error.ts';
import type { Progress } from '../progress.ts';
import { keyFileIn } from '../key-store.ts';
import { loadSecrets } from '../secrets.ts';
import { writeArchive } from './archive-writer.ts';
import { FORMAT, PLATFORM } from './backup-format.ts';
import { addBaseBackup } from './base-backup.ts';
import { fieldgateVersion } from './installed.ts';

/** A checkpoint of a busy database may take minutes; one that takes longer than this hangs. */
const STATEMENT_TIMEOUT = 900_000;
const MEGABYTE = 1_000_000;

/** The files of a data folder, beside the cluster, that a restore needs. */
export const SECRET_FILES = ['secrets.json', keyFileIn('', 'shared-secret'), keyFileIn('', 'jwks')] as const;

/** The options of `createBackup`. */
export interface CreateBackupOptions {
  /** The data folder. */
  readonly dataDir: string;
  /** The archive's path; its folder exists. */
  readonly file: string;
  /** Whether the archive contains secrets.json and the key files. */
  readonly secrets: boolean;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a backup of a data folder with the embedded database, which may be in use. A database that does not run is
 * started for it, which recovers it after a crash, and stopped.
 * @returns the archive's size in bytes
 * @throws {OperatorError} if there is no database, it cannot be started, or the archive exists or cannot be written
 */
export async function createBackup(options: CreateBackupOptions): Promise<number> {
  const { dataDir, file } = options;
  if (!fs.existsSync(path.join(dataDir, 'postgres')))
    throw new OperatorError(`There is no database in ${dataDir} yet: run npm start once, which creates it.`);
  if (fs.existsSync(file)) throw existsError(file);
  const { passwords } = loadSecrets(dataDir);
  const running = await findRunningPostgres(dataDir, passwords.superuser, 'superuser');
  if (running !== undefined) return copyDatabase(running, options);
  const lock = await lockDataFolder(dataDir, { pid: process.pid, url: 'npm run backup' });
  try {
    const server = await startEmbeddedPostgres({ dataDir, passwords, signal: options.signal });
    try {
      return await copyDatabase(Object.assign(new URL(server.superuserUrl), { pathname: 'fieldgate' }).href, options);
    } finally {
      await server.stop();
    }
  } finally {
    lock.release();
  }
}

async function copyDatabase(
  url: string,
  { dataDir, file, secrets, progress, signal }: CreateBackupOptions,
): Promise<number> {
  const copy = async (client: Client) => {
    const description = { ...(await describeDatabase(client)), secrets };
    let done = () => 0;
    let total = 0;
    const detail = () => `${megabytes(done())} of ${megabytes(total)}`;
    const write = () =>
      writeArchive(file, {
        description,
        signal,
        fill: async (archive) => {
          done = archive.bytes;
          const onSize = (bytes: number) => (total = bytes);
          await addBaseBackup({ client, cluster: path.join(dataDir, 'postgres'), archive, onSize, signal });
          if (secrets) for (const name of SECRET_FILES) await archive.addFile(`data/${name}`, path.join(dataDir, name));
        },
      });
    await progress.runTimed('database copied', write, detail);
    return fs.statSync(file).size;
  };
  try {
    return await withClient(url, copy, { statementTimeout: STATEMENT_TIMEOUT, signal });
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw existsError(file, error);
    throw error;
  }
}

async function describeDatabase(client: Client) {
  const version = await client.query<{ number: string }>(
    `select setting as number from pg_settings where name = 'server_version_num'`,
  );
  const { rows } = await client.query<{ timestamp: string }>('select timestamp from fieldgate_migrations order by 1');
  return {
    format: FORMAT,
    fieldgate: fieldgateVersion(),
    createdAt: new Date().toISOString(),
    postgres: String(Math.floor(Number(version.rows[0]?.number) / 10_000)),
    platform: PLATFORM,
    migrations: rows.map(({ timestamp }) => Number(timestamp)),
  } as const;
}

/** Formats bytes: `12.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

function existsError(file: string, cause?: unknown): OperatorError {
  return new OperatorError(`${file} exists: choose another file, or move this one away.`, { cause });
}
