import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../server/operations/ports.ts';
import { get } from '../support/http-server.ts';
import { sendTo } from '../support/raw-http.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PRIMARY = path.join(import.meta.dirname, 'pool-primary.ts');
const WAIT = { timeout: 20_000, interval: 20 };
const READY = 'the test is listening';

let port: number;
let url: string;
let metricsUrl: string;
let release: string;
let broken: string;
let closed: string;
let environment: NodeJS.ProcessEnv;
beforeEach(async () => {
  const folder = temporaryFolder();
  port = await freePort();
  const metricsPort = await freePort();
  url = `http://127.0.0.1:${port}`;
  metricsUrl = `http://127.0.0.1:${metricsPort}`;
  release = path.join(folder, 'release');
  broken = path.join(folder, 'broken');
  closed = path.join(folder, 'closed');
  environment = {
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
    RELEASE: release,
    BROKEN: broken,
    CLOSED: closed,
  };
});

/** Starts the primary process with two workers. */
function startPool() {
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PRIMARY], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended.
    }
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const printed = (text: string) => vi.waitUntil(() => output.includes(text), WAIT);
  return { child, ended, printed, output: () => output };
}

/** Sends a request on a connection of its own, which the next worker gets; returns the id of the process that answers. */
async function request(target = '/'): Promise<number> {
  const response = await fetch(url + target, { headers: { connection: 'close' }, signal: AbortSignal.timeout(20_000) });
  return Number(await response.text());
}

/** Returns the process ids of both workers. */
async function workerPids(): Promise<ReadonlySet<number>> {
  const pids = new Set<number>();
  await vi.waitUntil(async () => pids.add(await request()).size === 2, WAIT);
  return pids;
}

// covers: PROC-06
test('a worker that is killed is replaced, and the other one answers meanwhile', { timeout: 60_000 }, async () => {
  const pool = startPool();
  await pool.printed(READY);
  const [first = 0, second = 0] = await workerPids();
  process.kill(first, 'SIGKILL');
  await pool.printed('a worker of the test ended by SIGKILL; restarting in');
  expect(await request()).toBe(second);
  await vi.waitUntil(async () => ![first, second].includes(await request()), WAIT);
});

// covers: PROC-11
test('a worker runs with the flags of its pool, and those of the primary process', { timeout: 60_000 }, async () => {
  await startPool().printed(READY);
  const response = await fetch(`${url}/flags`);
  expect(await response.text()).toBe('--disable-warning=ExperimentalWarning --max-semi-space-size=3');
});

// covers: PROC-07
test('SIGHUP replaces both workers, and every request during it is answered', { timeout: 60_000 }, async () => {
  const pool = startPool();
  await pool.printed(READY);
  const before = await workerPids();
  const held = request('/held');
  const answers: number[] = [];
  pool.child.kill('SIGHUP');
  const done = new AbortController();
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (!done.signal.aborted) answers.push(await request());
    }),
  );
  // The old worker finishes a request that it began before the signal.
  await vi.waitUntil(() => answers.some((pid) => !before.has(pid)), WAIT);
  fs.writeFileSync(release, '');
  expect(before).toContain(await held);
  await pool.printed('the restart of the workers has ended');
  done.abort();
  await load;
  expect(answers.length).toBeGreaterThan(10);
  for (const pid of await workerPids()) expect(before).not.toContain(pid);
});

// covers: PROC-07
test('a connection that the primary process hands to a worker that has just closed is answered by the other worker', {
  timeout: 60_000,
}, async () => {
  const pool = startPool();
  await pool.printed(READY);
  const [first = 0, second = 0] = await workerPids();
  // The primary process reads first that there are connections, and then that the worker no longer listens.
  pool.child.kill('SIGSTOP');
  const clients = Array.from({ length: 8 }, () => sendTo(port, get('/', ['connection: close'])));
  await Promise.all(clients.map((client) => once(client, 'connect')));
  process.kill(first, 'SIGTERM');
  await vi.waitUntil(() => fs.existsSync(closed), WAIT);
  pool.child.kill('SIGCONT');
  for (const client of clients) expect(await readText(client)).toMatch(new RegExp(`\\r\\n${second}$`));
});

// covers: PROC-07
test('SIGHUP leaves the old workers alone if a new one refuses to start', { timeout: 60_000 }, async () => {
  const pool = startPool();
  await pool.printed(READY);
  const before = await workerPids();
  fs.writeFileSync(broken, '');
  pool.child.kill('SIGHUP');
  await pool.printed('the old workers stay');
  expect(pool.output()).toContain('this worker is broken');
  expect(await workerPids()).toEqual(before);
});

// covers: PROC-01
test('SIGTERM ends the pool with 0 after the requests that have begun', { timeout: 60_000 }, async () => {
  const pool = startPool();
  await pool.printed(READY);
  const held = request('/held');
  await vi.waitUntil(async () => /^requests_total 1$/m.test(await (await fetch(metricsUrl)).text()), WAIT);
  pool.child.kill('SIGTERM');
  fs.writeFileSync(release, '');
  expect(await held).toBeGreaterThan(0);
  expect(await pool.ended).toBe(0);
});

// covers: HOST-01
test('during the drain delay every worker answers /readyz with 503 and other requests as before, and the pool then ends with 0', {
  timeout: 60_000,
}, async () => {
  environment['DRAIN_SECONDS'] = '3';
  const pool = startPool();
  await pool.printed(READY);
  const workers = await workerPids();
  pool.child.kill('SIGTERM');
  await pool.printed('draining');
  const unready = new Set<number>();
  await vi.waitUntil(async () => {
    const response = await fetch(`${url}/readyz`, { headers: { connection: 'close' } });
    const pid = Number(await response.text());
    return response.status === 503 && unready.add(pid).size === 2;
  }, WAIT);
  expect(unready).toEqual(workers);
  expect(workers).toContain(await request());
  expect(await pool.ended).toBe(0);
});

// covers: HOST-01
test('a worker that starts during the drain delay answers /readyz with 503, too', { timeout: 60_000 }, async () => {
  environment['DRAIN_SECONDS'] = '20';
  const pool = startPool();
  await pool.printed(READY);
  const [first = 0, second = 0] = await workerPids();
  pool.child.kill('SIGTERM');
  await pool.printed('draining');
  process.kill(first, 'SIGKILL');
  // Until the primary process knows, it hands connections to the dead worker.
  await pool.printed('a worker of the test ended by SIGKILL; restarting in');
  const statuses = new Map<number, number>();
  await vi.waitUntil(async () => {
    const response = await fetch(`${url}/readyz`, { headers: { connection: 'close' } });
    const pid = Number(await response.text());
    if (pid !== second) statuses.set(pid, response.status);
    return statuses.size > 0;
  }, WAIT);
  expect([...statuses.values()]).toEqual([503]);
});

// covers: PROC-01
test('a pool whose worker refuses to start ends with 1 and the reason', { timeout: 60_000 }, async () => {
  fs.writeFileSync(broken, '');
  const pool = startPool();
  expect(await pool.ended).toBe(1);
  expect(pool.output()).toContain('refused to start: this worker is broken.');
});

// covers: PROC-08
test('the metrics of a pool are the sums of its workers, and their number', { timeout: 60_000 }, async () => {
  const pool = startPool();
  await pool.printed(READY);
  const pids = [await request(), await request(), await request(), await request()];
  expect(new Set(pids).size).toBe(2);
  const text = await (await fetch(metricsUrl)).text();
  expect(text).toMatch(/^requests_total 4$/m);
  expect(text).toMatch(/^fieldgate_workers 2$/m);
});
