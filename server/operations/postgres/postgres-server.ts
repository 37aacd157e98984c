import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, isProgram } from '../processes.ts';
import { acceptsConnections, freePort, isPortFree } from '../ports.ts';
import { readFileIfExists } from '../files.ts';
import { TransientError, OperatorError } from '../operator-error.ts';
import { unusableMessage, diskFullMessage, recoveryAdvice } from './data-folder-damage.ts';
import type { Runner } from './run-as.ts';

/**
 * How long pg_ctl waits until the server accepts connections. A server that has started and does not accept them by then
 * is recovering from a crash; the first connection waits for that.
 */
export const READY_SECONDS = 3;
/** How long the server of a failed start may take for a fast shutdown. */
const ABANDON_SECONDS = 5;
const STOP_SECONDS = 30;
/** The last processes of a killed postmaster hold the shared memory for a while. */
const START_TIMEOUT_MILLISECONDS = 15_000;
/** How long to wait for the port: a killed server's processes may hold it. */
const PORT_MILLISECONDS = 2_000;
/** How long a server that has just started may take to write its pid file. */
const PID_FILE_MILLISECONDS = 300;
const KILL_MILLISECONDS = 5_000;
const CHECK_MILLISECONDS = 20;
const RETRY_MILLISECONDS = 300;
/** Errors that a retry may resolve: processes of a killed server that have not exited, a port taken in between. */
const TRANSIENT = /shared memory|another (postmaster|server)|address already in use|could not bind|starting up/i;
/** Below this much free space, in bytes, PostgreSQL cannot start. */
const FULL_BYTES = 2 ** 20;
/** The number of lines up to the port; each ends in a line feed. */
const PID_FILE_LINES = 4;
const LOG_LIMIT_BYTES = 10 * 2 ** 20;

/** A running PostgreSQL server. */
export interface PostgresServer {
  readonly port: number;
  /** The postmaster's process id. */
  readonly pid: number;
  /** Whether it was already running. */
  readonly reused: boolean;
  /** The path of its log file. */
  readonly log: string;
}

