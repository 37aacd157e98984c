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
import { describeError, PassingProblem, OperatorError } from '../operator-error.ts';
import { isAlive } from '../processes.ts';
import { loadSecrets } from '../secrets.ts';
import { ESSENTIAL, requireSound } from './data-folder-damage.ts';
import { parsePidFile, READY_SECONDS } from './postgres-server.ts';

let model = '';

beforeAll(async () => {
  model = fs.mkdtempSync(path.join(os.tmpdir(), 'fieldgate-'));
  const postgres = await startEmbeddedPostgres({ dataDir: model, passwords: loadSecrets(model).passwords });
  await withClient(postgres.url('owner'), (client) => client.query("create table kept as select 'kept' as what"));
  // What a running server leaves when it is killed.
  const pidFile = fs.readFileSync(path.join(model, 'postgres', 'postmaster.pid'));
  await postgres.stop();
  fs.writeFileSync(path.join(model, 'model.pid'), pidFile);
}, 60_000);

afterAll(() => fs.rmSync(model, { recursive: true, force: true }));

/** A data folder as `npm start` leaves it, and its cluster. */
function usedFolder(): { dataDir: string; cluster: string } {
  const dataDir = temporaryFolder();
  fs.cpSync(model, dataDir, { recursive: true });
  return { dataDir, cluster: path.join(dataDir, 'postgres') };
}

async function started(dataDir: string, options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const { passwords } = loadSecrets(dataDir);
  onTestFinished(() => killEmbeddedPostgres(dataDir));
  return startEmbeddedPostgres({ dataDir, passwords, settings: ['fsync=off'], ...options });
}

/** What it says of the folder: an operator error, and no other. */
async function refusal(dataDir: string, options: Partial<EmbeddedPostgresOptions> = {}): Promise<string> {
  const error = await started(dataDir, options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(OperatorError);
  expect(describeError(error)).not.toMatch(/^\s+at /m);
  return (error as OperatorError).message;
}

function problemOf(work: () => void): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(OperatorError);
    return (error as OperatorError).message;
  }
  throw new Error('There was no problem.');
}

async function whatIsKept(postgres: EmbeddedPostgres): Promise<unknown[]> {
  return withClient(postgres.url('owner'), async (client) => (await client.query('select what from kept')).rows);
}

/** Every file of a folder with its size and content's beginning, to see that nothing was lost. */
function inventory(folder: string): readonly string[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return files.filter((name) => !name.endsWith('server.log')).map((name) => `${name} ${size(path.join(folder, name))}`);
}

function size(file: string): number {
  const stats = fs.statSync(file);
  return stats.isFile() ? stats.size : -1;
}

/** What PostgreSQL starts without, as the tests below show. */
const DISPENSABLE = ['pg_ident.conf', 'postgresql.auto.conf', 'server.log', 'postmaster.opts'];
const names = ESSENTIAL.map(({ name }) => name);

/** The essential files and folders alone, small: enough for what is checked before PostgreSQL starts. */
function skeleton(): string {
  const cluster = path.join(temporaryFolder(), 'postgres');
  fs.mkdirSync(cluster, { mode: 0o700 });
  for (const { name, kind, full } of ESSENTIAL) {
    const file = path.join(cluster, name);
    if (kind === 'folder') fs.mkdirSync(file, { mode: 0o700 });
    else fs.copyFileSync(path.join(model, 'postgres', name), file);
    if (kind === 'folder' && full) fs.writeFileSync(path.join(file, 'something'), '');
  }
  return cluster;
}

