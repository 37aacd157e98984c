import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOTP } from '@better-auth/utils/otp';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { trustedProxies } from '../../runtime/http/client-address.ts';
import { replaceForwardedHeaders } from '../http/forwarded-headers.ts';
import { log } from '../log.ts';
import { type AuthGateway, handleAuthRequest } from './auth-gateway.ts';
import { AUTH_ENDPOINTS, CREDENTIAL_LIMIT, EXPORT_LIMIT } from './endpoints.ts';
import { MAIL_LIMIT } from './mail-plugin.ts';
import { SoftwareAuthenticator } from '../../test/support/software-authenticator.ts';
import { type TestAccounts, createTestAccounts, type Visitor } from '../../test/support/test-accounts.ts';
import { addPasskey, enableTotp } from '../../test/support/test-factors.ts';

const PASSWORD = 'Correct7horse';
let accounts: TestAccounts;
let superuser: Client;

beforeAll(async () => {
  accounts = await createTestAccounts({ OAUTH_GITHUB_CLIENT_ID: 'id', OAUTH_GITHUB_CLIENT_SECRET: 'secret' });
  superuser = new Client({ connectionString: accounts.database.superuser });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await accounts.end();
});

const ENDPOINTS = [...AUTH_ENDPOINTS].map(([path, { method }]) => [method, path.replace(':id', 'github')] as const);
/** The bodies of endpoints that accept no other properties. */
const OWN_BODIES: Readonly<Record<string, object>> = {
  '/sign-in/social': { provider: 'github' },
  '/link-social': { provider: 'github' },
  '/unlink-social': { provider: 'github' },
  '/update-user': { name: 'Petra Fields' },
};
const bodyFor = (path: string, email: string, userId: string = crypto.randomUUID()) =>
  OWN_BODIES[path] ?? {
    email,
    password: PASSWORD,
    currentPassword: PASSWORD,
    newPassword: 'Other7horse',
    newEmail: `new-${email}`,
    token: path === '/revoke-session' ? 'no session has it' : 'NoLinkHasIt',
    ...(path.startsWith('/admin/') && { userId }),
  };
/** The endpoints that a mailed link is needed for. */
const NEEDS_LINK = ['/reset-password', '/verify-email'];
/** The status of a callback in every case: its errors are redirects to the sign-in page. */
const REDIRECT = 302;
/** Makes an account an administrator. @returns the id of another user, whom the endpoint can ban or release */
async function prepareBan(path: string, email: string): Promise<string> {
  await superuser.query(`update auth."user" set role = 'ADMIN' where email = $1`, [email]);
  const { rows } = await superuser.query<{ id: string }>(
    `insert into auth."user" (name, email, email_verified, role, banned_at)
     values ('', $1, false, 'USER', $2) returning id`,
    [newEmail(), path === '/admin/unban-user' ? new Date() : null],
  );
  return rows[0]?.id ?? '';
}

/** Makes the next code of every authenticator app acceptable, as 30 seconds later. */
const unuseCodes = () => superuser.query('update auth.two_factor set last_used_step = 0');

const passkeyId = async (visitor: Visitor) => {
  await addPasskey(visitor);
  const [{ id } = {}]: { id?: string }[] = await (await visitor.request('GET', '/passkey/list-user-passkeys')).json();
  return id;
};

type Prepare = (visitor: Visitor, email: string) => Promise<object>;