/** The options of `startServer`. */
export interface ServerOptions {
  /** `name=value` for the server. Default: none. */
  readonly settings?: readonly string[];
  /** The port that it must listen on. Default: that of the last start, or another one if that is taken. */
  readonly port?: number;
  /** Ends the attempt. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts a cluster's server on 127.0.0.1, or reuses the one that a killed start has left running.
 * @param cluster the cluster's folder
 * @param runner runs PostgreSQL's programs
 * @returns the server when it listens; it may still be recovering from a crash, and refuse sessions
 * @throws {OperatorError} if it cannot start, with the file and what to do, or with the end of its log. The server may
 *   still be running: see `abandonServer`
 * @throws {TransientError} if it does not start within 15 s of retries, for a reason that may resolve itself
 */
export async function startServer(cluster: string, runner: Runner, options: ServerOptions): Promise<PostgresServer> {
  const log = path.join(cluster, 'server.log');
  const { settings = [], port: requiredPort, signal } = options;
  const deadline = Date.now() + START_TIMEOUT_MILLISECONDS;
  if (readPidFile(cluster) === 'damaged') await delay(PID_FILE_MILLISECONDS);
  for (;;) {
    signal?.throwIfAborted();
    const running = await findServer(cluster, runner);
    if (running !== undefined) return { ...running, reused: true, log };
    removeStalePidFile(cluster);
    const { size } = fs.statSync(log, { throwIfNoEntry: false }) ?? { size: 0 };
    if (size > LOG_LIMIT_BYTES) fs.truncateSync(log);
    const logStart = size > LOG_LIMIT_BYTES ? 0 : size;
    const port = requiredPort ?? (await choosePort(cluster));
    if (port === requiredPort) await waitForPort(port, signal);
    const flags = [`port=${port}`, 'listen_addresses=127.0.0.1', "unix_socket_directories=''", ...settings]
      .map((setting) => `-c ${setting}`)
      .join(' ');
    const args = ['-D', cluster, '-w', '-t', String(READY_SECONDS), '-l', log, '-o', flags, 'start'];
    const run = runner.run('pg_ctl', args, 'detached');
    if (signal !== undefined) await waitForEndOrAbort(run, cluster, signal);
    const { code } = await run;
    const started = code === 0 ? readIntactPidFile(cluster) : await findServer(cluster, runner);
    if (started !== undefined) {
      fs.writeFileSync(portFile(cluster), String(port));
      return { ...started, reused: false, log };
    }
    const logText = logSince(log, logStart);
    if (isPermanentFailure(cluster, logText))
      throw new OperatorError(describeStartFailure(cluster, log, logText, port));
    if (Date.now() > deadline) throw new TransientError(describeStartFailure(cluster, log, logText, port));
    await delay(RETRY_MILLISECONDS, undefined, signal && { signal });
  }
}

/**
 * Stops a cluster's server with a fast shutdown, which ends its sessions; acknowledged commits are on disk. Does nothing if
 * no server runs.
 * @param seconds how long it may take. Default: 30
 * @throws {OperatorError} if it is still running then
 */
export async function stopServer(cluster: string, runner: Runner, seconds = STOP_SECONDS): Promise<void> {
  const pid = readIntactPidFile(cluster)?.pid;
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
 * Waits for pg_ctl to exit.
 * @throws the signal's reason if it is aborted; not before the server that pg_ctl starts has a pid file, so that the caller
 *   can stop it
 */
async function waitForEndOrAbort(run: Promise<unknown>, cluster: string, signal: AbortSignal): Promise<void> {
  const ended = run.then(() => true);
  const aborted = new Promise<false>((resolve) => {
    if (signal.aborted) resolve(false);
    else signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  if (await Promise.race([ended, aborted])) return;
  while (runningPid(cluster) === undefined && !(await Promise.race([ended, delay(CHECK_MILLISECONDS, false)])));
  throw signal.reason;
}

/** Returns the process id of a cluster's server; undefined if none runs, or its pid file is damaged. */
function runningPid(cluster: string): number | undefined {
  const found = readPidFile(cluster);
  const pid = found === 'damaged' ? undefined : found?.pid;
  return pid !== undefined && isAlive(pid) && isProgram(pid, 'postgres') ? pid : undefined;
}

/** Stops a server that a failed start may have left running: with a fast shutdown within 5 s, otherwise immediately. */
export async function abandonServer(cluster: string, runner: Runner): Promise<void> {
  try {
    await stopServer(cluster, runner, ABANDON_SECONDS);
  } catch {
    killServer(cluster);
  }
}

/**
 * Ends a cluster's server with an immediate shutdown, and blocks the event loop until it has exited: for a process that is
 * itself exiting, and for temporary data. Does nothing if no server runs.
 */
export function killServer(cluster: string): void {
  const pid = runningPid(cluster);
  if (pid === undefined) return;
  // An immediate shutdown (PostgreSQL 18 manual, 18.5) ends the server's child processes and frees its shared memory.
  process.kill(pid, 'SIGQUIT');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (const deadline = Date.now() + KILL_MILLISECONDS; isAlive(pid) && Date.now() < deadline; )
    Atomics.wait(clock, 0, 0, CHECK_MILLISECONDS);
}

/** Requires both pg_ctl and the port: pg_ctl checks only that the process id is alive, and another program may use the port. */
async function findServer(cluster: string, runner: Runner): Promise<{ port: number; pid: number } | undefined> {
  const found = readIntactPidFile(cluster);
  if (found === undefined) return undefined;
  const { code } = await runner.run('pg_ctl', ['-D', cluster, 'status']);
  return code === 0 && (await acceptsConnections(found.port)) ? found : undefined;
}

/** Whether the server is running, or ended without a shutdown and left its pid file. */
export const hasPidFile = (cluster: string): boolean => fs.existsSync(pidFile(cluster));

const pidFile = (cluster: string) => path.join(cluster, 'postmaster.pid');

/** The parsed content of a pid file. */
interface PidFile {
  readonly port: number;
  readonly pid: number;
}

/**
 * Parses postmaster.pid: process id, folder, start time, port, and more lines (PostgreSQL, src/include/utils/pidfile.h).
 * PostgreSQL writes them at once; a file without them is left by a power cut or a full disk, and does not tell whether a
 * server runs.
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

/** @throws {OperatorError} if the file is damaged */
function readIntactPidFile(cluster: string): PidFile | undefined {
  const found = readPidFile(cluster);
  if (found !== 'damaged') return found;
  throw new OperatorError(
    `${pidFile(cluster)} is empty or damaged, so it does not say whether PostgreSQL still runs on ${cluster}: ` +
      'make sure that no process does (ps -ef | grep postgres), delete this file alone, and start again.',
  );
}

/** Removes the pid file if its process id now belongs to another program, which would keep PostgreSQL from starting. */
function removeStalePidFile(cluster: string): void {
  const pid = readIntactPidFile(cluster)?.pid;
  if (pid !== undefined && isAlive(pid) && !isProgram(pid, 'postgres')) fs.rmSync(pidFile(cluster), { force: true });
}

const portFile = (cluster: string) => `${cluster}.port`;

/** Returns the port on which a cluster's server was last started; undefined if it never was. */
export function lastPort(cluster: string): number | undefined {
  const port = Number(readFileIfExists(portFile(cluster)) ?? 0);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** Returns the last port, which operators may have configured in other programs, or another one if that is taken. */
async function choosePort(cluster: string): Promise<number> {
  const last = lastPort(cluster);
  return last !== undefined && (await isPortFree(last, '127.0.0.1')) ? last : await freePort();
}

/** @throws {TransientError} if another program still uses the port after 2 s: as the local port of a connection it is soon free */
async function waitForPort(port: number, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + PORT_MILLISECONDS;
  while (!(await isPortFree(port, '127.0.0.1'))) {
    if (Date.now() > deadline) throw new TransientError(portTakenMessage(port));
    await delay(RETRY_MILLISECONDS, undefined, signal && { signal });
  }
}

function portTakenMessage(port: number): string {
  return (
    `Port ${port}, on which the API and the web app expect the database, is taken by another program: ` +
    'stop that one, and start again.'
  );
}

/** Whether PostgreSQL failed to start for a reason that no retry resolves. */
function isPermanentFailure(cluster: string, logText: string): boolean {
  return isDiskFull(cluster) || (/ (FATAL|PANIC): /.test(logText) && !TRANSIENT.test(logText));
}

function describeStartFailure(cluster: string, log: string, logText: string, port: number): string {
  if (/no space left/i.test(logText) || isDiskFull(cluster)) return diskFullMessage(cluster);
  const [, clusterVersion, serverVersion] =
    /initialized by PostgreSQL version (\S+), .*? version ([\d.]+\d)/.exec(logText) ?? [];
  if (clusterVersion !== undefined)
    return (
      `${path.join(cluster, 'PG_VERSION')}: this database was created by PostgreSQL ${clusterVersion}, and the embedded PostgreSQL is ` +
      `${serverVersion}: use the Fieldgate version that created it, or move ${path.dirname(cluster)} away to start with an empty one.`
    );
  if (/address already in use|could not bind/i.test(logText)) return portTakenMessage(port);
  const control = /PG_CONTROL_VERSION|CATALOG_VERSION/.test(logText)
    ? `${path.join(cluster, 'global/pg_control')} is damaged, or of another build of PostgreSQL`
    : 'the database did not start';
  return unusableMessage(
    cluster,
    `${control}. PostgreSQL wrote to ${log}:\n${errorLines(logText)}\n${recoveryAdvice(cluster)}`,
  );
}

/** Checks the disk itself: when it is full, the log is empty. */
function isDiskFull(folder: string): boolean {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize < FULL_BYTES;
}

/** Returns the part of the log after its first `start` bytes. */
function logSince(log: string, start: number): string {
  try {
    return fs.readFileSync(log).subarray(start).toString('utf8').trim();
  } catch {
    return '';
  }
}

/** Returns the last error lines of a log, without PostgreSQL's hints: following one (run initdb) would lose the data. */
function errorLines(text: string): string {
  const lines = text.split('\n').filter((line) => / (ERROR|FATAL|PANIC|DETAIL): /.test(line));
  return lines.slice(-6).join('\n');
}
