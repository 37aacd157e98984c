import { isAlive } from './processes.ts';

const CHECK_MILLISECONDS = 200;

/** Resolves when a process that is not our child, such as a database server, has gone; within 0.2 s. */
export function waitForExit(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const check = setInterval(() => {
      if (isAlive(pid)) return;
      clearInterval(check);
      resolve();
    }, CHECK_MILLISECONDS);
    check.unref();
  });
}
