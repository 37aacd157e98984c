/**
 * Loaded into a service before its own code, and into the Node processes that the service starts, which inherit its flags.
 * A service whose parent ends (also by kill -9) sees its IPC channel close; a process of a service sees that it has another
 * parent. Each then stops as by SIGTERM, and is gone 10 s later at the latest: it would hold its port for ever.
 */
import { isMainThread } from 'node:worker_threads';

const GRACE_MILLISECONDS = 10_000;
const PARENT_CHECK_MILLISECONDS = 500;

function stopService(): void {
  // A service that is ending by itself closes its channel too.
  if (process.exitCode !== undefined) return;
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MILLISECONDS).unref();
  process.kill(process.pid, 'SIGTERM');
}

/** Node tells nobody that the parent has ended where there is no channel to it. */
function stopWithoutParent(parent: number): void {
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    stopService();
  }, PARENT_CHECK_MILLISECONDS);
  check.unref();
}

if (isMainThread) {
  const isService = process.env['FIELDGATE_PARENT'] === String(process.ppid);
  if (!isService) stopWithoutParent(process.ppid);
  else if (process.connected) process.once('disconnect', stopService);
  else stopService();
  // Listening keeps the channel, and with it the process, alive: not for our sake.
  if (isService) process.channel?.unref();
}
