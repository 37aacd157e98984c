import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/**
 * How long a server goes on as before once it is told to stop, in milliseconds: what had been sent by then, and waits
 * in a socket's buffer, is read and answered instead of being cut off.
 */
const LAST_READS = 100;

/**
 * Makes `close` wait for every request that has begun, and for no connection that is kept for a next one. Fastify waits
 * for idle connections that were busy when it was told to close, and, where `localhost` is two addresses, for none of
 * those at the second one. Hooks of the end run last first: call this after all others have been added.
 */
export function drainOnClose(app: FastifyInstance): void {
  let underWay = 0;
  let isClosing = false;
  const drained = Promise.withResolvers<void>();

  app.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    underWay++;
    reply.raw.once('close', () => {
      underWay--;
      if (!isClosing) return;
      socket.destroySoon();
      if (underWay === 0) drained.resolve();
    });
    done();
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    await wait(LAST_READS);
    // A timer that comes late comes before the sockets are read: what had arrived by then is read first.
    await nextTurn();
  });
  app.addHook('onClose', async () => {
    if (underWay > 0) await drained.promise;
  });
}
