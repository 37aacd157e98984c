import path from 'node:path';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { withClient } from '../data/client.ts';
import { RUNTIME_ROLES } from '../data/roles.ts';
import { findPrograms } from './postgres/binaries.ts';
import { ensureCluster, SUPERUSER } from './postgres/cluster.ts';
import { signIn } from './postgres/damage.ts';
import { chooseRunner } from './postgres/run-as.ts';
import { hasPidFile, killServer, lastPort, startServer, stopServer } from './postgres/server.ts';

/** The database that everything is kept in. */
const DATABASE = 'fieldgate';

/** The roles that sign in: the superuser, the one that owns the database and migrates, and those of the two processes. */
const ROLES = { superuser: SUPERUSER, owner: 'fieldgate', ...RUNTIME_ROLES } as const;
/** Who signs in to the embedded database. */
export type Role = keyof typeof ROLES;

/** A running embedded PostgreSQL. */
export interface Postgres {
  /** The connection string of a role; the migrations make `api` and `auth`. */
  readonly url: (role: Exclude<Role, 'superuser'>, database?: string) => string;
  /** The superuser's connection string: for making databases, and for tests. */
  readonly superuserUrl: string;
  readonly port: number;
  /** The server's process id. */
  readonly pid: number;
  /** Whether it was still running, from a start that was killed. */
  readonly reused: boolean;
  /** The server's log file. */
  readonly log: string;
  /** Whether a server that has ended did so by a shutdown: one that was killed leaves its pid file behind. */
  readonly endedInOrder: () => boolean;
  /** Ends all sessions and stops the server; what was acknowledged stays. */
  readonly stop: () => Promise<void>;
}

/** What the embedded PostgreSQL needs to know. */
export interface PostgresOptions {
  /** The data folder; the cluster is in `postgres/` under it. Must belong to this process alone (see `data-lock.ts`). */
  readonly dataDir: string;
  /** The password of each role, the same ones every time. */
  readonly passwords: Readonly<Record<Role, string>>;
  /** `name=value` settings for the server, such as `fsync=off` for tests. Default: PostgreSQL's own, which are durable. */
  readonly settings?: readonly string[];
  /** The port that it must listen on. Default: that of the last time, or another one if that is taken. */
  readonly port?: number;
  /** Ends the start between two attempts. */
  readonly signal?: AbortSignal;
}

/**
 * Starts the embedded PostgreSQL, with a database `fieldgate` that belongs to the role `fieldgate`, which is no superuser
 * but may make roles. The first time it makes them, about a second; later starts take 0.1 s.
 * @throws {Problem} when the server does not run on this machine, in this folder, or does not come up
 */
export async function startPostgres({ dataDir, passwords, ...options }: PostgresOptions): Promise<Postgres> {
  const folder = path.resolve(dataDir);
  const runner = chooseRunner(findPrograms(), path.join(folder, 'postgres'));
  const cluster = await ensureCluster(folder, runner, passwords.superuser);
  const { port, pid, reused, log } = await startServer(cluster, runner, options);
  const url = (role: Role, database: string = DATABASE) => urlOf(role, passwords[role], port, database);
  const stop = () => stopServer(cluster, runner);
  const superuserUrl = url('superuser', 'postgres');
  try {
    await signIn(cluster, async () => {
      await ensureOwner(superuserUrl, passwords.owner);
      await withClient(url('owner'), async () => undefined);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, superuserUrl, port, pid, reused, log, endedInOrder: () => !hasPidFile(cluster), stop };
}

/**
 * The owner's connection string in an embedded PostgreSQL that another process has started; undefined where none runs.
 * @param dataDir its data folder
 */
export async function runningPostgres(dataDir: string, ownerPassword: string): Promise<string | undefined> {
  const port = lastPort(path.join(path.resolve(dataDir), 'postgres'));
  if (port === undefined) return undefined;
  const url = urlOf('owner', ownerPassword, port, DATABASE);
  // Nothing is there, or somebody else's server, which does not know this password.
  return withClient(url, async () => url).catch(() => undefined);
}

/**
 * Ends the embedded PostgreSQL of a data folder before it returns, whoever started it: for the end of a process, where
 * nothing can be waited for. What was acknowledged may have to be recovered.
 */
export function killPostgres(dataDir: string): void {
  killServer(path.join(path.resolve(dataDir), 'postgres'));
}

function urlOf(role: Role, password: string, port: number, database: string): string {
  return `postgres://${ROLES[role]}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

async function ensureOwner(superuserUrl: string, password: string): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const owner = escapeIdentifier(ROLES.owner);
    const role = await client.query('select from pg_roles where rolname = $1', [ROLES.owner]);
    if (role.rowCount === 0)
      await client.query(`create role ${owner} login nosuperuser createrole password ${escapeLiteral(password)}`);
    const database = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (database.rowCount === 0) await client.query(`create database ${escapeIdentifier(DATABASE)} owner ${owner}`);
  });
}
