import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { escapeLiteral } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { withClient } from '../data/pg/with-client.ts';
import { isAlive } from './processes.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { loadSecrets } from './secrets.ts';

const FAST = ['fsync=off'];

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const { passwords } = loadSecrets(dataDir);
  const postgres = await startEmbeddedPostgres({ dataDir, passwords, settings: FAST });
  onTestFinished(postgres.stop);
  return postgres;
}

let model = '';

/** Returns a data folder with the cluster of a stopped server, as `npm start` leaves it. */
function usedFolder(): string {
  const folder = temporaryFolder();
  fs.cpSync(model, folder, { recursive: true });
  return folder;
}

beforeAll(async () => {
  model = fs.mkdtempSync(path.join(os.tmpdir(), 'fieldgate-'));
  const { passwords } = loadSecrets(model);
  await (await startEmbeddedPostgres({ dataDir: model, passwords, settings: FAST })).stop();
});

afterAll(() => fs.rmSync(model, { recursive: true, force: true }));

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  return withClient(url, async (client) => (await client.query(statement)).rows);
}

const KEEP = "create table kept as select 'acknowledged' as what";
const READ = 'select what from kept';
const KEPT = [{ what: 'acknowledged' }];

describe('startEmbeddedPostgres', { timeout: 60_000 }, () => {
  test('startEmbeddedPostgres creates an owner that is not a superuser, and a UTF-8 database with the same collation on every machine', async () => {
    const { url } = await start(temporaryFolder());
    const role = 'select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user';
    expect(await query(url('owner'), role)).toEqual([
      { rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: true },
    ]);
    const database = `select pg_encoding_to_char(encoding) as encoding, datlocale, pg_get_userbyid(datdba) as owner
                      from pg_database where datname = current_database()`;
    expect(await query(url('owner'), database)).toEqual([
      { encoding: 'UTF8', datlocale: 'C.UTF-8', owner: 'fieldgate' },
    ]);
  });

  test('the owner may export a snapshot, as pg_dump -j does, and no other role may', async () => {
    const { url, superuserUrl } = await start(usedFolder());
    await withClient(url('owner'), async (leader) => {
      await leader.query('begin transaction isolation level repeatable read read only');
      const { rows } = await leader.query<{ id: string }>('select pg_catalog.pg_export_snapshot() as id');
      await withClient(url('owner'), async (worker) => {
        await worker.query('begin transaction isolation level repeatable read read only');
        await worker.query(`set transaction snapshot ${escapeLiteral(rows[0]?.id ?? '')}`);
      });
    });
    const inDatabase = Object.assign(new URL(superuserUrl), { pathname: 'fieldgate' }).href;
    await query(inDatabase, 'create role another');
    const may = `select has_function_privilege('another', 'pg_export_snapshot()', 'execute') as may`;
    expect(await query(inDatabase, may)).toEqual([{ may: false }]);
  });

  // covers: OPS-20
  test('the embedded server rejects a wrong password, and listens on loopback only', async () => {
    const { url } = await start(usedFolder());
    const without = Object.assign(new URL(url('owner')), { password: 'wrong' }).href;
    await expect(query(without, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await query(url('owner'), 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  });

  test('startEmbeddedPostgres keeps rows and port after a stop', async () => {
    const folder = usedFolder();
    const first = await start(folder);
    await query(first.url('owner'), KEEP);
    await first.stop();
    const second = await start(folder);
    expect(second.port).toBe(first.port);
    expect(await query(second.url('owner'), READ)).toEqual(KEPT);
  });

  test('startEmbeddedPostgres reuses the server that a killed start has left running', async () => {
    const folder = usedFolder();
    const first = await start(folder);
    await query(first.url('owner'), KEEP);
    const second = await start(folder);
    expect(second).toMatchObject({ pid: first.pid, reused: true });
    expect(await query(second.url('owner'), READ)).toEqual(KEPT);
  });

  test('startEmbeddedPostgres recovers every row after the server was killed', async () => {
    const folder = usedFolder();
    const first = await start(folder);
    await query(first.url('owner'), KEEP);
    process.kill(first.pid, 'SIGKILL');
    const second = await start(folder);
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second.url('owner'), READ)).toEqual(KEPT);
  });

  test('startEmbeddedPostgres chooses another port if another program uses the last one', async () => {
    const folder = usedFolder();
    const first = await start(folder);
    await first.stop();
    const otherServer = net.createServer((socket) => socket.end()).listen(first.port, '127.0.0.1');
    await once(otherServer, 'listening');
    onTestFinished(() => void otherServer.close());
    const second = await start(folder);
    expect(second.port).not.toBe(first.port);
    expect(await query(second.url('owner'), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('startEmbeddedPostgres succeeds although the process id in a stale pid file belongs to another program', async () => {
    const folder = usedFolder();
    const first = await start(folder);
    const pidFile = path.join(folder, 'postgres', 'postmaster.pid');
    const lines = fs.readFileSync(pidFile, 'utf8').split('\n');
    await first.stop();
    const { uid, gid } = fs.statSync(path.join(folder, 'postgres'));
    const other = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
    onTestFinished(() => void other.kill());
    fs.writeFileSync(pidFile, [other.pid, ...lines.slice(1)].join('\n'));
    fs.chownSync(pidFile, uid, gid);
    const second = await start(folder);
    expect(second.reused).toBe(false);
    expect(isAlive(other.pid ?? 0)).toBe(true);
  });

  // covers: OPS-15
  test('startEmbeddedPostgres removes a cluster whose creation was interrupted, and never a complete one', async () => {
    const folder = temporaryFolder();
    const unfinished = path.join(folder, 'postgres.unfinished-0');
    fs.mkdirSync(unfinished);
    fs.writeFileSync(path.join(unfinished, 'PG_VERSION'), '18\n');
    const first = await start(folder);
    await query(first.url('owner'), KEEP);
    await first.stop();
    expect(fs.readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
    fs.mkdirSync(unfinished);
    expect(await query((await start(folder)).url('owner'), READ)).toEqual(KEPT);
  });

  test('startEmbeddedPostgres refuses a folder that is not a cluster, and leaves it unchanged', async () => {
    const folder = temporaryFolder();
    const { passwords } = loadSecrets(folder);
    fs.mkdirSync(path.join(folder, 'postgres'));
    await expect(startEmbeddedPostgres({ dataDir: folder, passwords })).rejects.toThrow(/exists but holds no database/);
  });

  // covers: OPS-20
  test('startEmbeddedPostgres stores passwords on disk in secrets.json only', async () => {
    const folder = temporaryFolder();
    await start(folder);
    expect(fs.readdirSync(folder).toSorted()).toEqual(['postgres', 'postgres.port', 'secrets.json']);
  });

  test.runIf(process.getuid?.() === 0)(
    'startEmbeddedPostgres runs as root, in a folder that only root may enter',
    async () => {
      const closed = temporaryFolder();
      fs.chmodSync(closed, 0o700);
      const dataDir = path.join(closed, 'data');
      fs.mkdirSync(dataDir);
      const { url } = await start(dataDir);
      expect(await query(url('owner'), 'select 1 as one')).toEqual([{ one: 1 }]);
    },
  );
});
