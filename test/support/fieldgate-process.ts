import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { freePort } from '../../server/operations/ports.ts';
import { loadSecrets } from '../../server/operations/secrets.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TIMEOUT_MILLISECONDS = 45_000;

/** A Fieldgate to be: a data folder and ports that nobody else has, and the web build that `npm test` has made. */
export interface Installation {
  readonly dataDir: string;
  readonly settings: NodeJS.ProcessEnv;
  readonly apiUrl: string;
  readonly webUrl: string;
}

/** A new place; whatever still runs in it is killed when the test has finished, and the folder removed. */
export async function createInstallation(): Promise<Installation> {
  const dataDir = path.join(temporaryFolder(), 'data');
  const [api, web, metrics] = [await freePort(), await freePort(), await freePort()];
  const settings = {
    DATA_DIR: dataDir,
    API_PORT: String(api),
    WEB_PORT: String(web),
    METRICS_PORT: String(metrics),
    WEB_BUILD_DIR: '.next-test',
  };
  onTestFinished(() => kill(databasePid(dataDir), 'SIGKILL'));
  return { dataDir, settings, apiUrl: `http://localhost:${api}`, webUrl: `http://localhost:${web}` };
}

/** Signs in to a running Fieldgate with the demo account. @returns the access token */
export async function signIn({ webUrl }: Installation): Promise<string> {
  const response = await fetch(`${webUrl}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: webUrl },
    body: JSON.stringify(DEMO_ACCOUNT),
  });
  return ((await response.json()) as { accessToken: string }).accessToken;
}

/** A `npm start` under way. */
export interface FieldgateProcess {
  /** The launcher's process id, or npm's. */
  readonly pid: number;
  /** All that it has printed so far. */
  readonly output: () => string;
  /** Resolves when it has printed this. Rejects, with its output, when it ends or takes 45 s without doing so. */
  readonly waitForOutput: (text: string) => Promise<void>;
  /** Its exit code; 45 s at most. */
  readonly waitForExit: () => Promise<number | null>;
}

/** How it is started beside its settings. */
export interface StartOptions {
  /** `npm` puts npm above the launcher, as for a user. Default: the launcher. */
  readonly launchedBy?: 'launcher' | 'npm';
  /** The user that runs it. Default: whoever runs the tests. */
  readonly uid?: number;
}

/** Starts a Fieldgate, in a process group of its own as a terminal does it; it is killed when the test has finished. */
export function startFieldgate(
  settings: NodeJS.ProcessEnv,
  { launchedBy = 'launcher', uid }: StartOptions = {},
): FieldgateProcess {
  const [file, ...args] = launchedBy === 'npm' ? ['npm', 'start'] : [process.execPath, 'tools/launcher.mjs', 'start'];
  const { npm_lifecycle_event: _, ...inherited } = process.env;
  const options = { cwd: ROOT, env: { ...inherited, ...settings }, detached: true, ...(uid && { uid, gid: uid }) };
  const child = spawn(file ?? '', args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const pid = child.pid ?? 0;
  onTestFinished(() => kill(-pid, 'SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const waitForOutput = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const checkOutput = () => void (output.includes(text) && settle(resolve));
      const fail = (reason: string) => settle(() => reject(new Error(`${reason} before "${text}":\n${output}`)));
      const timer = setTimeout(() => fail('Time ran out'), TIMEOUT_MILLISECONDS);
      const settle = (then: () => void) => {
        clearTimeout(timer);
        child.stdout.off('data', checkOutput);
        then();
      };
      child.stdout.on('data', checkOutput);
      void ended.then(() => fail('It ended'));
      checkOutput();
    });
  const waitForExit = () => {
    const late = setTimeout(() => kill(-pid, 'SIGKILL'), TIMEOUT_MILLISECONDS);
    return ended.finally(() => clearTimeout(late));
  };
  return { pid, output: () => output, waitForOutput, waitForExit };
}

/** What is printed when everything answers. */
export const READY_LINE = 'Fieldgate is ready';

/** Sends a signal to a process, or with a negative number to a group; one that is not there has got what it deserves. */
export function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone.
  }
}

/** The process id of `npm start` itself, below the launcher, as it told others. */
export function supervisorPid(dataDir: string): number {
  return (JSON.parse(fs.readFileSync(path.join(dataDir, 'running.json'), 'utf8')) as { pid: number }).pid;
}

/** The process id of the embedded database; undefined when none runs. */
export function databasePid(dataDir: string): number | undefined {
  const file = path.join(dataDir, 'postgres', 'postmaster.pid');
  return fs.existsSync(file) ? Number.parseInt(fs.readFileSync(file, 'utf8'), 10) : undefined;
}

const SCRIPTS = { api: 'server/main.ts', web: 'web/serve.ts' } as const;

/** The process id of the API or the web app, below `npm start`; undefined while it does not run. Linux alone. */
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
    // It ended in between.
    return '';
  }
}

/** Runs a statement in the embedded database, as the role that owns it. */
export async function queryAsOwner(dataDir: string, statement: string): Promise<Record<string, unknown>[]> {
  const port = fs.readFileSync(path.join(dataDir, 'postgres.port'), 'utf8');
  const { passwords } = loadSecrets(dataDir);
  return queryDatabase(`postgres://fieldgate:${passwords.owner}@127.0.0.1:${port}/fieldgate`, statement);
}

/** Runs a statement. */
export async function queryDatabase(connectionString: string, statement: string): Promise<Record<string, unknown>[]> {
  return withClient(connectionString, async (client) => (await client.query(statement)).rows);
}
