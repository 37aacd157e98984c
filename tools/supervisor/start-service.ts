import { type ChildProcess, spawn } from 'node:child_process';
import { readProcessReport } from '../../runtime/process-report.ts';
import { inRoot, ROOT } from '../../server/operations/paths.ts';
import type { ServiceRun } from './supervise.ts';

const GRACE_MILLISECONDS = 10_000;

/**
 * Starts a service under this process's Node. Its `stop` sends SIGTERM, and SIGKILL after 10 s; it also stops when this
 * process ends, by SIGKILL too.
 * @param name as users know it
 * @param command Node's flags, a script and its arguments
 * @param environment the whole environment of the service
 * @param output where it prints: this process's terminal, or an open file. Default: `inherit`
 */
export function startService(
  name: string,
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
  output: 'inherit' | number = 'inherit',
): ServiceRun {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      new URL(`file://${inRoot('tools/supervisor/exit-with-parent.ts')}`).href,
      ...command,
    ],
    {
      cwd: ROOT,
      env: { ...environment, FIELDGATE_PARENT: String(process.pid) },
      stdio: ['ignore', output, output, 'ipc'],
    },
  );
  return trackProcess(name, child);
}

/** Returns a process that sends reports as a run of a service. Its `stop` sends SIGTERM, and SIGKILL after 10 s. */
export function trackProcess(name: string, child: ChildProcess): ServiceRun {
  const ready = Promise.withResolvers<void>();
  let refusal: string | undefined;
  child.on('message', (message) => {
    const report = readProcessReport(message);
    if (report === 'ready') ready.resolve();
    else if (report !== null) refusal = report.refused;
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${name} could not be started: ${error.message}`));
    // Not `exit`, which may be emitted before the last message has been read.
    child.once('close', (code, signal) =>
      resolve(`${name} ended ${signal ? `by ${signal}` : `with exit code ${code}`}`),
    );
  });
  return {
    name,
    pid: child.pid ?? 0,
    ready: ready.promise,
    ended,
    get refusal() {
      return refusal;
    },
    stop: () => stop(child, ended),
  };
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), GRACE_MILLISECONDS);
  await ended;
  clearTimeout(killTimer);
}