describe('requireSound', () => {
  test('requireSound accepts what initdb has made, and checks all of it but what PostgreSQL does without', () => {
    const { cluster } = usedFolder();
    requireSound(cluster);
    requireSound(skeleton());
    const unchecked = fs.readdirSync(cluster).filter((name) => !names.includes(name));
    expect(unchecked.toSorted()).toEqual(DISPENSABLE.toSorted());
  });

  // covers: EDGE-38, OPS-14
  test.each(names)('requireSound names %s if it is missing, and changes nothing', (name) => {
    const cluster = skeleton();
    fs.rmSync(path.join(cluster, name), { recursive: true });
    const before = inventory(cluster);
    const words = problemOf(() => requireSound(cluster));
    expect(words).toContain(`${path.join(cluster, name)} is missing`);
    expect(words).toMatch(/Put \S+ back from a backup, or move it away to begin with an empty one\.$/);
    expect(inventory(cluster)).toEqual(before);
  });

  test.each(ESSENTIAL.filter(({ full }) => full))(
    'requireSound names $name, a $kind, if it is empty',
    ({ name, kind }) => {
      const cluster = skeleton();
      const file = path.join(cluster, name);
      fs.rmSync(file, { recursive: true });
      if (kind === 'file') fs.writeFileSync(file, '');
      else fs.mkdirSync(file);
      expect(problemOf(() => requireSound(cluster))).toContain(`${file} is empty`);
    },
  );

  test.each(ESSENTIAL)('requireSound names $name if it is no $kind', ({ name, kind }) => {
    const cluster = skeleton();
    const file = path.join(cluster, name);
    fs.rmSync(file, { recursive: true });
    if (kind === 'folder') fs.writeFileSync(file, '');
    else fs.mkdirSync(file);
    expect(problemOf(() => requireSound(cluster))).toContain(`${file} is no ${kind}`);
  });

  test.each(ESSENTIAL)(
    'requireSound names $name, a $kind, if its mode closes it to PostgreSQL, and what to run',
    ({ name, kind }) => {
      const cluster = skeleton();
      const file = path.join(cluster, name);
      const needed = kind === 'folder' ? 0o700 : 0o600;
      for (const mode of [0o000, 0o077, 0o100, 0o200, 0o300, 0o400, 0o500].filter(
        (bits) => (bits & needed) !== needed,
      )) {
        fs.chmodSync(file, mode);
        const words = problemOf(() => requireSound(cluster));
        expect(words).toContain(file);
        // As root: another user cannot look into a closed folder to name what is below.
        if (process.getuid?.() === 0) expect(words).toContain(`chmod u+rwX '${file}'`);
      }
      fs.chmodSync(file, needed);
      requireSound(cluster);
    },
  );

  test('requireSound takes a folder that has none of the files for no database', () => {
    const cluster = path.join(temporaryFolder(), 'postgres');
    fs.mkdirSync(cluster);
    expect(problemOf(() => requireSound(cluster))).toMatch(/is there but holds no database/);
  });
});

describe('a damaged cluster', { timeout: 120_000 }, () => {
  // covers: EDGE-38
  test('a cluster is refused with the path of what is missing, and left as it is', async () => {
    for (const name of ['base', 'PG_VERSION']) {
      const { dataDir, cluster } = usedFolder();
      fs.rmSync(path.join(cluster, name), { recursive: true });
      const before = inventory(dataDir);
      expect(await refusal(dataDir)).toContain(`${path.join(cluster, name)} is missing`);
      expect(inventory(dataDir)).toEqual(before);
    }
  });

  test('a cluster starts although what PostgreSQL does without is empty or missing', async () => {
    const { dataDir, cluster } = usedFolder();
    for (const name of DISPENSABLE) fs.rmSync(path.join(cluster, name), { force: true });
    for (const { name, kind, full } of ESSENTIAL) {
      const file = path.join(cluster, name);
      if (full) continue;
      if (kind === 'file') fs.truncateSync(file);
      else for (const inside of fs.readdirSync(file)) fs.rmSync(path.join(file, inside), { recursive: true });
    }
    expect(await whatIsKept(await started(dataDir))).toEqual([{ what: 'kept' }]);
  });

  test.each([
    ['base', 'the tables of the database'],
    ['global', 'the tables of the server'],
  ])('a cluster in which files below %s are missing is refused in words: %s', async (folder) => {
    const { dataDir, cluster } = usedFolder();
    const below = path.join(cluster, folder);
    for (const name of fs.readdirSync(below, { recursive: true, encoding: 'utf8' }))
      if (/(^|\/)\d+$/.test(name) && fs.statSync(path.join(below, name)).isFile()) fs.rmSync(path.join(below, name));
    expect(await refusal(dataDir)).toMatch(/cannot be used: [^]*Put \S+ back from a backup/);
  });

  // covers: OPS-14
  test('a cluster whose database folder has gone is refused, and no other database is made in its place', async () => {
    for (const oid of fs
      .readdirSync(path.join(usedFolder().cluster, 'base'))
      .filter((name) => name !== '1' && name !== '4')) {
      const { dataDir, cluster } = usedFolder();
      fs.rmSync(path.join(cluster, 'base', oid), { recursive: true });
      expect(await refusal(dataDir)).toContain(`base/${oid}`);
    }
  });

  test.each(['garbage', '18garbage', '-1'])('a cluster whose PG_VERSION is %j is refused', async (version) => {
    const { dataDir, cluster } = usedFolder();
    fs.writeFileSync(path.join(cluster, 'PG_VERSION'), version);
    expect(await refusal(dataDir)).toContain(path.join(cluster, 'PG_VERSION'));
  });

  // covers: EDGE-38
  test.each(['16', '19'])('a cluster of PostgreSQL %s is refused, with both versions', async (version) => {
    const { dataDir, cluster } = usedFolder();
    fs.writeFileSync(path.join(cluster, 'PG_VERSION'), `${version}\n`);
    expect(await refusal(dataDir)).toMatch(
      new RegExp(
        `PG_VERSION: this database was made by PostgreSQL ${version}, and the embedded PostgreSQL is 18\\.\\d+:`,
      ),
    );
  });

  test('a cluster whose pg_control is garbage is refused, with the file', async () => {
    const { dataDir, cluster } = usedFolder();
    fs.writeFileSync(path.join(cluster, 'global', 'pg_control'), Buffer.alloc(8_192, 7));
    expect(await refusal(dataDir)).toMatch(/pg_control|control file/);
  });
});

