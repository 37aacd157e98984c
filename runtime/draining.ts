/**
 * The message of the primary process to its workers, over Node's IPC channel: the whole process will stop soon, and a load
 * balancer shall send its requests elsewhere.
 */
export const DRAINING = 'draining';

/** Returns a function that says whether the primary process has announced its stop (`DRAIN_DELAY`). */
export function watchDraining(): () => boolean {
  let isDraining = false;
  process.on('message', (message) => {
    if (message === DRAINING) isDraining = true;
  });
  return () => isDraining;
}
