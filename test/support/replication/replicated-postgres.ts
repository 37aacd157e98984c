import fs from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { withClient } from '../../../server/data/pg/with-client.ts';
import { findPrograms } from '../../../server/operations/postgres/postgres-binaries.ts';
import { killServer, startServer } from '../../../server/operations/postgres/postgres-server.ts';
import { chooseRunner } from '../../../server/operations/postgres/run-as.ts';
import { NON_DURABLE_SETTINGS, type ScratchPostgres, startScratchPostgres } from '../scratch-postgres.ts';

/**
 * Settings of a primary: with `synchronous_commit = off` a replica would receive a commit when the WAL writer next wakes, up
 * to 0.6 s later.
 */
export const PRIMARY_SETTINGS = [...NON_DURABLE_SETTINGS, 'synchronous_commit=on'];

/** The same, with a COMMIT that is answered only when the replica shows it: once `commitOnReplica` has been called. */
export const SYNCHRONOUS_SETTINGS = [...NON_DURABLE_SETTINGS, 'synchronous_commit=remote_apply'];

/** What a base backup leaves out (manual, 25.3.4.2): files of the running server, its log, and its write-ahead log. */
const LEFT_OUT = ['postmaster.pid', 'postmaster.opts', 'server.log', 'pg_wal', 'pg_replslot'];

/** A running replica. */
export interface ScratchReplica {
  /** Returns the address on the replica of a connection string of the primary. */
  urlOf(primaryUrl: string): string;
  pauseReplay(): Promise<void>;
  /** Does nothing on a promoted replica. */
  resumeReplay(): Promise<void>;
  /** Makes it a primary of its own: it accepts writes. */
  promote(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
  /** Starts it again, on the same port. */
  restart(): Promise<void>;
  /** Resolves when it has replayed everything that the primary has committed. */
  caughtUp(): Promise<void>;
}

/** A primary and its replica; both end with this process. */
export interface ReplicatedPostgres {
  readonly primary: ScratchPostgres;
  readonly replica: ScratchReplica;
  /** From now on COMMIT waits for the replica, with `SYNCHRONOUS_SETTINGS`. */
  commitOnReplica(): Promise<void>;
  readonly discard: () => Promise<void>;
}

/**
 * Starts an embedded PostgreSQL and a replica that streams from it, each as a real server, in about three seconds.
 * @param folder a folder that does not exist yet
 * @param prepare migrates and fills the primary before it is copied. Default: nothing
 */
export async function startReplicatedPostgres(
  folder: string,
  prepare: (primary: ScratchPostgres) => Promise<void> = async () => {},
  settings: readonly string[] = PRIMARY_SETTINGS,
): Promise<ReplicatedPostgres> {
  const primary = await startScratchPostgres(path.join(folder, 'primary'), settings);
  try {
    await prepare(primary);
    const replica = await startReplica(primary, path.join(folder, 'primary/postgres'), path.join(folder, 'replica'));
    const discard = async () => {
      replica.kill();
      await primary.discard();
      fs.rmSync(folder, { recursive: true, force: true });
    };
    const commitOnReplica = () =>
      withClient(primary.superuserUrl, async (client) => {
        await client.query(`alter system set synchronous_standby_names = '*'`);
        await client.query('select pg_reload_conf()');
      });
    return { primary, replica, commitOnReplica, discard };
  } catch (error) {
    await primary.discard();
    throw error;
  }
}

/** Copies a primary's cluster by a low-level base backup (manual, 25.3.4) and starts the copy as a replica. */
async function startReplica(primary: ScratchPostgres, source: string, folder: string): Promise<ScratchReplica> {
  const cluster = path.join(folder, 'postgres');
  fs.mkdirSync(folder, { recursive: true });
  const { ownerUid } = chooseRunner(findPrograms(), source);
  process.once('exit', () => killServer(cluster));
  const label = await withClient(primary.superuserUrl, async (client) => {
    await client.query(`select pg_backup_start('replica', true)`);
    copyFolder(source, cluster, ownerUid);
    for (const name of ['pg_wal', 'pg_replslot']) createFolder(path.join(cluster, name), ownerUid);
    const stop = `select labelfile from pg_backup_stop(wait_for_archive => false)`;
    return (await client.query<{ labelfile: string }>(stop)).rows[0]?.labelfile ?? '';
  });
  const { hostname, port: primaryPort, username, password } = new URL(primary.superuserUrl);
  const connection = `host=${hostname} port=${primaryPort} user=${username} password=${decodeURIComponent(password)} application_name=replica`;
  const files = {
    backup_label: label,
    'standby.signal': '',
    'postgresql.auto.conf': `primary_conninfo = '${connection}'\nhot_standby = on\nwal_retrieve_retry_interval = '100ms'\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    fs.writeFileSync(path.join(cluster, name), content, { mode: 0o600 });
    if (ownerUid !== undefined) fs.chownSync(path.join(cluster, name), ownerUid, ownerUid);
  }
  const runner = chooseRunner(findPrograms(), cluster);
  const start = (port?: number) =>
    startServer(cluster, runner, { settings: NON_DURABLE_SETTINGS, ...(port !== undefined && { port }) });
  const { port } = await start();
  const urlOf = (url: string) => Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href;
  const ask = async (statement: string, url = urlOf(primary.superuserUrl)) =>
    (await withClient(url, (client: Client) => client.query<{ value: unknown }>(`select ${statement} as value`)))
      .rows[0]?.value;
  const until = async (statement: string) => {
    while ((await ask(statement)) !== true) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return {
    urlOf,
    async pauseReplay() {
      await ask('pg_wal_replay_pause()');
      await until(`pg_get_wal_replay_pause_state() = 'paused'`);
    },
    resumeReplay: async () => void (await ask('case when pg_is_in_recovery() then pg_wal_replay_resume()::text end')),
    promote: async () => void (await ask('pg_promote()')),
    kill: () => killServer(cluster),
    restart: async () => void (await start(port)),
    async caughtUp() {
      const flushed = await ask('pg_current_wal_flush_lsn()::text', primary.superuserUrl);
      await until(`pg_last_wal_replay_lsn() >= '${String(flushed)}'`);
    },
  };
}

function createFolder(folder: string, owner: number | undefined): void {
  fs.mkdirSync(folder, { mode: 0o700 });
  if (owner !== undefined) fs.chownSync(folder, owner, owner);
}

/** Copies a cluster's files; one that the running server removes meanwhile is left out. */
function copyFolder(source: string, target: string, owner: number | undefined): void {
  createFolder(target, owner);
  for (const entry of fs.readdirSync(source, { withFileTypes: true })) {
    const [from, to] = [path.join(source, entry.name), path.join(target, entry.name)];
    if (LEFT_OUT.includes(entry.name)) continue;
    if (entry.isDirectory()) copyFolder(from, to, owner);
    else
      try {
        fs.copyFileSync(from, to);
        if (owner !== undefined) fs.chownSync(to, owner, owner);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
  }
}