describe('postmaster.pid', { timeout: 120_000 }, () => {
  const text = () => fs.readFileSync(path.join(model, 'model.pid'), 'utf8');

  test('postmaster.pid of a running server is parsed', () => {
    const [pid, , , port] = text().split('\n');
    expect(parsePidFile(text())).toEqual({ pid: Number(pid), port: Number(port) });
  });

  test('postmaster.pid that is cut off anywhere up to the port is damaged', () => {
    const upToPort = text().split('\n').slice(0, 4).join('\n');
    for (let length = 0; length <= upToPort.length; length += 1)
      expect(parsePidFile(upToPort.slice(0, length))).toBe('damaged');
  });

  test('postmaster.pid that holds anything but numbers for process and port is damaged', () => {
    const number = fc.constantFrom('', '0', '-5', '1e3', ' 12', '12 ', 'x', '\0', '٣');
    const line = fc.string().map((words) => words.replaceAll('\n', ''));
    fc.assert(fc.property(number, line, (pid, rest) => parsePidFile(`${pid}\n${rest}\n1\n5432\n\n`) === 'damaged'));
    fc.assert(fc.property(number, (port) => parsePidFile(`12\n/x\n1\n${port}\n\n`) === 'damaged'));
    fc.assert(fc.property(line, (words) => parsePidFile(words) === 'damaged'));
  });

  // covers: EDGE-38, OPS-14
  test.each(['', 'garbage', '4711\n/somewhere\n'])(
    'postmaster.pid that holds %j is refused with its path, and left as it is',
    async (content) => {
      const { dataDir, cluster } = usedFolder();
      const file = path.join(cluster, 'postmaster.pid');
      fs.writeFileSync(file, content);
      const words = await refusal(dataDir);
      expect(words).toContain(`${file} is empty or damaged`);
      expect(words).toContain('make sure that no process does');
      expect(fs.readFileSync(file, 'utf8')).toBe(content);
    },
  );

  test('postmaster.pid of a server that was killed is no damage', async () => {
    const { dataDir, cluster } = usedFolder();
    fs.writeFileSync(path.join(cluster, 'postmaster.pid'), text());
    expect(await whatIsKept(await started(dataDir))).toEqual([{ what: 'kept' }]);
  });
});

