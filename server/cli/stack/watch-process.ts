import { isAlive } from '../process-table.ts';

const CHECK_MILLISECONDS = 1_000;

/**
 * Watches a process that is not our child, such as a database server.
 * @param signal ends the watching; the promise then never settles
 * @returns when the process has gone
 */
export function whenGone(pid: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const check = setInterval(() => {
      if (isAlive(pid)) return;
      clearInterval(check);
      resolve();
    }, CHECK_MILLISECONDS);
    check.unref();
    signal.addEventListener('abort', () => clearInterval(check), { once: true });
  });
}
