import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { inRoot } from '../../../server/operations/paths.ts';
import { freePort } from '../../../server/operations/ports.ts';
import type { BenchmarkContext } from '../benchmark.ts';
import { AUDIENCE, ISSUER } from '../stand/api-process.ts';
import { type Balancer, startBalancer } from '../stand/balancer.ts';
import { type BenchDatabase, startBenchDatabase } from '../stand/bench-database.ts';
import { type ServerProcess, startServerProcess } from '../stand/server-process.ts';

export const APIS = 3;
export const WEBS = 2;
const READY_MILLISECONDS = 30_000;

/** A place behind the balancer, and the process that serves there now: `npm run api` or `npm run web` with one worker. */
export interface Member {
  /** As the balancer's configuration names it, such as `api/api1`. */
  readonly name: string;
  readonly port: number;
  /** Sends SIGTERM, waits for the end, starts another process and waits until the balancer uses it. */
  replace(): Promise<void>;
  /** Sends SIGKILL to the process and its worker at once, then as `replace`. */
  kill(): Promise<void>;
  /** Sends SIGHUP and waits until another worker serves. */
  reload(): Promise<void>;
}

/** Several processes on one database behind one balancer. */
export interface Fleet {
  readonly database: BenchDatabase;
  readonly balancer: Balancer;
  readonly apis: readonly Member[];
  readonly webs: readonly Member[];
  /** How long a process serves after SIGTERM while it is not ready, in seconds. */
  readonly drainSeconds: number;
  stop(): Promise<void>;
}

/** Starts three API processes and two web processes behind the balancer. */
export async function startFleet({ folder, signal, log }: BenchmarkContext): Promise<Fleet> {
  const running = new AsyncDisposableStack();
  try {
    const database = await startBenchDatabase(folder);
    running.defer(() => database.stop());
    const ports = await freePorts(APIS + WEBS + 2);
    const [port = 0, internalPort = 0] = ports.splice(0, 2);
    const [apiPorts, webPorts] = [ports.slice(0, APIS), ports.slice(APIS)];
    const balancer = await startBalancer({ folder, apiPorts, webPorts, port, internalPort });
    running.defer(() => balancer.stop());

    const drainSeconds = 3;
    const settings = { ...settingsOf(database, balancer, folder), DRAIN_DELAY: `${drainSeconds}s` };
    const start = async (kind: 'api' | 'web', index: number, memberPort: number) => {
      const name = `${kind}/${kind}${index + 1}`;
      log(`Starting ${name}`);
      const own = { API_PORT: String(memberPort), WEB_PORT: String(memberPort) };
      const environment = { ...process.env, ...settings, ...own, METRICS_PORT: String(await freePort()) };
      const command = [inRoot(`tools/commands/${kind}.ts`)];
      const options = { name, command, environment, port: memberPort, readyPath: '/readyz', folder, signal };
      const member = await startMember(options, balancer);
      running.defer(() => member.stop());
      return member;
    };
    const [apis, webs]: [Member[], Member[]] = [[], []];
    for (const [index, each] of apiPorts.entries()) apis.push(await start('api', index, each));
    for (const [index, each] of webPorts.entries()) webs.push(await start('web', index, each));
    return { database, balancer, apis, webs, drainSeconds, stop: () => running.disposeAsync() };
  } catch (error) {
    await running.disposeAsync();
    throw error;
  }
}

/** The settings that all processes share. */
function settingsOf({ api, auth, secrets }: BenchDatabase, { apiUrl, webUrl, internalPort }: Balancer, folder: string) {
  return {
    NODE_ENV: 'production',
    WORKERS: '1',
    API_DATABASE_URL: api,
    AUTH_DATABASE_URL: auth,
    API_URL: apiUrl,
    WEB_URL: webUrl,
    API_INTERNAL_URL: `http://127.0.0.1:${internalPort}`,
    TRUSTED_PROXIES: '127.0.0.1',
    TOKEN_SECRETS: secrets.TOKEN_SECRETS,
    TOKEN_ISSUER: ISSUER,
    TOKEN_AUDIENCE: AUDIENCE,
    BETTER_AUTH_SECRET: secrets.BETTER_AUTH_SECRET,
    DATA_DIR: folder,
    // The benchmark sends more than any client may.
    LIMIT_REQUESTS_PER_ADDRESS: 'none',
    LIMIT_REQUESTS_PER_VIEWER: 'none',
  };
}

async function startMember(
  options: Parameters<typeof startServerProcess>[0],
  balancer: Balancer,
): Promise<Member & { stop(): Promise<void> }> {
  const { name, port } = options;
  let current: ServerProcess;
  const start = async () => {
    current = await startServerProcess(options);
    await untilUp(balancer, name);
    return current;
  };
  current = await start();
  return {
    name,
    port,
    async replace() {
      await current.stop();
      await start();
    },
    async kill() {
      for (const pid of [...workersOf(current.pid), current.pid]) process.kill(pid, 'SIGKILL');
      await current.stop();
      await start();
    },
    async reload() {
      const before = new Set(workersOf(current.pid));
      process.kill(current.pid, 'SIGHUP');
      await until(`a new worker of ${name}`, async () => {
        const now = workersOf(current.pid);
        return now.length > 0 && now.every((pid) => !before.has(pid));
      });
    },
    stop: () => current.stop(),
  };
}

/** Returns the process ids of the workers of a process (Linux). */
function workersOf(pid: number): number[] {
  const text = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Waits until the balancer has found a server ready. */
const untilUp = (balancer: Balancer, name: string) =>
  until(`${name} in the balancer`, async () => {
    const lines = (await balancer.command('show stat')).split('\n').map((line) => line.split(','));
    return lines.some(([backend, server, ...rest]) => `${backend}/${server}` === name && rest.includes('UP'));
  });

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const startedAt = Date.now(); !(await isSo()); await delay(50))
    if (Date.now() - startedAt > READY_MILLISECONDS)
      throw new Error(`Waited ${READY_MILLISECONDS / 1_000} s for ${what}.`);
}

/** Returns different ports: `freePort` alone may return one twice before a server has taken it. */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
