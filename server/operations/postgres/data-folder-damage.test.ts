import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { withClient } from '../../data/pg/with-client.ts';
import {
  killEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../embedded-postgres.ts';
import { describeError, TransientError, OperatorError } from '../operator-error.ts';
import { isAlive } from '../processes.ts';
import { loadSecrets } from '../secrets.ts';
import { ESSENTIAL, assertClusterIntact } from './data-folder-damage.ts';
import { parsePidFile, READY_SECONDS } from './postgres-server.ts';

let model = '';

beforeAll(async () => {
  model = fs.mkdtempSync(path.join(os.tmpdir(), 'fieldgate-'));
  const postgres = await startEmbeddedPostgres({ dataDir: model, passwords: loadSecrets(model).passwords });
  await withClient(postgres.url('owner'), (client) => client.query("create table kept as select 'kept' as what"));
  // The pid file that a server leaves when it is killed.
  const pidFile = fs.readFileSync(path.join(model, 'postgres', 'postmaster.pid'));
  await postgres.stop();
  fs.writeFileSync(path.join(model, 'model.pid'), pidFile);
}, 60_000);

afterAll(() => fs.rmSync(model, { recursive: true, force: true }));

/** Returns a data folder as `npm start` leaves it, and its cluster. */
function usedFolder(): { dataDir: string; cluster: string } {
  const dataDir = temporaryFolder();
  fs.cpSync(model, dataDir, { recursive: true });
  return { dataDir, cluster: path.join(dataDir, 'postgres') };
}

async function start(dataDir: string, options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const { passwords } = loadSecrets(dataDir);
  onTestFinished(() => killEmbeddedPostgres(dataDir));
  return startEmbeddedPostgres({ dataDir, passwords, settings: ['fsync=off'], ...options });
}

/** Returns the message of the operator error with which a start fails. */
async function startError(dataDir: string, options: Partial<EmbeddedPostgresOptions> = {}): Promise<string> {
  const error = await start(dataDir, options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(OperatorError);
  expect(describeError(error)).not.toMatch(/^\s+at /m);
  return (error as OperatorError).message;
}

function messageOf(work: () => void): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(OperatorError);
    return (error as OperatorError).message;
  }
  throw new Error('No error was thrown.');
}

async function keptRows(postgres: EmbeddedPostgres): Promise<unknown[]> {
  return withClient(postgres.url('owner'), async (client) => (await client.query('select what from kept')).rows);
}

/** Lists every file of a folder with its size, to assert that nothing has changed. */
function inventory(folder: string): readonly string[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return files.filter((name) => !name.endsWith('server.log')).map((name) => `${name} ${size(path.join(folder, name))}`);
}

function size(file: string): number {
  const stats = fs.statSync(file);
  return stats.isFile() ? stats.size : -1;
}

/** Files that PostgreSQL starts without, as the tests below prove. */
const DISPENSABLE = ['pg_ident.conf', 'postgresql.auto.conf', 'server.log', 'postmaster.opts'];
const names = ESSENTIAL.map(({ name }) => name);

/** Creates only the essential files and folders, enough for the checks before PostgreSQL starts. */
function skeleton(): string {
  const cluster = path.join(temporaryFolder(), 'postgres');
  fs.mkdirSync(cluster, { mode: 0o700 });
  for (const { name, kind, nonEmpty } of ESSENTIAL) {
    const file = path.join(cluster, name);
    if (kind === 'folder') fs.mkdirSync(file, { mode: 0o700 });
    else fs.copyFileSync(path.join(model, 'postgres', name), file);
    if (kind === 'folder' && nonEmpty) fs.writeFileSync(path.join(file, 'something'), '');
  }
  return cluster;
}

