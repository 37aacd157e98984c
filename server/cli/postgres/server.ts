import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readIfThere } from '../files.ts';
import { isAlive, isProgram } from '../process-table.ts';
import { accepts, freePort, isFree } from '../ports.ts';
import { Problem } from '../problem.ts';
import type { Runner } from './run-as.ts';

const START_SECONDS = 30;
/** After a killed postmaster its last processes hold the shared memory for a while. */
const PATIENCE_MILLISECONDS = 15_000;
const KILL_MILLISECONDS = 5_000;
const KILL_CHECK_MILLISECONDS = 20;
/** What another try would not change. */
const LASTING = /no space left|are incompatible with server|wrong ownership|invalid permissions/i;
const LOG_LIMIT_BYTES = 10 * 2 ** 20;

/** A server that accepts connections. */
export interface Server {
  readonly port: number;
  /** The postmaster's process id. */
  readonly pid: number;
  readonly reused: boolean;
}

/**
 * Starts a cluster's server on 127.0.0.1, or takes over the one that a killed start has left running.
 * @param cluster the cluster's folder
 * @param runner how programs are run
 * @param settings `name=value` for the server
 * @throws {Problem} when it does not come up within 15 s of tries, with the end of its log
 */
export async function startServer(cluster: string, runner: Runner, settings: readonly string[]): Promise<Server> {
  const log = path.join(cluster, 'server.log');
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const running = await findServer(cluster, runner);
    if (running !== undefined) return { ...running, reused: true };
    removeStalePidFile(cluster);
    if (fs.existsSync(log) && fs.statSync(log).size > LOG_LIMIT_BYTES) fs.truncateSync(log);
    const port = await choosePort(cluster);
    const options = [`port=${port}`, 'listen_addresses=127.0.0.1', "unix_socket_directories=''", ...settings];
    const { code } = await runner.run(
      'pg_ctl',
      [
        '-D',
        cluster,
        '-w',
        '-t',
        String(START_SECONDS),
        '-l',
        log,
        '-o',
        options.map((o) => `-c ${o}`).join(' '),
        'start',
      ],
      'detached',
    );
    const started = code === 0 ? readPidFile(cluster) : undefined;
    if (started !== undefined) {
      fs.writeFileSync(portFile(cluster), String(port));
      return { ...started, reused: false };
    }
    if (Date.now() > deadline || LASTING.test(endOf(log))) throw new Problem(whyNot(log));
    await delay(300);
  }
}

/** Stops a cluster's server: sessions are ended, what was acknowledged is on the disk. Nothing happens when none runs. */
export async function stopServer(cluster: string, runner: Runner): Promise<void> {
  const pid = readPidFile(cluster)?.pid;
  if (pid === undefined || !isAlive(pid)) return;
  const { code, output } = await runner.run('pg_ctl', ['-D', cluster, '-m', 'fast', '-w', '-t', '30', 'stop']);
  if (code !== 0 && isAlive(pid)) throw new Problem(`The database did not stop: ${output.trim()}`);
}

/**
 * Ends a cluster's server at once, and waits for that without giving way to anything: for a process that is itself
 * ending, and data that nobody wants any more. Nothing happens when none runs.
 */
export function killServer(cluster: string): void {
  const pid = readPidFile(cluster)?.pid;
  if (pid === undefined || !isAlive(pid) || !isProgram(pid, 'postgres')) return;
  // An immediate shutdown (PostgreSQL 18 manual, 18.5): its processes go too, and its shared memory.
  process.kill(pid, 'SIGQUIT');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (const deadline = Date.now() + KILL_MILLISECONDS; isAlive(pid) && Date.now() < deadline; )
    Atomics.wait(clock, 0, 0, KILL_CHECK_MILLISECONDS);
}

/** Both must agree: pg_ctl only looks whether some process has the number, and a port may be a stranger's. */
async function findServer(cluster: string, runner: Runner): Promise<{ port: number; pid: number } | undefined> {
  const found = readPidFile(cluster);
  if (found === undefined) return undefined;
  const { code } = await runner.run('pg_ctl', ['-D', cluster, 'status']);
  return code === 0 && (await accepts(found.port)) ? found : undefined;
}

function readPidFile(cluster: string): { port: number; pid: number } | undefined {
  const file = path.join(cluster, 'postmaster.pid');
  if (!fs.existsSync(file)) return undefined;
  const [pid = '', , , port = ''] = fs.readFileSync(file, 'utf8').split('\n');
  return /^\d+$/.test(pid) && /^\d+$/.test(port) ? { pid: Number(pid), port: Number(port) } : undefined;
}

/** PostgreSQL will not start while the number in its pid file is alive, even if it now belongs to another program. */
function removeStalePidFile(cluster: string): void {
  const pid = readPidFile(cluster)?.pid;
  if (pid !== undefined && isAlive(pid) && !isProgram(pid, 'postgres'))
    fs.rmSync(path.join(cluster, 'postmaster.pid'), { force: true });
}

const portFile = (cluster: string) => `${cluster}.port`;

/** The port that a cluster's server was last started on; undefined where it never was. */
export function lastPort(cluster: string): number | undefined {
  const port = Number(readIfThere(portFile(cluster)) ?? 0);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** The port of last time, for whoever has noted it down; another one when a stranger has taken it. */
async function choosePort(cluster: string): Promise<number> {
  const last = lastPort(cluster);
  return last !== undefined && (await isFree(last, '127.0.0.1')) ? last : await freePort();
}

function whyNot(log: string): string {
  const said = endOf(log);
  if (/no space left/i.test(said)) return `The disk that holds ${log} is full: make room and try again.`;
  if (/are incompatible with server/.test(said))
    return `The database in ${path.dirname(log)} was made by another version of PostgreSQL: move the data folder away.`;
  return `The database did not start. The end of ${log}:\n${said}`;
}

function endOf(log: string): string {
  const text = fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : '';
  return text.trim().split('\n').slice(-8).join('\n');
}
