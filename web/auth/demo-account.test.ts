import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { createAuthPool } from './auth-pool.ts';
import { AUTH_ENDPOINTS } from './endpoints.ts';
import { removeOld, retentionsOf } from './retention.ts';
import { type TestAccounts, createTestAccounts, type Visitor } from '../../test/support/test-accounts.ts';

const WRONG = 'Wrong7horse';
const { email, password } = DEMO_ACCOUNT;

let local: TestAccounts;
/** The same database behind public origins. */
let open: TestAccounts;
let above: Client;

beforeAll(async () => {
  local = await createTestAccounts();
  above = new Client({ connectionString: local.database.superuser });
  await above.connect();
  await local.visitor().request('POST', '/sign-up/email', DEMO_ACCOUNT);
});
afterAll(async () => {
  await above.end();
  await local.end();
});

const whole = async (response: Response) => ({
  status: response.status,
  body: await response.text(),
  headers: [...response.headers],
});
/** A browser that has the cookies of a session on loopback, under the names that the web app has for them now. */
function withCookiesOf(before: Visitor): Visitor {
  const visitor = open.visitor('203.0.113.50');
  const prefix = open.config.WEB_URL.startsWith('https:') ? '__Secure-' : '';
  for (const [name, value] of before.cookies) visitor.cookies.set(prefix + name, value);
  return visitor;
}

/** The same of a session of the demo account that was made a moment ago. */
async function withOldCookie(): Promise<Visitor> {
  const before = local.visitor();
  expect((await before.request('POST', '/sign-in/email', { email, password })).status).toBe(200);
  expect((await before.request('GET', '/access-token')).status).toBe(200);
  return withCookiesOf(before);
}

test('on loopback the demo account signs in', async () => {
  expect((await local.visitor().request('POST', '/sign-in/email', { email, password })).status).toBe(200);
});

describe.each([
  ['web app and API', { WEB_URL: 'https://tasks.example', API_URL: 'https://api.tasks.example' }],
  ['web app alone', { WEB_URL: 'https://tasks.example' }],
  ['API alone', { API_URL: 'https://api.tasks.example' }],
])('with a public origin of the %s', (which, origins) => {
  beforeAll(async () => {
    open = await createTestAccounts(origins, local.database);
  });
  afterAll(() => open.end());

  // covers: ACCOUNT-20
  test.each([email, email.toUpperCase(), 'Demo@Fieldgate.Example'])(
    'the sign-in of %s with the published password has the bytes of a wrong password, and of an unknown address',
    async (spelling) => {
      await open
        .visitor()
        .request('POST', '/sign-up/email', { email: 'member@example.com', password: 'Correct7horse' });
      const attempt = async (body: object) => whole(await open.visitor().request('POST', '/sign-in/email', body));
      const refused = await attempt({ email: spelling, password });
      expect(refused.status).toBe(401);
      expect(refused).toEqual(await attempt({ email: spelling, password: WRONG }));
      expect(refused).toEqual(await attempt({ email: 'member@example.com', password: WRONG }));
      expect(refused).toEqual(await attempt({ email: 'nobody@example.com', password: WRONG }));
    },
  );

  test('its sign-in costs the statements of an unknown address', async () => {
    const statements = async (address: string) => {
      open.statements.length = 0;
      await open.visitor().request('POST', '/sign-in/email', { email: address, password });
      return [...open.statements];
    };
    await statements(email);
    expect(await statements(email)).toEqual(await statements('nobody@example.com'));
  });

  test('nobody signs up under its address', async () => {
    const response = await open
      .visitor()
      .request('POST', '/sign-up/email', { ...DEMO_ACCOUNT, email: email.toUpperCase() });
    expect(response.status).toBe(422);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  // covers: ACCOUNT-20
  test.each([...AUTH_ENDPOINTS].map(([path, { method }]) => [method, path] as const))(
    'its session of before is none at %s %s',
    async (method, path) => {
      const body = {
        currentPassword: password,
        newPassword: 'Another7horse',
        token: 'x',
        email: 'somebody@example.com',
        password: WRONG,
      };
      const withCookie = await (await withOldCookie()).request(method, path, method === 'POST' ? body : undefined);
      if (path.startsWith('/sign-up') || path.startsWith('/sign-in'))
        return expect(await withCookie.text()).not.toContain(email);
      const without = await open.visitor('203.0.113.51').request(method, path, method === 'POST' ? body : undefined);
      expect([withCookie.status, await withCookie.text()]).toEqual([without.status, await without.text()]);
    },
  );

  test('a session of before is one where the account is not the demo account', async () => {
    const member = local.visitor();
    await member.request('POST', '/sign-up/email', {
      email: `${which.replaceAll(' ', '-')}@example.com`,
      password: 'Correct7horse',
    });
    expect((await withCookiesOf(member).request('GET', '/access-token')).status).toBe(200);
  });

  test('its session of before is none to a page', async () => {
    const headers = new Headers({
      cookie: [...(await withOldCookie()).cookies].map((pair) => pair.join('=')).join('; '),
    });
    const query = { disableCookieCache: true, disableRefresh: true };
    expect(await open.services.auth.api.getSession({ headers, query })).toBeNull();
  });

  // covers: ACCOUNT-20
  test('its sessions end, and the API refuses their tokens; sessions of others stay', async () => {
    await local.visitor().request('POST', '/sign-in/email', { email, password });
    await local.visitor().request('POST', '/sign-up/email', { email: 'other@example.com', password: 'Correct7horse' });
    const sessions = async (whose: string) =>
      (
        await above.query<{ id: string }>(
          `select id from auth.session where user_id = (select id from auth."user" where email = $1)`,
          [whose],
        )
      ).rows.map(({ id }) => id);
    const before = await sessions(email);
    expect(before.length).toBeGreaterThan(0);
    const pool = createAuthPool(local.database.auth);
    try {
      await removeOld(pool, { retentions: retentionsOf(local.config) });
      expect(await sessions(email)).toEqual(before);
      await removeOld(pool, { retentions: retentionsOf(open.config) });
    } finally {
      await pool.end();
    }
    expect(await sessions(email)).toEqual([]);
    expect(await sessions('other@example.com')).toHaveLength(1);
    const revoked = await above.query('select from auth.session_revocation where session_id = any($1)', [before]);
    expect(revoked.rowCount).toBe(before.length);
  });
});
