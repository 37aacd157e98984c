import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, isProgram } from '../processes.ts';
import { acceptsConnections, freePort, isPortFree } from '../ports.ts';
import { readFileIfExists } from '../files.ts';
import { PassingProblem, OperatorError } from '../operator-error.ts';
import { damaged, fullDisk, wayOut } from './data-folder-damage.ts';
import type { Runner } from './run-as.ts';

/**
 * How long pg_ctl waits for a server to be ready. One that has begun and is not ready by then recovers from a crash: the
 * first sign-in waits for that.
 */
export const READY_SECONDS = 3;
/** How long a server that is given up may take to stop in order. */
const ABANDON_SECONDS = 5;
const STOP_SECONDS = 30;
/** After a killed postmaster its last processes hold the shared memory for a while. */
const START_TIMEOUT_MILLISECONDS = 15_000;
/** How long a killed server's processes may hold its port. */
const PORT_MILLISECONDS = 2_000;
/** How long a server that has just begun may take to write its pid file. */
const PID_FILE_MILLISECONDS = 300;
const KILL_MILLISECONDS = 5_000;
const CHECK_MILLISECONDS = 20;
const RETRY_MILLISECONDS = 300;
/** What another attempt may change: processes of a killed server that still end, and a port that was taken in between. */
const PASSING = /shared memory|another (postmaster|server)|address already in use|could not bind|starting up/i;
/** Less free space than PostgreSQL needs to start, in bytes. */
const FULL_BYTES = 2 ** 20;
/** Up to the port; each ends in a line feed. */
const PID_FILE_LINES = 4;
const LOG_LIMIT_BYTES = 10 * 2 ** 20;

/** A server that acceptsConnections connections. */
export interface PostgresServer {
  readonly port: number;
  /** The postmaster's process id. */
  readonly pid: number;
  readonly reused: boolean;
  /** Its log file. */
  readonly log: string;
}

