import type { Server } from 'node:http';
import { log } from '../log.ts';

/** Milliseconds from the order to stop to the end, whatever is still under way. */
const PATIENCE = 8_000;

/**
 * Ends the process with grace when it is told to, by SIGTERM, SIGINT or the end of the process that started it: no new
 * connection, requests under way are answered, then `close`.
 */
export function drainOnSignal(server: Server, close: () => Promise<void>): void {
  let draining = false;
  const drain = () => {
    if (draining) return;
    draining = true;
    log.info('the web app is stopping');
    setTimeout(() => process.exit(1), PATIENCE).unref();
    server.close(() => void close().finally(() => process.exit(0)));
    // Browsers keep connections open for the next request; those that carry none now would only be waited for.
    server.closeIdleConnections();
    server.on('request', (_, response) => response.setHeader('Connection', 'close'));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, drain);
}
