import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { systemErrorCode, PassingProblem, OperatorError } from '../operator-error.ts';

/** How long a server may refuse sessions, while it recovers from a crash: it has a gigabyte of log to replay, or more. */
const RECOVERY_MILLISECONDS = 600_000;
const RETRY_MILLISECONDS = 200;
const INVALID_PASSWORD = '28P01';
const CANNOT_CONNECT_NOW = '57P03';
/** A server that recovers, shuts down, or has ended the session because another of its processes crashed. */
const ENDING = /^57P0/;

interface Entry {
  /** Path in the cluster. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** Whether it is never empty in a sound cluster. */
  readonly full: boolean;
}

/**
 * What initdb makes and PostgreSQL does not start or run without (PostgreSQL 18 manual, 66.1).
 */
export const ESSENTIAL: readonly Entry[] = [
  { name: 'PG_VERSION', kind: 'file', full: true },
  { name: 'base', kind: 'folder', full: true },
  { name: 'global', kind: 'folder', full: true },
  { name: 'global/pg_control', kind: 'file', full: true },
  { name: 'global/pg_filenode.map', kind: 'file', full: true },
  { name: 'pg_commit_ts', kind: 'folder', full: false },
  { name: 'pg_dynshmem', kind: 'folder', full: false },
  { name: 'pg_hba.conf', kind: 'file', full: true },
  { name: 'pg_logical', kind: 'folder', full: true },
  { name: 'pg_logical/mappings', kind: 'folder', full: false },
  { name: 'pg_logical/snapshots', kind: 'folder', full: false },
  { name: 'pg_multixact', kind: 'folder', full: true },
  { name: 'pg_multixact/members', kind: 'folder', full: true },
  { name: 'pg_multixact/offsets', kind: 'folder', full: true },
  { name: 'pg_notify', kind: 'folder', full: false },
  { name: 'pg_replslot', kind: 'folder', full: false },
  { name: 'pg_serial', kind: 'folder', full: false },
  { name: 'pg_snapshots', kind: 'folder', full: false },
  { name: 'pg_stat', kind: 'folder', full: false },
  { name: 'pg_stat_tmp', kind: 'folder', full: false },
  { name: 'pg_subtrans', kind: 'folder', full: false },
  { name: 'pg_tblspc', kind: 'folder', full: false },
  { name: 'pg_twophase', kind: 'folder', full: false },
  { name: 'pg_wal', kind: 'folder', full: true },
  { name: 'pg_xact', kind: 'folder', full: true },
  { name: 'postgresql.conf', kind: 'file', full: false },
];

/** What an operator does about a damaged cluster. */
export function wayOut(cluster: string): string {
  const dataDir = path.dirname(cluster);
  return `Nothing was changed. Put ${dataDir} back from a backup, or move it away to begin with an empty one.`;
}

/** The sentence for a cluster that PostgreSQL cannot use. */
export function damaged(cluster: string, reason: string): string {
  return `The database in ${cluster} cannot be used: ${reason}`;
}

/** The sentence for a disk on which PostgreSQL cannot write. */
export function fullDisk(folder: string): string {
  return `The disk that holds ${folder} is full: make room and try again.`;
}

/**
 * Looks over a cluster before PostgreSQL does: it would tell some of this as an error of its own code, and of some it
 * would say nothing until a table is read.
 * @param cluster the folder
 * @throws {OperatorError} naming every file and folder that is missing, empty, of another kind or closed, and what to do
 */
export function requireSound(cluster: string): void {
  const findings = ESSENTIAL.flatMap((entry) => fault(cluster, entry) ?? []);
  if (findings.length === ESSENTIAL.length)
    throw new OperatorError(`${cluster} is there but holds no database: move it away, so that a new one can be made.`);
  if (findings.length > 0) throw new OperatorError(damaged(cluster, `${findings.join('; ')}. ${wayOut(cluster)}`));
  const version = path.join(cluster, 'PG_VERSION');
  if (!/^\d+\n?$/.test(fs.readFileSync(version, 'utf8')))
    throw new OperatorError(damaged(cluster, `${version} holds no version number. ${wayOut(cluster)}`));
}

/** What is wrong with a file or folder, in words; undefined if nothing is. */
function fault(cluster: string, { name, kind, full }: Entry): string | undefined {
  const file = path.join(cluster, name);
  try {
    const stats = fs.statSync(file);
    if (stats.isDirectory() !== (kind === 'folder')) return `${file} is no ${kind}`;
    // By its mode, and not by trying: we may be root, and PostgreSQL, which owns the file, is not.
    const needed = kind === 'folder' ? 0o700 : 0o600;
    if (process.platform !== 'win32' && (stats.mode & needed) !== needed)
      return `${file} is closed to its owner, as whom PostgreSQL runs (run: chmod u+rwX '${file}')`;
    const isEmpty = kind === 'folder' ? fs.readdirSync(file).length === 0 : stats.size === 0;
    return full && isEmpty ? `${file} is empty` : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return `${file} is missing`;
    if (systemErrorCode(error) === 'EACCES') return `${file} may not be read by this user`;
    throw error;
  }
}

/**
 * Does the first work in a server that has just started, waiting while it recovers from a crash, for 10 min at most.
 * @param signal ends the waiting
 * @throws {OperatorError} in words for what the server said: it is an answer to the files that it was started on
 * @throws {PassingProblem} where the server has ended instead, or still recovers
 */
export async function signIn(cluster: string, work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + RECOVERY_MILLISECONDS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (systemErrorCode(error) !== CANNOT_CONNECT_NOW || Date.now() > deadline) throw explained(cluster, error);
      await delay(RETRY_MILLISECONDS, undefined, signal && { signal });
    }
  }
}

/** PostgreSQL's words for a failed sign-in hold role and file names, never a password. */
function explained(cluster: string, error: unknown): OperatorError {
  if (error instanceof OperatorError) return error;
  const secrets = path.join(path.dirname(cluster), 'secrets.json');
  if (systemErrorCode(error) === INVALID_PASSWORD)
    return new OperatorError(
      `${secrets} does not hold the passwords of the database in ${cluster}: put back the secrets.json with which it was ` +
        `made, or move ${path.dirname(cluster)} away to begin with an empty one.`,
    );
  if (!(error instanceof DatabaseError) || ENDING.test(error.code ?? ''))
    return new PassingProblem(
      `The database in ${cluster} does not answer (${error instanceof Error ? error.message : String(error)}): ` +
        `it has ended, or still recovers from a crash. Its log is ${path.join(cluster, 'server.log')}.`,
    );
  const { message, detail } = error;
  const reason = [message, detail]
    .filter((part) => part !== undefined)
    .join('. ')
    .replace(/\.?$/, '.');
  return new OperatorError(damaged(cluster, `${reason} ${wayOut(cluster)}`));
}
