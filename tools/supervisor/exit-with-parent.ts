/**
 * Loaded with --import into a service, and into the Node processes that the service starts, which inherit its flags.
 * When the supervisor exits (also by SIGKILL), the service's IPC channel closes; when a service exits, its child processes
 * get another parent. Each then stops as by SIGTERM, and is killed 10 s later: otherwise it would hold its port for ever.
 */
import { isMainThread } from 'node:worker_threads';

const GRACE_MILLISECONDS = 10_000;
const PARENT_CHECK_MILLISECONDS = 500;

function stopService(): void {
  // A service that exits by itself closes its channel too.
  if (process.exitCode !== undefined) return;
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MILLISECONDS).unref();
  process.kill(process.pid, 'SIGTERM');
}

/** Polls the parent's process id: without an IPC channel Node emits no event when the parent exits. */
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
  // The listener would keep the channel, and with it the process, alive.
  if (isService) process.channel?.unref();
}