/** What endpoints of second factors and passkeys need before they succeed; each returns the body. */
const PREPARATIONS: ReadonlyMap<string, Prepare> = new Map<string, Prepare>([
  [
    '/unlink-social',
    async (_visitor, email) => {
      await superuser.query(
        `insert into auth.account (user_id, provider_id, account_id, updated_at)
         select id, 'github', email, now() from auth."user" where email = $1`,
        [email],
      );
      return { provider: 'github' };
    },
  ],
  [
    '/two-factor/verify-totp',
    async (visitor, email) => {
      const { secret } = await enableTotp(visitor);
      await unuseCodes();
      await visitor.request('POST', '/sign-out', {});
      await visitor.request('POST', '/sign-in/email', { email, password: PASSWORD });
      return { code: await createOTP(secret).totp() };
    },
  ],
  [
    '/two-factor/verify-backup-code',
    async (visitor, email) => {
      const { backupCodes } = await enableTotp(visitor);
      await visitor.request('POST', '/sign-out', {});
      await visitor.request('POST', '/sign-in/email', { email, password: PASSWORD });
      return { code: backupCodes[0] };
    },
  ],
  ['/two-factor/generate-backup-codes', (visitor) => enableTotp(visitor).then(() => ({}))],
  ['/two-factor/disable', (visitor) => enableTotp(visitor).then(() => ({}))],
  [
    '/passkey/verify-authentication',
    async (visitor) => {
      const authenticator = await addPasskey(visitor);
      const options = await (await visitor.request('GET', '/passkey/generate-authenticate-options')).json();
      return { response: authenticator.authenticate(options) };
    },
  ],
  [
    '/passkey/verify-registration',
    async (visitor) => {
      const options = await (await visitor.request('GET', '/passkey/generate-register-options')).json();
      return { response: new SoftwareAuthenticator().register(options) };
    },
  ],
  ['/passkey/update-passkey', async (visitor) => ({ id: await passkeyId(visitor), name: 'Laptop' })],
  ['/passkey/delete-passkey', async (visitor) => ({ id: await passkeyId(visitor) })],
  [
    '/step-up/totp',
    async (visitor) => {
      const { secret } = await enableTotp(visitor);
      await unuseCodes();
      return { code: await createOTP(secret).totp() };
    },
  ],
  [
    '/step-up/passkey',
    async (visitor) => {
      const authenticator = await addPasskey(visitor);
      const options = await (await visitor.request('GET', '/passkey/generate-authenticate-options')).json();
      return { response: authenticator.authenticate(options) };
    },
  ],
]);

let count = 0;
const newEmail = () => `responses${(count += 1)}@example.com`;

describe.each(ENDPOINTS)('the response to %s %s', (method, path) => {
  const send = (headers: Record<string, string> = {}, body?: unknown, gateway?: Partial<AuthGateway>) =>
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
      { ...accounts.services.gateway, ...gateway },
    );
  const isPost = method === 'POST';

  const CASES: readonly (readonly [string, readonly number[], () => Promise<Response>])[] = [
    [
      NEEDS_LINK.includes(path) ? 'a link that does not exist' : 'a success',
      NEEDS_LINK.includes(path) ? [400] : [path.startsWith('/callback/') ? REDIRECT : 200],
      async () => {
        const visitor = accounts.visitor();
        const email = newEmail();
        if (path !== '/sign-up/email') await visitor.request('POST', '/sign-up/email', { email, password: PASSWORD });
        const prepare = PREPARATIONS.get(path);
        const userId = path.startsWith('/admin/') ? await prepareBan(path, email) : undefined;
        const body = prepare ? await prepare(visitor, email) : bodyFor(path, email, userId);
        return visitor.request(method, path, isPost ? body : undefined);
      },
    ],
    [
      'no session',
      path === '/reset-password' ? [400] : [200, REDIRECT, 400, 401, 422],
      () => send({}, bodyFor(path, 'unknown@example.com')),
    ],
    [
      'a request of another origin',
      [200, REDIRECT, 400, 403, 401],
      () => send({ origin: 'https://evil.example', cookie: 'a=b' }, {}),
    ],
    [
      'an unknown path',
      [404],
      () =>
        handleAuthRequest(
          new Request(`http://localhost:3000/api/auth${path}/x`, { method }),
          accounts.services.gateway,
        ),
    ],
    ['too many requests', [429], () => send({}, {}, { takeAttempt: () => Promise.resolve(30) })],
    [
      'an unavailable database',
      [503],
      () => send({}, {}, { takeAttempt: () => Promise.reject(new Error('unavailable')) }),
    ],
    ['a failure of Better Auth', [503], () => send({}, {}, { handler: () => Promise.reject(new Error('failed')) })],
    [
      'a cacheable response of Better Auth',
      [200],
      () =>
        send(
          {},
          {},
          {
            handler: () => Promise.resolve(new Response('{}', { headers: { 'cache-control': 'public, max-age=600' } })),
          },
        ),
    ],
    ...(isPost
      ? ([
          ['a body that is too large', [413], () => send({}, 'x'.repeat(70_000))],
          ['a body of another media type', [415], () => send({ 'content-type': 'text/plain' }, 'x')],
          ['a body that is not JSON', [400], () => send({}, '{')],
        ] as const)
      : []),
  ];

  // covers: ACCOUNT-22
  test.each(CASES)(
    `the response to ${method} ${path} forbids caching in the case of %s`,
    async (_, statuses, request) => {
      const error = vi.spyOn(log, 'error').mockImplementation(() => {});
      const response = await request().finally(() => error.mockRestore());
      expect(statuses).toContain(response.status);
      expect(response.headers.get('cache-control')).toBe('no-store');
    },
  );
});