describe('assertClusterIntact', () => {
  test('assertClusterIntact accepts the output of initdb, and checks every file that PostgreSQL needs', () => {
    const { cluster } = usedFolder();
    assertClusterIntact(cluster);
    assertClusterIntact(skeleton());
    const unchecked = fs.readdirSync(cluster).filter((name) => !names.includes(name));
    expect(unchecked.toSorted()).toEqual(DISPENSABLE.toSorted());
  });

  // covers: EDGE-38, OPS-14
  test.each(names)('assertClusterIntact names %s if it is missing, and changes nothing', (name) => {
    const cluster = skeleton();
    fs.rmSync(path.join(cluster, name), { recursive: true });
    const before = inventory(cluster);
    const message = messageOf(() => assertClusterIntact(cluster));
    expect(message).toContain(`${path.join(cluster, name)} is missing`);
    expect(message).toMatch(/Put \S+ back from a backup, or move it away to start with an empty one\.$/);
    expect(inventory(cluster)).toEqual(before);
  });

  test.each(ESSENTIAL.filter(({ nonEmpty }) => nonEmpty))(
    'assertClusterIntact names $name, a $kind, if it is empty',
    ({ name, kind }) => {
      const cluster = skeleton();
      const file = path.join(cluster, name);
      fs.rmSync(file, { recursive: true });
      if (kind === 'file') fs.writeFileSync(file, '');
      else fs.mkdirSync(file);
      expect(messageOf(() => assertClusterIntact(cluster))).toContain(`${file} is empty`);
    },
  );

  test.each(ESSENTIAL)('assertClusterIntact names $name if it is not a $kind', ({ name, kind }) => {
    const cluster = skeleton();
    const file = path.join(cluster, name);
    fs.rmSync(file, { recursive: true });
    if (kind === 'folder') fs.writeFileSync(file, '');
    else fs.mkdirSync(file);
    expect(messageOf(() => assertClusterIntact(cluster))).toContain(`${file} is not a ${kind}`);
  });

  test.each(ESSENTIAL)(
    'assertClusterIntact names $name, a $kind, if its mode denies PostgreSQL access, and the command to run',
    ({ name, kind }) => {
      const cluster = skeleton();
      const file = path.join(cluster, name);
      const needed = kind === 'folder' ? 0o700 : 0o600;
      for (const mode of [0o000, 0o077, 0o100, 0o200, 0o300, 0o400, 0o500].filter(
        (bits) => (bits & needed) !== needed,
      )) {
        fs.chmodSync(file, mode);
        const message = messageOf(() => assertClusterIntact(cluster));
        expect(message).toContain(file);
        // Only root can list a folder without permissions, and so name the files in it.
        if (process.getuid?.() === 0) expect(message).toContain(`chmod u+rwX '${file}'`);
      }
      fs.chmodSync(file, needed);
      assertClusterIntact(cluster);
    },
  );

  test('assertClusterIntact says that a folder with none of the files holds no database', () => {
    const cluster = path.join(temporaryFolder(), 'postgres');
    fs.mkdirSync(cluster);
    expect(messageOf(() => assertClusterIntact(cluster))).toMatch(/exists but holds no database/);
  });
});

describe('a damaged cluster', { timeout: 120_000 }, () => {
  // covers: EDGE-38
  test('a cluster with a missing file is refused with its path, and left unchanged', async () => {
    for (const name of ['base', 'PG_VERSION']) {
      const { dataDir, cluster } = usedFolder();
      fs.rmSync(path.join(cluster, name), { recursive: true });
      const before = inventory(dataDir);
      expect(await startError(dataDir)).toContain(`${path.join(cluster, name)} is missing`);
      expect(inventory(dataDir)).toEqual(before);
    }
  });

  test('a cluster starts although dispensable files are missing and other ones are empty', async () => {
    const { dataDir, cluster } = usedFolder();
    for (const name of DISPENSABLE) fs.rmSync(path.join(cluster, name), { force: true });
    for (const { name, kind, nonEmpty } of ESSENTIAL) {
      const file = path.join(cluster, name);
      if (nonEmpty) continue;
      if (kind === 'file') fs.truncateSync(file);
      else for (const inside of fs.readdirSync(file)) fs.rmSync(path.join(file, inside), { recursive: true });
    }
    expect(await keptRows(await start(dataDir))).toEqual([{ what: 'kept' }]);
  });

  test.each([
    ['base', 'the tables of the database'],
    ['global', 'the tables of the server'],
  ])('a cluster in which files below %s are missing is refused with an operator error: %s', async (folder) => {
    const { dataDir, cluster } = usedFolder();
    const below = path.join(cluster, folder);
    for (const name of fs.readdirSync(below, { recursive: true, encoding: 'utf8' }))
      if (/(^|\/)\d+$/.test(name) && fs.statSync(path.join(below, name)).isFile()) fs.rmSync(path.join(below, name));
    expect(await startError(dataDir)).toMatch(/cannot be used: [^]*Put \S+ back from a backup/);
  });

  // covers: OPS-14
  test('a cluster whose database folder is missing is refused, and no database is created in its place', async () => {
    for (const oid of fs
      .readdirSync(path.join(usedFolder().cluster, 'base'))
      .filter((name) => name !== '1' && name !== '4')) {
      const { dataDir, cluster } = usedFolder();
      fs.rmSync(path.join(cluster, 'base', oid), { recursive: true });
      expect(await startError(dataDir)).toContain(`base/${oid}`);
    }
  });

  test.each(['garbage', '18garbage', '-1'])('a cluster whose PG_VERSION is %j is refused', async (version) => {
    const { dataDir, cluster } = usedFolder();
    fs.writeFileSync(path.join(cluster, 'PG_VERSION'), version);
    expect(await startError(dataDir)).toContain(path.join(cluster, 'PG_VERSION'));
  });

  // covers: EDGE-38
  test.each(['16', '19'])('a cluster of PostgreSQL %s is refused, with both versions', async (version) => {
    const { dataDir, cluster } = usedFolder();
    fs.writeFileSync(path.join(cluster, 'PG_VERSION'), `${version}\n`);
    expect(await startError(dataDir)).toMatch(
      new RegExp(
        `PG_VERSION: this database was created by PostgreSQL ${version}, and the embedded PostgreSQL is 18\\.\\d+:`,
      ),
    );
  });

  test('a cluster whose pg_control is garbage is refused, with the file', async () => {
    const { dataDir, cluster } = usedFolder();
    fs.writeFileSync(path.join(cluster, 'global', 'pg_control'), Buffer.alloc(8_192, 7));
    expect(await startError(dataDir)).toMatch(/pg_control|control file/);
  });
});