/** How a server is started. */
export interface ServerOptions {
  /** `name=value` for the server. Default: none. */
  readonly settings?: readonly string[];
  /** The port that it must listen on. Default: that of the last time, or another one if that is taken. */
  readonly port?: number;
  /** Ends the start. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts a cluster's server on 127.0.0.1, or takes over the one that a killed start has left running.
 * @param cluster the cluster's folder
 * @param runner how programs are run
 * @returns it once it listens; it may still recover from a crash, and refuse sessions
 * @throws {OperatorError} when it cannot come up: with the file and what to do, or with the end of its log. It may run all the
 *   same: see `abandonServer`
 * @throws {PassingProblem} when it does not come up within 15 s of tries, for a reason that may pass
 */
export async function startServer(cluster: string, runner: Runner, options: ServerOptions): Promise<PostgresServer> {
  const log = path.join(cluster, 'server.log');
  const { settings = [], port: wanted, signal } = options;
  const deadline = Date.now() + START_TIMEOUT_MILLISECONDS;
  if (readPidFile(cluster) === 'damaged') await delay(PID_FILE_MILLISECONDS);
  for (;;) {
    signal?.throwIfAborted();
    const running = await findServer(cluster, runner);
    if (running !== undefined) return { ...running, reused: true, log };
    removeStalePidFile(cluster);
    const { size } = fs.statSync(log, { throwIfNoEntry: false }) ?? { size: 0 };
    if (size > LOG_LIMIT_BYTES) fs.truncateSync(log);
    const begin = size > LOG_LIMIT_BYTES ? 0 : size;
    const port = wanted ?? (await choosePort(cluster));
    if (port === wanted) await requirePort(port, signal);
    const flags = [`port=${port}`, 'listen_addresses=127.0.0.1', "unix_socket_directories=''", ...settings]
      .map((setting) => `-c ${setting}`)
      .join(' ');
    const args = ['-D', cluster, '-w', '-t', String(READY_SECONDS), '-l', log, '-o', flags, 'start'];
    const run = runner.run('pg_ctl', args, 'detached');
    if (signal !== undefined) await untilEndOrAbort(run, cluster, signal);
    const { code } = await run;
    const started = code === 0 ? requirePidFile(cluster) : await findServer(cluster, runner);
    if (started !== undefined) {
      fs.writeFileSync(portFile(cluster), String(port));
      return { ...started, reused: false, log };
    }
    const said = saidSince(log, begin);
    if (isRefusal(cluster, said)) throw new OperatorError(describeStartFailure(cluster, log, said, port));
    if (Date.now() > deadline) throw new PassingProblem(describeStartFailure(cluster, log, said, port));
    await delay(RETRY_MILLISECONDS, undefined, signal && { signal });
  }
}

/**
 * Stops a cluster's server: sessions are ended, what was acknowledged is on the disk. Nothing happens when none runs.
 * @param seconds how long it may take. Default: 30
 * @throws {OperatorError} when it still runs then
 */
export async function stopServer(cluster: string, runner: Runner, seconds = STOP_SECONDS): Promise<void> {
  const pid = requirePidFile(cluster)?.pid;
  if (pid === undefined || !isAlive(pid)) return;
  const { code, output } = await runner.run('pg_ctl', [
    '-D',
    cluster,
    '-m',
    'fast',
    '-w',
    '-t',
    String(seconds),
    'stop',
  ]);
  if (code !== 0 && isAlive(pid)) throw new OperatorError(`The database did not stop: ${output.trim()}`);
}

/**
 * Waits for the end of pg_ctl's run.
 * @throws the signal's reason when it is aborted, once the server that pg_ctl starts can be found, and so be stopped
 */
async function untilEndOrAbort(run: Promise<unknown>, cluster: string, signal: AbortSignal): Promise<void> {
  const ended = run.then(() => true);
  const aborted = new Promise<false>((resolve) => {
    if (signal.aborted) resolve(false);
    else signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  if (await Promise.race([ended, aborted])) return;
  while (runningPid(cluster) === undefined && !(await Promise.race([ended, delay(CHECK_MILLISECONDS, false)])));
  throw signal.reason;
}

/** The process id of a cluster's server; undefined where none runs, or its pid file does not say. */
function runningPid(cluster: string): number | undefined {
  const found = readPidFile(cluster);
  const pid = found === 'damaged' ? undefined : found?.pid;
  return pid !== undefined && isAlive(pid) && isProgram(pid, 'postgres') ? pid : undefined;
}

/** Stops what a failed start may have left running: in order if that takes 5 s at most, else at once. */
export async function abandonServer(cluster: string, runner: Runner): Promise<void> {
  try {
    await stopServer(cluster, runner, ABANDON_SECONDS);
  } catch {
    killServer(cluster);
  }
}

/**
 * Ends a cluster's server at once, and waits for that without giving way to anything: for a process that is itself
 * ending, and data that nobody wants any more. Nothing happens when none runs.
 */
export function killServer(cluster: string): void {
  const pid = runningPid(cluster);
  if (pid === undefined) return;
  // An immediate shutdown (PostgreSQL 18 manual, 18.5): its processes go too, and its shared memory.
  process.kill(pid, 'SIGQUIT');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (const deadline = Date.now() + KILL_MILLISECONDS; isAlive(pid) && Date.now() < deadline; )
    Atomics.wait(clock, 0, 0, CHECK_MILLISECONDS);
}

/** Both must agree: pg_ctl only looks whether some process has the number, and a port may be a stranger's. */
async function findServer(cluster: string, runner: Runner): Promise<{ port: number; pid: number } | undefined> {
  const found = requirePidFile(cluster);
  if (found === undefined) return undefined;
  const { code } = await runner.run('pg_ctl', ['-D', cluster, 'status']);
  return code === 0 && (await acceptsConnections(found.port)) ? found : undefined;
}

/** Whether the server runs, or ended without removing its pid file. */
export const hasPidFile = (cluster: string): boolean => fs.existsSync(pidFile(cluster));

const pidFile = (cluster: string) => path.join(cluster, 'postmaster.pid');

/** What a pid file says of its server. */
interface PidFile {
  readonly port: number;
  readonly pid: number;
}

/**
 * Parses what PostgreSQL writes there in one go: process id, folder, start time, port, and more lines (src/include/utils/
 * pidfile.h). A file without them is what a power cut or a full disk leaves: it does not say whether a server runs.
 */
export function parsePidFile(text: string): PidFile | 'damaged' {
  const lines = text.split('\n');
  const [pid = '', , , port = ''] = lines;
  const isWhole = /^[1-9]\d*$/.test(pid) && /^[1-9]\d*$/.test(port) && lines.length > PID_FILE_LINES;
  return isWhole ? { pid: Number(pid), port: Number(port) } : 'damaged';
}

function readPidFile(cluster: string): PidFile | 'damaged' | undefined {
  const text = readFileIfExists(pidFile(cluster));
  return text === undefined ? undefined : parsePidFile(text);
}

/** @throws {OperatorError} when it is damaged */
function requirePidFile(cluster: string): PidFile | undefined {
  const found = readPidFile(cluster);
  if (found !== 'damaged') return found;
  throw new OperatorError(
    `${pidFile(cluster)} is empty or damaged, so it does not say whether PostgreSQL still runs on ${cluster}: ` +
      'make sure that no process does (ps -ef | grep postgres), delete this file alone, and start again.',
  );
}

/** PostgreSQL will not start while the number in its pid file is alive, even if it now belongs to another program. */
function removeStalePidFile(cluster: string): void {
  const pid = requirePidFile(cluster)?.pid;
  if (pid !== undefined && isAlive(pid) && !isProgram(pid, 'postgres')) fs.rmSync(pidFile(cluster), { force: true });
}

const portFile = (cluster: string) => `${cluster}.port`;

/** The port that a cluster's server was last started on; undefined where it never was. */
export function lastPort(cluster: string): number | undefined {
  const port = Number(readFileIfExists(portFile(cluster)) ?? 0);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** The port of last time, for whoever has noted it down; another one when a stranger has taken it. */
async function choosePort(cluster: string): Promise<number> {
  const last = lastPort(cluster);
  return last !== undefined && (await isPortFree(last, '127.0.0.1')) ? last : await freePort();
}

/** @throws {PassingProblem} when another program listens on it: it may be the source of a connection, and short-lived */
async function requirePort(port: number, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + PORT_MILLISECONDS;
  while (!(await isPortFree(port, '127.0.0.1'))) {
    if (Date.now() > deadline) throw new PassingProblem(portTaken(port));
    await delay(RETRY_MILLISECONDS, undefined, signal && { signal });
  }
}

function portTaken(port: number): string {
  return (
    `Port ${port}, on which the API and the web app expect the database, is taken by another program: ` +
    'stop that one, and start again.'
  );
}

/** Whether PostgreSQL has said that it cannot start, of something that no other attempt changes. */
function isRefusal(cluster: string, said: string): boolean {
  return isDiskFull(cluster) || (/ (FATAL|PANIC): /.test(said) && !PASSING.test(said));
}

function describeStartFailure(cluster: string, log: string, said: string, port: number): string {
  if (/no space left/i.test(said) || isDiskFull(cluster)) return fullDisk(cluster);
  const [, theirs, ours] = /initialized by PostgreSQL version (\S+), .*? version ([\d.]+\d)/.exec(said) ?? [];
  if (theirs !== undefined)
    return (
      `${path.join(cluster, 'PG_VERSION')}: this database was made by PostgreSQL ${theirs}, and the embedded PostgreSQL is ` +
      `${ours}: start it with the Fieldgate that made it, or move ${path.dirname(cluster)} away to begin with an empty one.`
    );
  if (/address already in use|could not bind/i.test(said)) return portTaken(port);
  const control = /PG_CONTROL_VERSION|CATALOG_VERSION/.test(said)
    ? `${path.join(cluster, 'global/pg_control')} is damaged, or of another build of PostgreSQL`
    : 'the database did not start';
  return damaged(cluster, `${control}. PostgreSQL wrote to ${log}:\n${complaints(said)}\n${wayOut(cluster)}`);
}

/** A full disk takes no line of the log either. */
function isDiskFull(folder: string): boolean {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize < FULL_BYTES;
}

/** What the server has logged since the log was so long. */
function saidSince(log: string, begin: number): string {
  try {
    return fs.readFileSync(log).subarray(begin).toString('utf8').trim();
  } catch {
    return '';
  }
}

/** The last lines of a log that say what is wrong. Not the hints: to run initdb would be to lose the data. */
function complaints(text: string): string {
  const lines = text.split('\n').filter((line) => / (ERROR|FATAL|PANIC|DETAIL): /.test(line));
  return lines.slice(-6).join('\n');
}
