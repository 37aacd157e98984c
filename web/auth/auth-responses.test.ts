import { createServer, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { trustedProxies } from '../../runtime/http/client-address.ts';
import { replaceForwardedHeaders } from '../http/forwarded-headers.ts';
import { log } from '../log.ts';
import { type AuthGateway, handleAuthRequest } from './auth-gateway.ts';
import { AUTH_ENDPOINTS, CREDENTIAL_LIMIT } from './endpoints.ts';
import { type TestAccounts, createTestAccounts } from '../../test/support/test-accounts.ts';

const PASSWORD = 'Correct7horse';
let there: TestAccounts;
let above: Client;

beforeAll(async () => {
  there = await createTestAccounts();
  above = new Client({ connectionString: there.database.superuser });
  await above.connect();
});
afterAll(async () => {
  await above.end();
  await there.end();
});

const ENDPOINTS = [...AUTH_ENDPOINTS].map(([path, { method }]) => [method, path] as const);
const bodyFor = (path: string, email: string) => ({
  email,
  password: PASSWORD,
  currentPassword: PASSWORD,
  newPassword: 'Other7horse',
  ...(path === '/revoke-session' && { token: 'of no session' }),
});
let count = 0;
const newEmail = () => `answers${(count += 1)}@example.com`;

describe.each(ENDPOINTS)('an answer to %s %s may be stored by nobody', (method, path) => {
  const ask = (headers: Record<string, string> = {}, body?: unknown, gateway?: Partial<AuthGateway>) =>
    handleAuthRequest(
      new Request(`http://localhost:3000/api/auth${path}`, {
        method,
        headers: {
          origin: 'http://localhost:3000',
          'x-forwarded-for': '192.0.2.1',
          ...(method === 'POST' && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(method === 'POST' && { body: typeof body === 'string' ? body : JSON.stringify(body ?? {}) }),
      }),
      { ...there.services.gateway, ...gateway },
    );
  const isPost = method === 'POST';

  const CASES: readonly (readonly [string, readonly number[], () => Promise<Response>])[] = [
    [
      'a success',
      [200],
      async () => {
        const visitor = there.visitor();
        const email = newEmail();
        if (path !== '/sign-up/email') await visitor.request('POST', '/sign-up/email', { email, password: PASSWORD });
        return visitor.request(method, path, isPost ? bodyFor(path, email) : undefined);
      },
    ],
    ['no session', [200, 401, 422], () => ask({}, bodyFor(path, 'nobody@example.com'))],
    ['a foreign origin', [200, 403, 401], () => ask({ origin: 'https://evil.example', cookie: 'a=b' }, {})],
    [
      'a path that is not offered',
      [404],
      () =>
        handleAuthRequest(new Request(`http://localhost:3000/api/auth${path}/x`, { method }), there.services.gateway),
    ],
    ['too many requests', [429], () => ask({}, {}, { takeAttempt: () => Promise.resolve(30) })],
    ['a database that is away', [503], () => ask({}, {}, { takeAttempt: () => Promise.reject(new Error('away')) })],
    ['a failure of Better Auth', [503], () => ask({}, {}, { handler: () => Promise.reject(new Error('failed')) })],
    [
      'an answer of Better Auth that says otherwise',
      [200],
      () =>
        ask(
          {},
          {},
          {
            handler: () => Promise.resolve(new Response('{}', { headers: { 'cache-control': 'public, max-age=600' } })),
          },
        ),
    ],
    ...(isPost
      ? ([
          ['a body that is too large', [413], () => ask({}, 'x'.repeat(70_000))],
          ['a body of another type', [415], () => ask({ 'content-type': 'text/plain' }, 'x')],
          ['a body that is no JSON', [400], () => ask({}, '{')],
        ] as const)
      : []),
  ];

  // covers: ACCOUNT-22
  test.each(CASES)('in the case of %s', async (_, statuses, answer) => {
    const error = vi.spyOn(log, 'error').mockImplementation(() => {});
    const response = await answer().finally(() => error.mockRestore());
    expect(statuses).toContain(response.status);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

/** Headers in which a client can say that it has another address, as proxies and platforms of many makers write them. */
const CLAIMS = [
  'X-Client-IP',
  'X-Real-IP',
  'X-Forwarded-For',
  'X-Forwarded',
  'Forwarded-For',
  'Forwarded',
  'X-Cluster-Client-IP',
  'X-Original-Forwarded-For',
  'X-Originating-IP',
  'X-Remote-IP',
  'X-Remote-Addr',
  'X-ProxyUser-Ip',
  'Client-IP',
  'True-Client-IP',
  'CF-Connecting-IP',
  'CF-Connecting-IPv6',
  'CF-Pseudo-IPv4',
  'Fastly-Client-IP',
  'Fly-Client-IP',
  'X-Appengine-User-Ip',
  'X-Azure-ClientIP',
  'X-Azure-SocketIP',
  'X-Envoy-External-Address',
  'X-Nf-Client-Connection-Ip',
  'X-Vercel-Forwarded-For',
  'X-Vercel-Proxied-For',
  'DO-Connecting-IP',
  'Via',
];

describe('the address of a client, over HTTP without trusted proxies', () => {
  const CLAIMED = '203.0.113.99';
  let server: Server;
  beforeAll(async () => {
    const webUrl = new URL(there.config.WEB_URL);
    server = createServer((request, response) => {
      replaceForwardedHeaders(request.headers, request.socket.remoteAddress ?? '', {
        webUrl,
        isTrusted: trustedProxies([]),
      });
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const headers = new Headers();
        for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
        const body = Buffer.concat(chunks);
        const answer = await handleAuthRequest(
          new Request(new URL(request.url ?? '', webUrl), { method: request.method ?? '', headers, body }),
          there.services.gateway,
        );
        response.writeHead(answer.status).end(await answer.text());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(async () => {
    await above.query('delete from auth.rate_limit; delete from auth.auth_event; delete from auth.session');
  });

  const post = (path: string, body: object, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const sent = send(
        {
          port,
          host: '127.0.0.1',
          method: 'POST',
          path: `/api/auth${path}`,
          headers: { origin: there.config.WEB_URL, 'content-type': 'application/json', ...headers },
        },
        (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)),
      );
      sent.on('error', reject).end(JSON.stringify(body));
    });

  // covers: ACCOUNT-04
  test.each(CLAIMS.map((name) => [name, name === 'Forwarded' ? `for=${CLAIMED}` : CLAIMED] as const))(
    'is the socket’s in sessions, in the security log and in limits, whatever %s claims',
    async (name, value) => {
      const email = newEmail();
      expect(await post('/sign-up/email', { email, password: PASSWORD }, { [name]: value })).toBe(200);
      expect(await post('/sign-in/email', { email, password: 'Wrong7horse' }, { [name]: value })).toBe(401);
      const { rows: sessions } = await above.query('select ip_address from auth.session');
      const { rows: events } = await above.query('select distinct address from auth.auth_event');
      const { rows: limits } = await above.query<{ key: string }>('select key from auth.rate_limit order by key');
      expect(sessions).toEqual([{ ip_address: '127.0.0.1' }]);
      expect(events).toEqual([{ address: '127.0.0.1' }]);
      expect(limits.map(({ key }) => key)).toEqual(['127.0.0.1 /sign-in/email', '127.0.0.1 /sign-up/email']);
    },
  );

  // covers: ACCOUNT-04
  test('and a limit is not walked round by claiming another with each request', async () => {
    const statuses = await Promise.all(
      Array.from({ length: CREDENTIAL_LIMIT + 20 }, (_, index) =>
        post(
          '/sign-in/email',
          { email: 'no address', password: PASSWORD },
          {
            [CLAIMS[index % CLAIMS.length] ?? '']: `203.0.113.${index % 250}`,
          },
        ),
      ),
    );
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });
});

describe.each(ENDPOINTS)('of %s %s the security log keeps little', (method, path) => {
  test('however often a signed-in user asks for nothing', async () => {
    const visitor = there.visitor(`198.51.100.${100 + ENDPOINTS.findIndex((endpoint) => endpoint[1] === path)}`);
    await visitor.request('POST', '/sign-up/email', { email: newEmail(), password: PASSWORD });
    const cookies = new Map(visitor.cookies);
    const BODIES = [
      '{}',
      '{"token":"none"}',
      '{',
      'null',
      '{"token":null}',
      '{"newPassword":"Other7horse","currentPassword":""}',
    ];
    await above.query('delete from auth.auth_event');
    let ended = 0;
    for (let round = 0; round < 20; round++)
      for (const body of method === 'POST' ? BODIES : [undefined]) {
        for (const [name, value] of cookies) visitor.cookies.set(name, value);
        const before = await above.query('select from auth.session');
        await visitor.request(method, path, body);
        const after = await above.query('select from auth.session');
        if (after.rowCount !== before.rowCount) ended += 1;
      }
    const { rows } = await above.query<{ outcome: string; total: number }>(
      `select outcome, count(*)::integer as total from auth.auth_event group by outcome`,
    );
    const totals = new Map(rows.map(({ outcome, total }) => [outcome, total]));
    expect(totals.get('SUCCEEDED') ?? 0).toBe(ended);
    for (const outcome of ['REFUSED', 'LIMITED']) expect(totals.get(outcome) ?? 0).toBeLessThanOrEqual(BODIES.length);
  });
});
