import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { acceptsConnections } from '../../../server/operations/ports.ts';
import { waitUntilReady } from '../../supervisor/wait-until-ready.ts';
import { startService } from '../../supervisor/start-service.ts';

/** A server under test, in a separate process. */
export interface ServerProcess {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** Returns what it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** How to start a server. */
export interface ServerProcessOptions {
  readonly name: string;
  /** A script and its arguments. */
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly port: number;
  /** The path that answers once the server is ready; null if it is ready as soon as it accepts connections. */
  readonly readyPath: string | null;
  /** The log file: under a supervisor, a server does not log to a terminal. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

const START_MILLISECONDS = 30_000;

/** Starts a server as `npm start` starts its services, and waits until it is ready. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { name, command, environment, port, readyPath, folder, signal } = options;
  const logFile = path.join(folder, `${name.replaceAll(/\W+/g, '-')}.log`);
  const log = fs.openSync(logFile, 'a');
  const { pid, ended, stop } = startService(name, command, environment, log);
  fs.closeSync(log);
  const exitedEarly = ended.then((how) => {
    throw new Error(`${how} before it was ready. Its log ends: ${fs.readFileSync(logFile, 'utf8').slice(-2_000)}`);
  });
  try {
    await Promise.race([
      readyPath === null
        ? waitUntilListening(name, port, signal)
        : waitUntilReady(name, `http://127.0.0.1:${port}${readyPath}`, START_MILLISECONDS, signal),
      exitedEarly,
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  exitedEarly.catch(() => undefined);
  return { name, port, pid, output: () => fs.readFileSync(logFile, 'utf8'), stop };
}

async function waitUntilListening(name: string, port: number, signal: AbortSignal): Promise<void> {
  for (const deadline = Date.now() + START_MILLISECONDS; !(await acceptsConnections(port)); await delay(100)) {
    signal.throwIfAborted();
    if (Date.now() > deadline) throw new Error(`${name} does not listen after ${START_MILLISECONDS / 1_000} s.`);
  }
}
