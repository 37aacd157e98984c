import type { FastifyInstance } from 'fastify';
import { HttpError } from './fastify-server.ts';

/**
 * `GET /healthz`: the process lives. `GET /readyz`: it can answer, its database included.
 * @param isReady hands on why it is not
 */
export function routeHealth(
  app: FastifyInstance,
  isReady: (onFailure: (error: unknown) => void) => Promise<boolean>,
): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    let cause: unknown;
    if (await isReady((error) => (cause = error))) return { status: 'ready' };
    throw new HttpError('UNAVAILABLE', undefined, { 'retry-after': '1' }, cause);
  });
}
