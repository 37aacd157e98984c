import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { createAuthPool } from './auth-pool.ts';
import { AUTH_ENDPOINTS } from './endpoints.ts';
import { removeOld, retentionsOf } from './retention.ts';
import { type TestAccounts, createTestAccounts, type Visitor } from '../../test/support/test-accounts.ts';

const WRONG = 'Wrong7horse';
const { email, password } = DEMO_ACCOUNT;

let local: TestAccounts;
/** With public origins, on the same database. */
let publicAccounts: TestAccounts;
let superuser: Client;

beforeAll(async () => {
  local = await createTestAccounts();
  superuser = new Client({ connectionString: local.database.superuser });
  await superuser.connect();
  await local.visitor().request('POST', '/sign-up/email', DEMO_ACCOUNT);
});
afterAll(async () => {
  await superuser.end();
  await local.end();
});

const snapshot = async (response: Response) => ({
  status: response.status,
  body: await response.text(),
  headers: [...response.headers],
});
/** A visitor with the cookies of a session on loopback, under the names that they have with public origins. */
function withCookiesOf(before: Visitor): Visitor {
  const visitor = publicAccounts.visitor('203.0.113.50');
  const prefix = publicAccounts.config.WEB_URL.startsWith('https:') ? '__Secure-' : '';
  for (const [name, value] of before.cookies) visitor.cookies.set(prefix + name, value);
  return visitor;
}

/** A visitor with the cookie of a new session of the demo account on loopback. */
async function withOldCookie(): Promise<Visitor> {
  const before = local.visitor();
  expect((await before.request('POST', '/sign-in/email', { email, password })).status).toBe(200);
  expect((await before.request('GET', '/access-token')).status).toBe(200);
  return withCookiesOf(before);
}

beforeEach(async () => {
  await superuser.query('delete from auth.rate_limit');
});

test('the demo account can sign in on loopback', async () => {
  expect((await local.visitor().request('POST', '/sign-in/email', { email, password })).status).toBe(200);
});

test('the address of the demo account counts as verified on loopback, others do not', async () => {
  const other = local.visitor();
  await other.request('POST', '/sign-up/email', { ...DEMO_ACCOUNT, email: 'not-demo@fieldgate.example' });
  const { rows } = await superuser.query(
    `select email, email_verified from auth."user" where email like '%demo@fieldgate.example' order by email`,
  );
  expect(rows).toEqual([
    { email, email_verified: true },
    { email: 'not-demo@fieldgate.example', email_verified: false },
  ]);
});

describe.each([
  ['web app and API', { WEB_URL: 'https://tasks.example', API_URL: 'https://api.tasks.example' }],
  ['web app alone', { WEB_URL: 'https://tasks.example' }],
  ['API alone', { API_URL: 'https://api.tasks.example' }],
])('with a public origin of the %s', (name, origins) => {
  beforeAll(async () => {
    publicAccounts = await createTestAccounts(origins, local.database);
  });
  afterAll(() => publicAccounts.end());

  // covers: ACCOUNT-20
  test.each([email, email.toUpperCase(), 'Demo@Fieldgate.Example'])(
    'a sign-in as %s with the published password gets the same bytes as a wrong password and an unknown address',
    async (spelling) => {
      await publicAccounts
        .visitor()
        .request('POST', '/sign-up/email', { email: 'member@example.com', password: 'Correct7horse' });
      const attempt = async (body: object) =>
        snapshot(await publicAccounts.visitor().request('POST', '/sign-in/email', body));
      const rejected = await attempt({ email: spelling, password });
      expect(rejected.status).toBe(401);
      expect(rejected).toEqual(await attempt({ email: spelling, password: WRONG }));
      expect(rejected).toEqual(await attempt({ email: 'member@example.com', password: WRONG }));
      expect(rejected).toEqual(await attempt({ email: 'unknown@example.com', password: WRONG }));
    },
  );

  test('a sign-in to the demo account runs the same statements as one with an unknown address', async () => {
    const statements = async (address: string) => {
      publicAccounts.statements.length = 0;
      await publicAccounts.visitor().request('POST', '/sign-in/email', { email: address, password });
      return [...publicAccounts.statements];
    };
    await statements(email);
    expect(await statements(email)).toEqual(await statements('unknown@example.com'));
  });

  test('sign-up rejects the demo account’s address', async () => {
    const response = await publicAccounts
      .visitor()
      .request('POST', '/sign-up/email', { ...DEMO_ACCOUNT, email: email.toUpperCase() });
    expect(response.status).toBe(422);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  // covers: ACCOUNT-20
  test.each([...AUTH_ENDPOINTS].map(([path, { method }]) => [method, path] as const))(
    'an earlier session of the demo account is invalid at %s %s',
    async (method, path) => {
      const body = {
        currentPassword: password,
        newPassword: 'Another7horse',
        token: 'x',
        email: 'other-user@example.com',
        password: WRONG,
      };
      const withCookie = await (await withOldCookie()).request(method, path, method === 'POST' ? body : undefined);
      if (path.startsWith('/sign-up') || path.startsWith('/sign-in'))
        return expect(await withCookie.text()).not.toContain(email);
      const without = await publicAccounts
        .visitor('203.0.113.51')
        .request(method, path, method === 'POST' ? body : undefined);
      const textOf = async (response: Response) =>
        (await response.text()).replace(/"challenge":"[\w-]+"/, '"challenge":"random"');
      expect([withCookie.status, await textOf(withCookie)]).toEqual([without.status, await textOf(without)]);
    },
  );

  test('earlier sessions of other accounts stay valid', async () => {
    const member = local.visitor();
    await member.request('POST', '/sign-up/email', {
      email: `${name.replaceAll(' ', '-')}@example.com`,
      password: 'Correct7horse',
    });
    expect((await withCookiesOf(member).request('GET', '/access-token')).status).toBe(200);
  });

  test('an earlier session of the demo account is invalid for pages', async () => {
    const headers = new Headers({
      cookie: [...(await withOldCookie()).cookies].map((pair) => pair.join('=')).join('; '),
    });
    const query = { disableCookieCache: true, disableRefresh: true };
    expect(await publicAccounts.services.auth.api.getSession({ headers, query })).toBeNull();
  });

  // covers: ACCOUNT-20
  test('retention deletes and revokes sessions of the demo account, and no others', async () => {
    await local.visitor().request('POST', '/sign-in/email', { email, password });
    await local.visitor().request('POST', '/sign-up/email', { email: 'other@example.com', password: 'Correct7horse' });
    const sessionsOf = async (address: string) =>
      (
        await superuser.query<{ id: string }>(
          `select id from auth.session where user_id = (select id from auth."user" where email = $1)`,
          [address],
        )
      ).rows.map(({ id }) => id);
    const before = await sessionsOf(email);
    expect(before.length).toBeGreaterThan(0);
    const pool = createAuthPool(local.database.auth);
    try {
      await removeOld(pool, { retentions: retentionsOf(local.config) });
      expect(await sessionsOf(email)).toEqual(before);
      await removeOld(pool, { retentions: retentionsOf(publicAccounts.config) });
    } finally {
      await pool.end();
    }
    expect(await sessionsOf(email)).toEqual([]);
    expect(await sessionsOf('other@example.com')).toHaveLength(1);
    const revoked = await superuser.query('select from auth.session_revocation where session_id = any($1)', [before]);
    expect(revoked.rowCount).toBe(before.length);
  });
});
