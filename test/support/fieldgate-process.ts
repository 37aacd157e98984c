import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { freePort } from '../../server/operations/ports.ts';
import { loadSecrets } from '../../server/operations/secrets.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { secretsIn, secretsOf } from './log-secrets.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TIMEOUT_MILLISECONDS = 45_000;

/** A data folder, free ports and the settings of a Fieldgate that uses the web build of `npm test`. */
export interface Installation {
  readonly dataDir: string;
  readonly settings: NodeJS.ProcessEnv;
  readonly apiUrl: string;
  readonly webUrl: string;
}

/** Creates an installation. After the test, its database is killed and its folder removed. */
export async function createInstallation(): Promise<Installation> {
  const dataDir = path.join(temporaryFolder(), 'data');
  const [api, web] = [await freePort(), await freePort()];
  const [metrics, webMetrics] = [await freePort(), await freePort()];
  const settings = {
    DATA_DIR: dataDir,
    API_PORT: String(api),
    WEB_PORT: String(web),
    METRICS_PORT: String(metrics),
    WEB_METRICS_PORT: String(webMetrics),
    WEB_BUILD_DIR: '.next-test',
  };
  onTestFinished(() => kill(databasePid(dataDir), 'SIGKILL'));
  return { dataDir, settings, apiUrl: `http://localhost:${api}`, webUrl: `http://localhost:${web}` };
}

/** Signs in to a running Fieldgate with the demo account and returns the access token. */
export async function signIn({ webUrl }: Installation): Promise<string> {
  const response = await fetch(`${webUrl}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: webUrl },
    body: JSON.stringify(DEMO_ACCOUNT),
  });
  return ((await response.json()) as { accessToken: string }).accessToken;
}

/** A running `npm start`. */
export interface FieldgateProcess {
  /** The launcher's process id, or npm's. */
  readonly pid: number;
  /** Returns all output so far. */
  readonly output: () => string;
  /** Resolves when the output contains the text. Rejects with the output after 45 s or when the process has ended. */
  readonly waitForOutput: (text: string) => Promise<void>;
  /** Resolves with the exit code; kills the process after 45 s. */
  readonly waitForExit: () => Promise<number | null>;
}

/** How to start Fieldgate. */
export interface StartOptions {
  /** `npm` starts the launcher through npm, as users do. Default: `launcher`. */
  readonly launchedBy?: 'launcher' | 'npm';
  /** The npm script. Default: `start`. */
  readonly command?: 'start' | 'api' | 'web' | 'migrate';
  /** The process's user id. Default: that of the tests. */
  readonly uid?: number;
}

/**
 * Starts Fieldgate in a new process group, as a terminal does. The group is killed after the test, which fails if the
 * output has a secret.
 */
export function startFieldgate(
  settings: NodeJS.ProcessEnv,
  { launchedBy = 'launcher', command = 'start', uid }: StartOptions = {},
): FieldgateProcess {
  const [file, ...args] =
    launchedBy === 'npm' ? ['npm', 'run', command] : [process.execPath, 'tools/launcher.mjs', command];
  const { npm_lifecycle_event: _, ...inherited } = process.env;
  const options = { cwd: ROOT, env: { ...inherited, ...settings }, detached: true, ...(uid && { uid, gid: uid }) };
  const child = spawn(file ?? '', args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const pid = child.pid ?? 0;
  onTestFinished(() => {
    kill(-pid, 'SIGKILL');
    expect(secretsIn(output, secretsOf(settings['DATA_DIR'] ?? ''))).toEqual([]);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const waitForOutput = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const checkOutput = () => void (output.includes(text) && settle(resolve));
      const fail = (reason: string) => settle(() => reject(new Error(`${reason} before "${text}":\n${output}`)));
      const timer = setTimeout(() => fail('Timed out'), TIMEOUT_MILLISECONDS);
      const settle = (then: () => void) => {
        clearTimeout(timer);
        child.stdout.off('data', checkOutput);
        then();
      };
      child.stdout.on('data', checkOutput);
      void ended.then(() => fail('The process ended'));
      checkOutput();
    });
  const waitForExit = () => {
    const late = setTimeout(() => kill(-pid, 'SIGKILL'), TIMEOUT_MILLISECONDS);
    return ended.finally(() => clearTimeout(late));
  };
  return { pid, output: () => output, waitForOutput, waitForExit };
}

/** The line that Fieldgate prints when every service answers. */
export const READY_LINE = 'Fieldgate is ready';

/** Sends a signal to a process, or with a negative number to a process group; does nothing if it does not exist. */
export function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch {
    // The process has ended.
  }
}

/** Returns the process id of the supervisor, from `running.json`. */
export function supervisorPid(dataDir: string): number {
  return (JSON.parse(fs.readFileSync(path.join(dataDir, 'running.json'), 'utf8')) as { pid: number }).pid;
}

/** Returns the process id of the embedded PostgreSQL, or undefined if none runs. */
export function databasePid(dataDir: string): number | undefined {
  const file = path.join(dataDir, 'postgres', 'postmaster.pid');
  return fs.existsSync(file) ? Number.parseInt(fs.readFileSync(file, 'utf8'), 10) : undefined;
}

const SCRIPTS = { api: 'server/main.ts', web: 'web/serve.ts' } as const;

/** Returns the process id of the API or the web app, or undefined while it does not run. Linux only. */
export function servicePid(dataDir: string, service: keyof typeof SCRIPTS): number | undefined {
  const parent = supervisorPid(dataDir);
  const children = fs.readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  const pid = children.find((child) => commandLine(child).includes(SCRIPTS[service]));
  return pid === undefined ? undefined : Number(pid);
}

function commandLine(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // The process has ended.
    return '';
  }
}

/** Runs a statement in the embedded database as its owner and returns the rows. */
export async function queryAsOwner(dataDir: string, statement: string): Promise<Record<string, unknown>[]> {
  const port = fs.readFileSync(path.join(dataDir, 'postgres.port'), 'utf8');
  const { passwords } = loadSecrets(dataDir);
  return queryDatabase(`postgres://fieldgate:${passwords.owner}@127.0.0.1:${port}/fieldgate`, statement);
}

/** Runs a statement and returns the rows. */
export async function queryDatabase(connectionString: string, statement: string): Promise<Record<string, unknown>[]> {
  return withClient(connectionString, async (client) => (await client.query(statement)).rows);
}
