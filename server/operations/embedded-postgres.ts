import fs from 'node:fs';
import path from 'node:path';
import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { withClient } from '../data/pg/with-client.ts';
import { WITHDRAW_PUBLIC_FUNCTIONS } from '../data/admin/public-functions.ts';
import { RUNTIME_ROLES } from '../data/admin/runtime-roles.ts';
import { findPrograms } from './postgres/postgres-binaries.ts';
import { ensureCluster, SUPERUSER } from './postgres/postgres-cluster.ts';
import { retryWhileRecovering } from './postgres/data-folder-damage.ts';
import { OperatorError } from './operator-error.ts';
import { chooseRunner } from './postgres/run-as.ts';
import {
  abandonServer,
  hasPidFile,
  killServer,
  lastPort,
  startServer,
  stopServer,
} from './postgres/postgres-server.ts';

/** The database that holds all tables. */
const DATABASE = 'fieldgate';

/** The roles that log in: the superuser, the owner of the database, which migrates it, and the roles of the two processes. */
const CLUSTER_ROLES = { superuser: SUPERUSER, owner: 'fieldgate', ...RUNTIME_ROLES } as const;
/** A role that logs in to the embedded database. */
export type ClusterRole = keyof typeof CLUSTER_ROLES;

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  /** Returns the connection string of a role; the migrations create `api` and `auth`. */
  readonly url: (role: Exclude<ClusterRole, 'superuser'>, database?: string) => string;
  /** The superuser's connection string, for creating databases and for tests. */
  readonly superuserUrl: string;
  readonly port: number;
  /** The server's process id. */
  readonly pid: number;
  /** Whether it was already running, because an earlier start was killed. */
  readonly reused: boolean;
  /** The path of the server's log file. */
  readonly log: string;
  /** Whether a server that has ended was shut down; one that was killed leaves its pid file. */
  readonly hasShutDown: () => boolean;
  /** Ends all sessions and stops the server; acknowledged commits are on disk. */
  readonly stop: () => Promise<void>;
}

/** The options of `startEmbeddedPostgres`. */
export interface EmbeddedPostgresOptions {
  /** The data folder, locked by this process (see `data-lock.ts`); the cluster is in its folder `postgres`. */
  readonly dataDir: string;
  /** The password of each role; the same at every start. */
  readonly passwords: Readonly<Record<ClusterRole, string>>;
  /** `name=value` settings for the server, such as `fsync=off` for tests. Default: PostgreSQL's own, which are durable. */
  readonly settings?: readonly string[];
  /**
   * The port that it must listen on, for a restart: the database must exist then. Default: the port of the last start, or
   * another one if that is taken.
   */
  readonly port?: number;
  /** Ends the start at once; the server is stopped. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts the embedded PostgreSQL, with a database `fieldgate` owned by the role `fieldgate`, which is not a superuser but
 * may create roles. The first start creates both and takes about a second; later starts take 0.1 s.
 * @throws {OperatorError} if the server does not run on this machine or in this folder, or does not start; it is stopped
 * @throws {TransientError} if a retry may succeed
 */
export async function startEmbeddedPostgres({
  dataDir,
  passwords,
  ...options
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = path.resolve(dataDir);
  const runner = chooseRunner(findPrograms(), path.join(folder, 'postgres'));
  // A required port means a restart: an empty database in place of the one that was removed would look like lost data.
  if (options.port !== undefined && !fs.existsSync(path.join(folder, 'postgres')))
    throw new OperatorError(
      `${path.join(folder, 'postgres')} was removed while Fieldgate ran: put it back, and start again.`,
    );
  const cluster = await ensureCluster(folder, runner, passwords.superuser);
  const { signal } = options;
  try {
    const { port, pid, reused, log } = await startServer(cluster, runner, options);
    const url = (role: ClusterRole, database: string = DATABASE) =>
      connectionString(role, passwords[role], port, database);
    const superuserUrl = url('superuser', 'postgres');
    const prepare = async () => {
      await ensureOwner(superuserUrl, passwords.owner, signal);
      await revokePublicFunctions(superuserUrl, signal);
      await withClient(url('owner'), async () => undefined, { signal });
    };
    await retryWhileRecovering(cluster, prepare, signal);
    const stop = () => stopServer(cluster, runner);
    return { url, superuserUrl, port, pid, reused, log, hasShutDown: () => !hasPidFile(cluster), stop };
  } catch (error) {
    await abandonServer(cluster, runner);
    throw error;
  }
}

/**
 * Returns a role's connection string for an embedded PostgreSQL that another process has started; undefined if none runs.
 * @param dataDir its data folder
 * @param password the role's
 * @param role Default: the owner
 */
export async function findRunningPostgres(
  dataDir: string,
  password: string,
  role: ClusterRole = 'owner',
): Promise<string | undefined> {
  const port = lastPort(path.join(path.resolve(dataDir), 'postgres'));
  if (port === undefined) return undefined;
  const url = connectionString(role, password, port, DATABASE);
  // No server listens there, or a server of another program, which rejects this password.
  return withClient(url, async () => url).catch(() => undefined);
}

/**
 * Ends the embedded PostgreSQL of a data folder synchronously, whichever process started it: for `exit` handlers, which
 * cannot await. Acknowledged commits are recovered from the WAL at the next start.
 */
export function killEmbeddedPostgres(dataDir: string): void {
  killServer(path.join(path.resolve(dataDir), 'postgres'));
}

function connectionString(role: ClusterRole, password: string, port: number, database: string): string {
  return `postgres://${CLUSTER_ROLES[role]}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

async function ensureOwner(superuserUrl: string, password: string, signal?: AbortSignal): Promise<void> {
  const ensure = async (client: Client) => {
    const owner = escapeIdentifier(CLUSTER_ROLES.owner);
    const role = await client.query('select from pg_roles where rolname = $1', [CLUSTER_ROLES.owner]);
    if (role.rowCount === 0)
      await client.query(`create role ${owner} login nosuperuser createrole password ${escapeLiteral(password)}`);
    const database = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (database.rowCount === 0) await client.query(`create database ${escapeIdentifier(DATABASE)} owner ${owner}`);
  };
  await withClient(superuserUrl, ensure, { signal });
}

/**
 * Revokes from PUBLIC, in the database and in the template of later ones, what only a superuser can revoke: see
 * `WITHDRAW_PUBLIC_FUNCTIONS`.
 */
async function revokePublicFunctions(superuserUrl: string, signal?: AbortSignal): Promise<void> {
  for (const database of ['template1', DATABASE])
    await withClient(
      Object.assign(new URL(superuserUrl), { pathname: database }).href,
      (client) => client.query(WITHDRAW_PUBLIC_FUNCTIONS),
      { signal },
    );
}
