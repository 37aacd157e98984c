import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../server/operations/ports.ts';
import { inRoot } from '../../../server/operations/paths.ts';

/** A process of the product. */
export type Part = 'the database' | 'the API' | 'the web app';

/** The product as a user runs it: `npm start`, with its own ports and its own embedded database. */
export interface Product {
  readonly apiUrl: string;
  readonly webUrl: string;
  readonly dataDir: string;
  /** Returns the current process id of a part; undefined while it does not run. */
  pid(part: Part): number | undefined;
  /** Returns everything it has printed so far. */
  output(): string;
  /** Resolves with its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends SIGTERM, and after 20 s SIGKILL to all processes. */
  stop(): Promise<void>;
}

const START_MILLISECONDS = 180_000;
const STOP_MILLISECONDS = 20_000;
const LOOK_MILLISECONDS = 50;

const SCRIPTS = { 'the API': 'server/main.ts', 'the web app': 'web/serve.ts' } as const;

/**
 * Starts the product and waits until it is ready; builds the web client the first time.
 * @param folder an empty folder for its data and log
 * @param settings settings and other environment variables, in addition to ports and folders
 * @param disk size in megabytes of an in-memory disk for the data folder (see `canMountDisk`). Default: none
 * @throws {Error} with its output, when it does not become ready
 */
export async function startProduct(
  folder: string,
  settings: NodeJS.ProcessEnv,
  signal: AbortSignal,
  disk?: number,
): Promise<Product> {
  const [api, web, metrics] = [await freePort(), await freePort(), await freePort()];
  const folderOfData = path.join(folder, 'product');
  fs.mkdirSync(folderOfData, { recursive: true });
  const { npm_lifecycle_event: _, ...inherited } = process.env;
  const command = [process.execPath, inRoot('tools/launcher.mjs'), 'start'];
  const [file = '', ...args] = disk === undefined ? command : [...ownDisk(folderOfData, disk), ...command];
  const child = spawn(file, args, {
    cwd: inRoot(),
    env: {
      ...inherited,
      WEB_BUILD_DIR: '.next-test',
      // The benchmarks send more than any client may.
      LIMIT_REQUESTS_PER_ADDRESS: 'none',
      LIMIT_REQUESTS_PER_VIEWER: 'none',
      ...settings,
      DATA_DIR: folderOfData,
      API_PORT: String(api),
      WEB_PORT: String(web),
      METRICS_PORT: String(metrics),
    },
    // A separate process group: the benchmark forwards Ctrl-C, and killing the group leaves no process behind.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // The disk exists only in the process's mount namespace, reached through proc_pid_root(5).
  const dataDir = disk === undefined ? folderOfData : `/proc/${child.pid}/root${folderOfData}`;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let isOver = false;
  void ended.then(() => (isOver = true));
  const killAll = () => {
    for (const pid of [-(child.pid ?? 0), databasePid(dataDir) ?? 0]) kill(pid, 'SIGKILL');
  };
  const stop = async () => {
    const late = setTimeout(killAll, STOP_MILLISECONDS);
    if (!isOver) child.kill('SIGTERM');
    await ended;
    clearTimeout(late);
    kill(databasePid(dataDir) ?? 0, 'SIGKILL');
  };
  try {
    for (const deadline = Date.now() + START_MILLISECONDS; !output.includes('Fieldgate is ready'); ) {
      signal.throwIfAborted();
      if (isOver || Date.now() > deadline) throw new Error(`The product did not become ready:\n${output}`);
      await delay(LOOK_MILLISECONDS);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    apiUrl: `http://127.0.0.1:${api}`,
    webUrl: `http://localhost:${web}`,
    dataDir,
    pid: (part) => (part === 'the database' ? databasePid(dataDir) : servicePid(dataDir, SCRIPTS[part])),
    output: () => output,
    ended,
    stop,
  };
}

/** Whether this user can mount a disk for a process: root on Linux, where `unshare` is allowed. */
export function canMountDisk(): boolean {
  return process.platform === 'linux' && spawnSync('unshare', ['--mount', 'true'], { timeout: 5_000 }).status === 0;
}

/** Returns a command that runs in a new mount namespace, in which a folder is an in-memory disk of this size. */
const ownDisk = (folder: string, megabytes: number): readonly string[] => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  'mount -t tmpfs -o "size=$2m,mode=0755" tmpfs "$1" && shift 2 && exec "$@"',
  'sh',
  folder,
  String(megabytes),
];

/** Sends a signal to a process, or with a negative id to a group; ignores one that has ended. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  if (pid === 0) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

function databasePid(dataDir: string): number | undefined {
  try {
    const pid = Number.parseInt(fs.readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    return pid > 0 && fs.existsSync(`/proc/${pid}`) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the child of `npm start` that runs a script. Linux only. */
function servicePid(dataDir: string, script: string): number | undefined {
  try {
    const { pid } = JSON.parse(fs.readFileSync(path.join(dataDir, 'running.json'), 'utf8')) as { pid: number };
    const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    return children.find((child) => fs.readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(script));
  } catch {
    // A process ended between two reads.
    return undefined;
  }
}
