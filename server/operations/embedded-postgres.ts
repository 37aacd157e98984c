import fs from 'node:fs';
import path from 'node:path';
import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { withClient } from '../data/pg/with-client.ts';
import { WITHDRAW_PUBLIC_FUNCTIONS } from '../data/admin/public-functions.ts';
import { RUNTIME_ROLES } from '../data/admin/runtime-roles.ts';
import { findPrograms } from './postgres/postgres-binaries.ts';
import { ensureCluster, SUPERUSER } from './postgres/postgres-cluster.ts';
import { signIn } from './postgres/data-folder-damage.ts';
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

/** The database that everything is kept in. */
const DATABASE = 'fieldgate';

/** The roles that sign in: the superuser, the one that owns the database and migrates, and those of the two processes. */
const CLUSTER_ROLES = { superuser: SUPERUSER, owner: 'fieldgate', ...RUNTIME_ROLES } as const;
/** Who signs in to the embedded database. */
export type ClusterRole = keyof typeof CLUSTER_ROLES;

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  /** The connection string of a role; the migrations make `api` and `auth`. */
  readonly url: (role: Exclude<ClusterRole, 'superuser'>, database?: string) => string;
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
export interface EmbeddedPostgresOptions {
  /** The data folder; the cluster is in `postgres/` under it. Must belong to this process alone (see `data-lock.ts`). */
  readonly dataDir: string;
  /** The password of each role, the same ones every time. */
  readonly passwords: Readonly<Record<ClusterRole, string>>;
  /** `name=value` settings for the server, such as `fsync=off` for tests. Default: PostgreSQL's own, which are durable. */
  readonly settings?: readonly string[];
  /**
   * The port that it must listen on, for a restart: then the database must be there already. Default: the port of the last
   * time, or another one if that is taken.
   */
  readonly port?: number;
  /** Ends the start at once; the server does not run then. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts the embedded PostgreSQL, with a database `fieldgate` that belongs to the role `fieldgate`, which is no superuser
 * but may make roles. The first time it makes them, about a second; later starts take 0.1 s.
 * @throws {OperatorError} when the server does not run on this machine, in this folder, or does not come up; it is stopped
 * @throws {PassingProblem} when another attempt may succeed
 */
export async function startEmbeddedPostgres({
  dataDir,
  passwords,
  ...options
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = path.resolve(dataDir);
  const runner = chooseRunner(findPrograms(), path.join(folder, 'postgres'));
  // A restart on the same port: an empty database in place of the one that has gone would look like lost data.
  if (options.port !== undefined && !fs.existsSync(path.join(folder, 'postgres')))
    throw new OperatorError(
      `${path.join(folder, 'postgres')} has gone while Fieldgate ran: put it back, and start again.`,
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
      await withdrawPublicFunctions(superuserUrl, signal);
      await withClient(url('owner'), async () => undefined, { signal });
    };
    await signIn(cluster, prepare, signal);
    const stop = () => stopServer(cluster, runner);
    return { url, superuserUrl, port, pid, reused, log, endedInOrder: () => !hasPidFile(cluster), stop };
  } catch (error) {
    await abandonServer(cluster, runner);
    throw error;
  }
}

/**
 * The owner's connection string in an embedded PostgreSQL that another process has started; undefined where none runs.
 * @param dataDir its data folder
 */
export async function findRunningPostgres(dataDir: string, ownerPassword: string): Promise<string | undefined> {
  const port = lastPort(path.join(path.resolve(dataDir), 'postgres'));
  if (port === undefined) return undefined;
  const url = connectionString('owner', ownerPassword, port, DATABASE);
  // Nothing is there, or somebody else's server, which does not know this password.
  return withClient(url, async () => url).catch(() => undefined);
}

/**
 * Ends the embedded PostgreSQL of a data folder before it returns, whoever started it: for the end of a process, where
 * nothing can be waited for. What was acknowledged may have to be recovered.
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
 * Takes from PUBLIC, in the database and in those that are made after it, what only a superuser can take away: see
 * `WITHDRAW_PUBLIC_FUNCTIONS`.
 */
async function withdrawPublicFunctions(superuserUrl: string, signal?: AbortSignal): Promise<void> {
  for (const database of ['template1', DATABASE])
    await withClient(
      Object.assign(new URL(superuserUrl), { pathname: database }).href,
      (client) => client.query(WITHDRAW_PUBLIC_FUNCTIONS),
      { signal },
    );
}
