import { expect, onTestFinished, test, vi } from 'vitest';
import { createFastify } from './fastify-server.ts';
import { routeHealth } from './health-routes.ts';
import { createLogger } from './logger.ts';

// covers: HOST-01
test('GET /readyz of a draining API is 503 with Retry-After, asks no database and counts as no outage', async () => {
  let isDraining = false;
  const onOutage = vi.fn<(cause: unknown) => void>();
  const isReady = vi.fn(() => Promise.resolve(true));
  const logger = createLogger({ write: () => {} });
  const app = await createFastify({ logger, origins: [], trustedProxies: [], onOutage });
  onTestFinished(() => app.close());
  routeHealth(app, isReady, () => isDraining);
  expect((await app.inject('/readyz')).json()).toEqual({ status: 'ready' });

  isDraining = true;
  const response = await app.inject('/readyz');
  expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '1']);
  expect(response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
  expect((await app.inject('/healthz')).statusCode).toBe(200);
  expect(isReady).toHaveBeenCalledTimes(1);
  expect(onOutage).not.toHaveBeenCalled();
});
