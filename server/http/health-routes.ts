import type { FastifyInstance } from 'fastify';
import { errorBody } from '../errors.ts';
import { HttpError } from './fastify-server.ts';

/**
 * Adds `GET /healthz` (liveness) and `GET /readyz` (readiness, including the database).
 * @param isDraining whether the process will stop soon; default never
 * @param isReady calls `onFailure` with the error before it resolves to false
 */
export function routeHealth(
  app: FastifyInstance,
  isReady: (onFailure: (error: unknown) => void) => Promise<boolean>,
  isDraining: () => boolean = () => false,
): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    // Not an `HttpError`: a stop is no outage, and must not raise the alarm of one.
    if (isDraining()) {
      void reply.code(503).header('retry-after', '1').type('application/json; charset=utf-8');
      return errorBody('UNAVAILABLE');
    }
    let cause: unknown;
    if (await isReady((error) => (cause = error))) return { status: 'ready' };
    throw new HttpError('UNAVAILABLE', undefined, { 'retry-after': '1' }, cause);
  });
}
