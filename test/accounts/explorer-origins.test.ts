import { afterAll, beforeAll, expect, test } from 'vitest';
import { explorersOf } from '../../runtime/settings.ts';
import { type AccountServer, startAccountServer } from './account-server.ts';

let server: AccountServer;
beforeAll(async () => {
  server = await startAccountServer();
});
afterAll(() => server.end());

const ENDPOINTS = ['sign-in/email', 'sign-up/email', 'access-token', 'get-session', 'sign-out', 'jwks'];
const EXPLORERS = explorersOf(undefined, { API_URL: 'http://localhost:4000', API_HOST: '127.0.0.1' });

// covers: HTTP-11
test.each(EXPLORERS.flatMap((origin) => ENDPOINTS.map((endpoint) => [origin, endpoint] as const)))(
  'the explorer %s gets no access to /api/auth/%s: it gets no token by itself',
  async (origin, endpoint) => {
    const target = `/api/auth/${endpoint}`;
    const preflight = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-private-network': 'true',
    };
    for (const [method, headers] of [
      ['OPTIONS', preflight],
      ['POST', { origin }],
      ['GET', { origin }],
    ] as const) {
      const answer = await server.send({ method, target, headers });
      const names = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
      expect([names, answer.headers['set-cookie'] ?? []], method).toEqual([[], []]);
    }
  },
);