/** Headers of proxies and platforms in which a client can claim another address. */
const ADDRESS_HEADERS = [
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
    const webUrl = new URL(accounts.config.WEB_URL);
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
        const reply = await handleAuthRequest(
          new Request(new URL(request.url ?? '', webUrl), { method: request.method ?? '', headers, body }),
          accounts.services.gateway,
        );
        response.writeHead(reply.status).end(await reply.text());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(async () => {
    await superuser.query('delete from auth.rate_limit; delete from auth.auth_event; delete from auth.session');
  });

  const post = (path: string, body: object, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const sent = httpRequest(
        {
          port,
          host: '127.0.0.1',
          method: 'POST',
          path: `/api/auth${path}`,
          headers: { origin: accounts.config.WEB_URL, 'content-type': 'application/json', ...headers },
        },
        (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)),
      );
      sent.on('error', reject).end(JSON.stringify(body));
    });

  // covers: ACCOUNT-04
  test.each(ADDRESS_HEADERS.map((name) => [name, name === 'Forwarded' ? `for=${CLAIMED}` : CLAIMED] as const))(
    'sessions, the security log and rate limits have the socket’s address, not the one in %s',
    async (name, value) => {
      const email = newEmail();
      expect(await post('/sign-up/email', { email, password: PASSWORD }, { [name]: value })).toBe(200);
      expect(await post('/sign-in/email', { email, password: 'Wrong7horse' }, { [name]: value })).toBe(401);
      const { rows: sessions } = await superuser.query('select ip_address from auth.session');
      const { rows: events } = await superuser.query('select distinct address from auth.auth_event');
      const { rows: limits } = await superuser.query<{ key: string }>(
        `select key from auth.rate_limit where key not similar to '(guess|mail) %' order by key`,
      );
      expect(sessions).toEqual([{ ip_address: '127.0.0.1' }]);
      expect(events).toEqual([{ address: '127.0.0.1' }]);
      expect(limits.map(({ key }) => key)).toEqual(['127.0.0.1 /sign-in/email', '127.0.0.1 /sign-up/email']);
    },
  );

  // covers: ACCOUNT-04
  test('a client cannot evade a rate limit by claiming a new address in each request', async () => {
    const statuses = await Promise.all(
      Array.from({ length: CREDENTIAL_LIMIT + 20 }, (_, index) =>
        post(
          '/sign-in/email',
          { email: 'no address', password: PASSWORD },
          {
            [ADDRESS_HEADERS[index % ADDRESS_HEADERS.length] ?? '']: `203.0.113.${index % 250}`,
          },
        ),
      ),
    );
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });
});

describe.each(ENDPOINTS)('the security log of %s %s', (method, path) => {
  test(`the security log has no entries for requests to ${method} ${path} without effect, and few for rejected ones`, async () => {
    const visitor = accounts.visitor(`198.51.100.${100 + ENDPOINTS.findIndex((endpoint) => endpoint[1] === path)}`);
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
    await superuser.query('delete from auth.auth_event');
    let ended = 0;
    for (let round = 0; round < 20; round++)
      for (const body of method === 'POST' ? BODIES : [undefined]) {
        for (const [name, value] of cookies) visitor.cookies.set(name, value);
        const before = await superuser.query('select from auth.session');
        await visitor.request(method, path, body);
        const after = await superuser.query('select from auth.session');
        if (after.rowCount !== before.rowCount) ended += 1;
      }
    const { rows } = await superuser.query<{ outcome: string; total: number }>(
      `select outcome, count(*)::integer as total from auth.auth_event group by outcome`,
    );
    const totals = new Map(rows.map(({ outcome, total }) => [outcome, total]));
    const successes = new Map([
      ['/export-account', EXPORT_LIMIT],
      ['/send-verification-email', MAIL_LIMIT.most],
    ]);
    expect(totals.get('SUCCEEDED') ?? 0).toBe(ended + (successes.get(path) ?? 0));
    for (const outcome of ['REFUSED', 'LIMITED']) expect(totals.get(outcome) ?? 0).toBeLessThanOrEqual(BODIES.length);
  });
});