describe('postmaster.pid', { timeout: 120_000 }, () => {
  const text = () => fs.readFileSync(path.join(model, 'model.pid'), 'utf8');

  test('parsePidFile returns process id and port of a running server', () => {
    const [pid, , , port] = text().split('\n');
    expect(parsePidFile(text())).toEqual({ pid: Number(pid), port: Number(port) });
  });

  test('parsePidFile returns `damaged` for a file truncated anywhere up to the port', () => {
    const upToPort = text().split('\n').slice(0, 4).join('\n');
    for (let length = 0; length <= upToPort.length; length += 1)
      expect(parsePidFile(upToPort.slice(0, length))).toBe('damaged');
  });

  test('parsePidFile returns `damaged` if process id or port is not a number', () => {
    const number = fc.constantFrom('', '0', '-5', '1e3', ' 12', '12 ', 'x', '\0', '٣');
    const line = fc.string().map((value) => value.replaceAll('\n', ''));
    fc.assert(fc.property(number, line, (pid, rest) => parsePidFile(`${pid}\n${rest}\n1\n5432\n\n`) === 'damaged'));
    fc.assert(fc.property(number, (port) => parsePidFile(`12\n/x\n1\n${port}\n\n`) === 'damaged'));
    fc.assert(fc.property(line, (value) => parsePidFile(value) === 'damaged'));
  });

  // covers: EDGE-38, OPS-14
  test.each(['', 'garbage', '4711\n/somewhere\n'])(
    'a postmaster.pid that holds %j is refused with its path, and left unchanged',
    async (content) => {
      const { dataDir, cluster } = usedFolder();
      const file = path.join(cluster, 'postmaster.pid');
      fs.writeFileSync(file, content);
      const message = await startError(dataDir);
      expect(message).toContain(`${file} is empty or damaged`);
      expect(message).toContain('make sure that no process does');
      expect(fs.readFileSync(file, 'utf8')).toBe(content);
    },
  );

  test('a postmaster.pid of a server that was killed is accepted', async () => {
    const { dataDir, cluster } = usedFolder();
    fs.writeFileSync(path.join(cluster, 'postmaster.pid'), text());
    expect(await keptRows(await start(dataDir))).toEqual([{ what: 'kept' }]);
  });
});

