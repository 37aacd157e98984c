/**
 * Loaded into a service before its own code: whoever started it holds the other end of its IPC channel, and when that
 * end closes (also by kill -9) the service is told to stop as if by SIGTERM, and is gone 10 s later at the latest.
 * What a service starts inherits its flags and this module, but has another parent, and is the service's to stop.
 */
const GRACE_MILLISECONDS = 10_000;

function stop(): void {
  // A service that is ending by itself closes its channel too.
  if (process.exitCode !== undefined) return;
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MILLISECONDS).unref();
  process.kill(process.pid, 'SIGTERM');
}

if (process.send !== undefined && process.env['FIELDGATE_PARENT'] === String(process.ppid)) {
  if (process.connected) process.once('disconnect', stop);
  else stop();
  // Listening keeps the channel, and with it the process, alive: not for our sake.
  process.channel?.unref();
}
