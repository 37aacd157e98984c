import type { Server } from 'node:http';

/**
 * How long the server goes on as before once it is told to stop, in milliseconds: what had been sent by then, and waits
 * in a socket's buffer, is read and answered instead of being cut off.
 */
const LAST_READS = 100;

/**
 * Stops a server with grace: requests under way are answered, each connection goes once it carries none, and no new
 * ones are taken. Browsers keep connections open for a next request, and `close` alone would wait for them for a
 * minute. Call it once, when the server is made.
 * @returns what starts it, however often it is told to, and resolves when the last connection has gone
 */
export function drainable(server: Server): () => Promise<void> {
  let drained: Promise<void> | undefined;
  // Before the listener that answers: it may have sent its headers when this one's turn comes.
  server.prependListener('request', (_, response) => {
    if (drained) response.setHeader('Connection', 'close');
    response.once('close', () => {
      if (drained) setImmediate(() => server.closeIdleConnections());
    });
  });
  return () => {
    drained ??= new Promise((resolve) => {
      const stop = () => {
        server.close(() => resolve());
        server.closeIdleConnections();
      };
      // A timer that comes late comes before the sockets are read: what had arrived by then is read first.
      setTimeout(() => setImmediate(stop), LAST_READS);
    });
    return drained;
  };
}
