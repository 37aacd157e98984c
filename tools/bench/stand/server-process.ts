import fs from 'node:fs';
import path from 'node:path';
import { waitUntilReady } from '../../supervisor/wait-until-ready.ts';
import { startService } from '../../supervisor/start-service.ts';

/** A server under test, in a separate process. */
export interface ServerProcess {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** How to start a server. */
export interface ServerProcessOptions {
  readonly name: string;
  /** A script and its arguments. */
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly port: number;
  /** The path that answers once the server is ready. */
  readonly readyPath: string;
  /** The log file: under a supervisor, a server does not log to a terminal. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

const START_MILLISECONDS = 30_000;

/** Starts a server as `npm start` starts its services, and waits until it is ready. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { name, command, environment, port, readyPath, folder, signal } = options;
  const log = fs.openSync(path.join(folder, `${name.replaceAll(/\W+/g, '-')}.log`), 'a');
  const { pid, ended, stop } = startService(name, command, environment, log);
  fs.closeSync(log);
  const exitedEarly = ended.then((how) => {
    throw new Error(`${how} before it was ready.`);
  });
  try {
    await Promise.race([
      waitUntilReady(name, `http://127.0.0.1:${port}${readyPath}`, START_MILLISECONDS, signal),
      exitedEarly,
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  exitedEarly.catch(() => undefined);
  return { name, port, pid, stop };
}
