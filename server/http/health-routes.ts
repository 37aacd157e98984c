import type { FastifyInstance } from 'fastify';
import { HttpError } from './fastify-server.ts';

/**
 * Adds `GET /healthz` (liveness) and `GET /readyz` (readiness, including the database).
 * @param isReady calls `onFailure` with the error before it resolves to false
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
