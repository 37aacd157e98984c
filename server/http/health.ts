import type { FastifyInstance } from 'fastify';
import { HttpRefusal } from './fastify.ts';

/** `GET /healthz`: the process lives. `GET /readyz`: it can answer, its database included. */
export function routeHealth(app: FastifyInstance, isReady: () => Promise<boolean>): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    if (await isReady()) return { status: 'ready' };
    throw new HttpRefusal('UNAVAILABLE', undefined, { 'retry-after': '1' });
  });
}