describe('startEmbeddedPostgres', { timeout: 60_000 }, () => {
  // covers: EDGE-38
  test.each(['superuser', 'owner'] as const)(
    'startEmbeddedPostgres refuses secrets.json with another password of the %s, and prints none',
    async (role) => {
      const { dataDir, cluster } = usedFolder();
      const { passwords } = loadSecrets(dataDir);
      const wrong = { ...passwords, [role]: 'w'.repeat(43) };
      const message = await startError(dataDir, { passwords: wrong });
      expect(message).toContain(
        `${path.join(dataDir, 'secrets.json')} does not hold the passwords of the database in ${cluster}`,
      );
      for (const secret of [...Object.values(passwords), ...Object.values(wrong)])
        expect(message).not.toContain(secret);
    },
  );

  test('startEmbeddedPostgres refuses a required port that another program uses', async () => {
    const { dataDir } = usedFolder();
    const otherServer = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(otherServer, 'listening');
    onTestFinished(() => void otherServer.close());
    const { port } = otherServer.address() as net.AddressInfo;
    expect(await startError(dataDir, { port })).toMatch(
      new RegExp(`^Port ${port}, .* is taken by another program: stop that one`),
    );
  });

  test('startEmbeddedPostgres creates no empty database in place of one that was removed while Fieldgate ran', async () => {
    const { dataDir, cluster } = usedFolder();
    fs.renameSync(cluster, `${cluster}.moved`);
    const message = await startError(dataDir, { port: 54_321 });
    expect(message).toBe(`${cluster} was removed while Fieldgate ran: put it back, and start again.`);
    expect(fs.existsSync(cluster)).toBe(false);
  });

  test('startEmbeddedPostgres rejects between two attempts when its signal is aborted', async () => {
    const { dataDir } = usedFolder();
    await expect(start(dataDir, { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
  });

  // covers: OPS-02
  test('startEmbeddedPostgres waits for a server whose recovery takes longer than pg_ctl waits', async () => {
    const { dataDir, settings } = slowRecovery(2);
    const startedAt = Date.now();
    const postgres = await start(dataDir, { settings });
    expect(Date.now() - startedAt).toBeGreaterThan(READY_SECONDS * 1_000);
    expect(postgres.reused).toBe(false);
    expect(await keptRows(postgres)).toEqual([{ what: 'kept' }]);
    await postgres.stop();
  });

  // covers: OPS-02
  test('startEmbeddedPostgres stops a recovering server when its signal is aborted, at each step of the start', async () => {
    const { dataDir, cluster, settings } = slowRecovery(60);
    const log = path.join(cluster, 'server.log');
    const isLogged = (text: string) => fs.existsSync(log) && fs.readFileSync(log, 'utf8').includes(text);
    const steps = [
      () => true,
      () => fs.existsSync(path.join(cluster, 'postmaster.pid')),
      () => isLogged('database system was shut down'),
      // After pg_ctl has exited, while the server refuses sessions.
      () => isLogged('the database system is starting up'),
    ];
    for (const step of steps) {
      fs.rmSync(log, { force: true });
      const stopping = new AbortController();
      const starting = start(dataDir, { settings, signal: stopping.signal });
      const outcome = expect(starting).rejects.toThrow(/stopped|aborted/);
      await vi.waitUntil(step, { timeout: 20_000, interval: 5 });
      stopping.abort(new Error('stopped'));
      await Promise.race([outcome, late(PROMPT_MILLISECONDS)]);
      expect(postmastersOf(cluster)).toEqual([]);
    }
  });

  // covers: OPS-02
  test.each(['the password is wrong', 'its port cannot be recorded'])(
    'startEmbeddedPostgres leaves no server running if %s',
    async (cause) => {
      const { dataDir, cluster } = usedFolder();
      const { passwords } = loadSecrets(dataDir);
      const port = `${cluster}.port`;
      fs.rmSync(port);
      if (cause === 'its port cannot be recorded') fs.symlinkSync(path.join(dataDir, 'none', 'port'), port);
      else Object.assign(passwords, { superuser: 'w'.repeat(43) });
      await expect(start(dataDir, { passwords })).rejects.toThrow(/ENOENT|does not hold the passwords/);
      expect(fs.readFileSync(path.join(cluster, 'server.log'), 'utf8')).toContain('ready to accept connections');
      expect(postmastersOf(cluster)).toEqual([]);
    },
  );

  test('startEmbeddedPostgres rejects with a TransientError if the port is taken, or if the server ends while it recovers', async () => {
    const { dataDir } = usedFolder();
    const otherServer = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(otherServer, 'listening');
    onTestFinished(() => void otherServer.close());
    const { port } = otherServer.address() as net.AddressInfo;
    await expect(start(dataDir, { port })).rejects.toBeInstanceOf(TransientError);

    const { cluster, settings, ...slow } = slowRecovery(60);
    const starting = start(slow.dataDir, { settings });
    const outcome = expect(starting).rejects.toBeInstanceOf(TransientError);
    const log = path.join(cluster, 'server.log');
    const isRefused = () => fs.existsSync(log) && fs.readFileSync(log, 'utf8').includes('system is starting up');
    await vi.waitUntil(isRefused, { timeout: 20_000 });
    for (const pid of postmastersOf(cluster)) process.kill(pid, 'SIGQUIT');
    await outcome;
  });
});

/** How soon a start must end after its signal is aborted, in milliseconds; recovery takes minutes. */
const PROMPT_MILLISECONDS = 5_000;

async function late(milliseconds: number): Promise<never> {
  await delay(milliseconds, undefined, { ref: false });
  throw new Error(`It took more than ${milliseconds} ms.`);
}

/** Returns a data folder whose server restores WAL from an archive before it accepts connections, with this delay per file. */
function slowRecovery(seconds: number): ReturnType<typeof usedFolder> & { settings: readonly string[] } {
  const { dataDir, cluster } = usedFolder();
  const { uid, gid } = fs.statSync(path.join(cluster, 'PG_VERSION'));
  fs.writeFileSync(path.join(cluster, 'recovery.signal'), '');
  fs.chownSync(path.join(cluster, 'recovery.signal'), uid, gid);
  return { dataDir, cluster, settings: ['fsync=off', `restore_command='sleep ${seconds}; false'`] };
}

/** Returns the process ids of the servers that run on a cluster, without its pid file. */
function postmastersOf(cluster: string): number[] {
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter((pid) => isAlive(pid) && /bin\/postgres\0/.test(read(pid)) && read(pid).includes(`\0${cluster}\0`));
}

function read(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
