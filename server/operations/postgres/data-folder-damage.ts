import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { systemErrorCode, TransientError, OperatorError } from '../operator-error.ts';

/** How long a server may refuse sessions while it recovers from a crash: it may have to replay a gigabyte of WAL, or more. */
const RECOVERY_MILLISECONDS = 600_000;
const RETRY_MILLISECONDS = 200;
const INVALID_PASSWORD = '28P01';
const CANNOT_CONNECT_NOW = '57P03';
/** SQLSTATEs of a server that recovers, shuts down, or ended the session because another of its processes crashed. */
const SESSION_ENDED = /^57P0/;

interface Entry {
  /** Its path in the cluster. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** Whether it is never empty in an intact cluster. */
  readonly nonEmpty: boolean;
}

/** The files and folders that initdb creates and PostgreSQL cannot run without (PostgreSQL 18 manual, 66.1). */
export const ESSENTIAL: readonly Entry[] = [
  { name: 'PG_VERSION', kind: 'file', nonEmpty: true },
  { name: 'base', kind: 'folder', nonEmpty: true },
  { name: 'global', kind: 'folder', nonEmpty: true },
  { name: 'global/pg_control', kind: 'file', nonEmpty: true },
  { name: 'global/pg_filenode.map', kind: 'file', nonEmpty: true },
  { name: 'pg_commit_ts', kind: 'folder', nonEmpty: false },
  { name: 'pg_dynshmem', kind: 'folder', nonEmpty: false },
  { name: 'pg_hba.conf', kind: 'file', nonEmpty: true },
  { name: 'pg_logical', kind: 'folder', nonEmpty: true },
  { name: 'pg_logical/mappings', kind: 'folder', nonEmpty: false },
  { name: 'pg_logical/snapshots', kind: 'folder', nonEmpty: false },
  { name: 'pg_multixact', kind: 'folder', nonEmpty: true },
  { name: 'pg_multixact/members', kind: 'folder', nonEmpty: true },
  { name: 'pg_multixact/offsets', kind: 'folder', nonEmpty: true },
  { name: 'pg_notify', kind: 'folder', nonEmpty: false },
  { name: 'pg_replslot', kind: 'folder', nonEmpty: false },
  { name: 'pg_serial', kind: 'folder', nonEmpty: false },
  { name: 'pg_snapshots', kind: 'folder', nonEmpty: false },
  { name: 'pg_stat', kind: 'folder', nonEmpty: false },
  { name: 'pg_stat_tmp', kind: 'folder', nonEmpty: false },
  { name: 'pg_subtrans', kind: 'folder', nonEmpty: false },
  { name: 'pg_tblspc', kind: 'folder', nonEmpty: false },
  { name: 'pg_twophase', kind: 'folder', nonEmpty: false },
  { name: 'pg_wal', kind: 'folder', nonEmpty: true },
  { name: 'pg_xact', kind: 'folder', nonEmpty: true },
  { name: 'postgresql.conf', kind: 'file', nonEmpty: false },
];

/** Returns what the operator can do about a damaged cluster. */
export function recoveryAdvice(cluster: string): string {
  const dataDir = path.dirname(cluster);
  return `Nothing was changed. Put ${dataDir} back from a backup, or move it away to start with an empty one.`;
}

/** Returns the message for a cluster that PostgreSQL cannot use. */
export function unusableMessage(cluster: string, reason: string): string {
  return `The database in ${cluster} cannot be used: ${reason}`;
}

/** Returns the message for a full disk. */
export function diskFullMessage(folder: string): string {
  return `The disk that holds ${folder} is nonEmpty: make room and try again.`;
}

/**
 * Checks a cluster before PostgreSQL starts on it: PostgreSQL reports some damage with an internal error, and some not
 * until a table is read.
 * @param cluster the folder
 * @throws {OperatorError} naming every file and folder that is missing, empty, of another kind or not accessible, and what
 *   to do
 */
export function assertClusterIntact(cluster: string): void {
  const findings = ESSENTIAL.flatMap((entry) => describeDamage(cluster, entry) ?? []);
  if (findings.length === ESSENTIAL.length)
    throw new OperatorError(`${cluster} exists but holds no database: move it away, so that a new one can be created.`);
  if (findings.length > 0)
    throw new OperatorError(unusableMessage(cluster, `${findings.join('; ')}. ${recoveryAdvice(cluster)}`));
  const version = path.join(cluster, 'PG_VERSION');
  if (!/^\d+\n?$/.test(fs.readFileSync(version, 'utf8')))
    throw new OperatorError(unusableMessage(cluster, `${version} holds no version number. ${recoveryAdvice(cluster)}`));
}

/** Returns a clause that names the damage of a file or folder; undefined if it is intact. */
function describeDamage(cluster: string, { name, kind, nonEmpty }: Entry): string | undefined {
  const file = path.join(cluster, name);
  try {
    const stats = fs.statSync(file);
    if (stats.isDirectory() !== (kind === 'folder')) return `${file} is not a ${kind}`;
    // Checks the mode instead of opening the file: this process may be root, and PostgreSQL is not.
    const needed = kind === 'folder' ? 0o700 : 0o600;
    if (process.platform !== 'win32' && (stats.mode & needed) !== needed)
      return `${file} is not accessible to its owner, as which PostgreSQL runs (run: chmod u+rwX '${file}')`;
    const isEmpty = kind === 'folder' ? fs.readdirSync(file).length === 0 : stats.size === 0;
    return nonEmpty && isEmpty ? `${file} is empty` : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return `${file} is missing`;
    if (systemErrorCode(error) === 'EACCES') return `${file} may not be read by this user`;
    throw error;
  }
}

/**
 * Runs the first queries on a server that has just started, and retries while it recovers from a crash, for at most 10 min.
 * @param signal ends the wait
 * @throws {OperatorError} with the server's message: an error here comes from the data files
 * @throws {TransientError} if the server has exited, or is still recovering
 */
export async function retryWhileRecovering(
  cluster: string,
  work: () => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + RECOVERY_MILLISECONDS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (systemErrorCode(error) !== CANNOT_CONNECT_NOW || Date.now() > deadline) throw toOperatorError(cluster, error);
      await delay(RETRY_MILLISECONDS, undefined, signal && { signal });
    }
  }
}

/** PostgreSQL's messages for a failed connection name roles and files, never a password. */
function toOperatorError(cluster: string, error: unknown): OperatorError {
  if (error instanceof OperatorError) return error;
  const secrets = path.join(path.dirname(cluster), 'secrets.json');
  if (systemErrorCode(error) === INVALID_PASSWORD)
    return new OperatorError(
      `${secrets} does not hold the passwords of the database in ${cluster}: restore the secrets.json with which it was ` +
        `created, or move ${path.dirname(cluster)} away to start with an empty one.`,
    );
  if (!(error instanceof DatabaseError) || SESSION_ENDED.test(error.code ?? ''))
    return new TransientError(
      `The database in ${cluster} does not answer (${error instanceof Error ? error.message : String(error)}): ` +
        `it has exited, or is still recovering from a crash. Its log is ${path.join(cluster, 'server.log')}.`,
    );
  const { message, detail } = error;
  const reason = [message, detail]
    .filter((part) => part !== undefined)
    .join('. ')
    .replace(/\.?$/, '.');
  return new OperatorError(unusableMessage(cluster, `${reason} ${recoveryAdvice(cluster)}`));
}