describe('startPostgres', { timeout: 60_000 }, () => {
  // covers: EDGE-38
  test.each(['superuser', 'owner'] as const)(
    'startPostgres refuses secrets.json with another password of the %s, and prints none',
    async (role) => {
      const { dataDir, cluster } = usedFolder();
      const { passwords } = loadSecrets(dataDir);
      const wrong = { ...passwords, [role]: 'w'.repeat(43) };
      const words = await refusal(dataDir, { passwords: wrong });
      expect(words).toContain(
        `${path.join(dataDir, 'secrets.json')} does not hold the passwords of the database in ${cluster}`,
      );
      for (const secret of [...Object.values(passwords), ...Object.values(wrong)]) expect(words).not.toContain(secret);
    },
  );

  test('startPostgres refuses a port that it must have and that another program listens on', async () => {
    const { dataDir } = usedFolder();
    const stranger = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    onTestFinished(() => void stranger.close());
    const { port } = stranger.address() as net.AddressInfo;
    expect(await refusal(dataDir, { port })).toMatch(
      new RegExp(`^Port ${port}, .* is taken by another program: stop that one`),
    );
  });

  test('startPostgres makes no empty database in place of one that has gone while Fieldgate ran', async () => {
    const { dataDir, cluster } = usedFolder();
    fs.renameSync(cluster, `${cluster}.moved`);
    const words = await refusal(dataDir, { port: 54_321 });
    expect(words).toBe(`${cluster} has gone while Fieldgate ran: put it back, and start again.`);
    expect(fs.existsSync(cluster)).toBe(false);
  });

  test('startPostgres ends between two attempts when it is told to', async () => {
    const { dataDir } = usedFolder();
    await expect(started(dataDir, { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
  });

  // covers: OPS-02
  test('startPostgres waits for a server that recovers for longer than pg_ctl waits', async () => {
    const { dataDir, settings } = slowRecovery(2);
    const began = Date.now();
    const postgres = await started(dataDir, { settings });
    expect(Date.now() - began).toBeGreaterThan(READY_SECONDS * 1_000);
    expect(postgres.reused).toBe(false);
    expect(await whatIsKept(postgres)).toEqual([{ what: 'kept' }]);
    await postgres.stop();
  });

  // covers: OPS-02
  test('startPostgres stops a server that recovers as soon as it is told to, at each step of the start', async () => {
    const { dataDir, cluster, settings } = slowRecovery(60);
    const log = path.join(cluster, 'server.log');
    const isLogged = (words: string) => fs.existsSync(log) && fs.readFileSync(log, 'utf8').includes(words);
    const steps = [
      () => true,
      () => fs.existsSync(path.join(cluster, 'postmaster.pid')),
      () => isLogged('database system was shut down'),
      // After pg_ctl, while sessions are refused.
      () => isLogged('the database system is starting up'),
    ];
    for (const step of steps) {
      fs.rmSync(log, { force: true });
      const stopping = new AbortController();
      const start = started(dataDir, { settings, signal: stopping.signal });
      const outcome = expect(start).rejects.toThrow(/stopped|aborted/);
      await vi.waitUntil(step, { timeout: 20_000, interval: 5 });
      stopping.abort(new Error('stopped'));
      await Promise.race([outcome, late(PROMPT_MILLISECONDS)]);
      expect(postmastersOf(cluster)).toEqual([]);
    }
  });

  // covers: OPS-02
  test.each(['it does not let us in', 'its port cannot be noted down'])(
    'startPostgres leaves no server running where %s',
    async (cause) => {
      const { dataDir, cluster } = usedFolder();
      const { passwords } = loadSecrets(dataDir);
      const port = `${cluster}.port`;
      fs.rmSync(port);
      if (cause === 'its port cannot be noted down') fs.symlinkSync(path.join(dataDir, 'none', 'port'), port);
      else Object.assign(passwords, { superuser: 'w'.repeat(43) });
      await expect(started(dataDir, { passwords })).rejects.toThrow(/ENOENT|does not hold the passwords/);
      expect(fs.readFileSync(path.join(cluster, 'server.log'), 'utf8')).toContain('ready to accept connections');
      expect(postmastersOf(cluster)).toEqual([]);
    },
  );

  test('startPostgres says of a port that is taken, and of a server that ends while it recovers, that another attempt may succeed', async () => {
    const { dataDir } = usedFolder();
    const stranger = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    onTestFinished(() => void stranger.close());
    const { port } = stranger.address() as net.AddressInfo;
    await expect(started(dataDir, { port })).rejects.toBeInstanceOf(PassingProblem);

    const { cluster, settings, ...slow } = slowRecovery(60);
    const start = started(slow.dataDir, { settings });
    const outcome = expect(start).rejects.toBeInstanceOf(PassingProblem);
    const log = path.join(cluster, 'server.log');
    const isRefused = () => fs.existsSync(log) && fs.readFileSync(log, 'utf8').includes('system is starting up');
    await vi.waitUntil(isRefused, { timeout: 20_000 });
    for (const pid of postmastersOf(cluster)) process.kill(pid, 'SIGQUIT');
    await outcome;
  });
});

/** How soon a start has to end after it was told to, in milliseconds; recovery takes minutes. */
const PROMPT_MILLISECONDS = 5_000;

async function late(milliseconds: number): Promise<never> {
  await delay(milliseconds, undefined, { ref: false });
  throw new Error(`It took more than ${milliseconds} ms.`);
}

/** A used folder whose server asks an archive for its log, so many seconds for each file, before it lets anybody in. */
function slowRecovery(seconds: number): ReturnType<typeof usedFolder> & { settings: readonly string[] } {
  const { dataDir, cluster } = usedFolder();
  const { uid, gid } = fs.statSync(path.join(cluster, 'PG_VERSION'));
  fs.writeFileSync(path.join(cluster, 'recovery.signal'), '');
  fs.chownSync(path.join(cluster, 'recovery.signal'), uid, gid);
  return { dataDir, cluster, settings: ['fsync=off', `restore_command='sleep ${seconds}; false'`] };
}

/** The servers that run on a cluster, whatever its pid file says. */
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
