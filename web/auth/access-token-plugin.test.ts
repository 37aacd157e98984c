import { decodeProtectedHeader, jwtVerify } from 'jose';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestAccounts, TOKEN_SECRET, createTestAccounts, type Visitor } from '../../test/support/test-accounts.ts';

const PASSWORD = 'Correct7horse';
let accounts: TestAccounts;
let admin: Pool;

beforeAll(async () => {
  accounts = await createTestAccounts();
  admin = new Pool({ connectionString: accounts.database.superuser, max: 1 });
});
afterAll(async () => {
  await admin.end();
  await accounts.end();
});

const signUp = (visitor: Visitor, email: string) =>
  visitor.request('POST', '/sign-up/email', { email, password: PASSWORD });
const claimsOf = async (token: string) => (await jwtVerify(token, TOKEN_SECRET)).payload;

/** The body of a response with a token. */
interface Body {
  readonly accessToken: string;
  readonly tokenType: string;
  readonly expiresIn: number;
  readonly user?: { readonly id: string };
}

describe('sign-up and sign-in', () => {
  // covers: FR-009, US1.1
  test('sign-up adds an access token to Better Auth’s response', async () => {
    const visitor = accounts.visitor();
    const response = await signUp(visitor, 'Ada@Example.com');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body: Body = await response.json();
    expect(body).toMatchObject({
      user: { email: 'ada@example.com', role: 'USER' },
      tokenType: 'Bearer',
      expiresIn: 900,
    });
    expect(decodeProtectedHeader(body.accessToken)).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'test' });

    const { rows } = await admin.query('select id, extract(epoch from created_at) as at from auth.session');
    const claims = await claimsOf(body.accessToken);
    expect(claims).toEqual({
      iss: 'http://localhost:3000',
      aud: 'fieldgate-api',
      sub: body.user?.id,
      user_id: body.user?.id,
      email: 'ada@example.com',
      email_verified: false,
      role: 'USER',
      sid: rows[0].id,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      auth_time: Math.floor(Number(rows[0].at)),
      iat: expect.any(Number),
      exp: Number(claims.iat) + 900,
    });
  });

  // covers: FR-006
  test('each sign-in creates a session, and each token has a unique `jti`', async () => {
    await signUp(accounts.visitor(), 'two@example.com');
    const signIn = async () => {
      const response = await accounts.visitor().request('POST', '/sign-in/email', {
        email: 'TWO@example.com',
        password: PASSWORD,
      });
      return claimsOf(((await response.json()) as Body).accessToken);
    };
    const [one, other] = [await signIn(), await signIn()];
    expect(one.sub).toBe(other.sub);
    expect(one.jti).not.toBe(other.jti);
    expect(one.sid).not.toBe(other.sid);
  });

  test('a failed sign-in issues no token', async () => {
    const response = await accounts.visitor().request('POST', '/sign-in/email', {
      email: 'ada@example.com',
      password: 'Wrong7horse',
    });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toMatch(/accessToken|eyJ/);
  });
});

describe('GET /access-token', () => {
  test('GET /access-token issues a token for the existing session', async () => {
    const visitor = accounts.visitor();
    const first: Body = await (await signUp(visitor, 'renew@example.com')).json();
    const response = await visitor.request('GET', '/access-token');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const second: Body = await response.json();
    expect(Object.keys(second).toSorted()).toEqual(['accessToken', 'expiresIn', 'tokenType']);
    const [before, after] = [await claimsOf(first.accessToken), await claimsOf(second.accessToken)];
    expect({ sid: after.sid, auth_time: after.auth_time }).toEqual({ sid: before.sid, auth_time: before.auth_time });
    expect(after.jti).not.toBe(before.jti);
  });

  test('GET /access-token rejects a request without a session, with a forged cookie, and after sign-out', async () => {
    const visitor = accounts.visitor();
    expect((await visitor.request('GET', '/access-token')).status).toBe(401);
    visitor.cookies.set('fieldgate.session_token', 'forged.c2lnbmF0dXJl');
    expect((await visitor.request('GET', '/access-token')).status).toBe(401);
    await signUp(visitor, 'signed-out@example.com');
    const oldCookies = new Map(visitor.cookies);
    expect((await visitor.request('POST', '/sign-out', {})).status).toBe(200);
    for (const [name, value] of oldCookies) visitor.cookies.set(name, value);
    expect((await visitor.request('GET', '/access-token')).status).toBe(401);
  });

  test('a token expires no later than its session', async () => {
    const visitor = accounts.visitor();
    await signUp(visitor, 'short@example.com');
    await admin.query(
      `update auth.session set expires_at = now() + interval '100 seconds'
       where user_id = (select id from auth."user" where email = 'short@example.com')`,
    );
    const issued = await accounts.services.auth.api.getSession({
      headers: new Headers({ cookie: [...visitor.cookies].map((pair) => pair.join('=')).join('; ') }),
      query: { disableRefresh: true },
    });
    if (issued === null) throw new Error('Expected a session.');
    const { accessToken, expiresIn } = await accounts.services.issue(issued);
    expect(expiresIn).toBeLessThanOrEqual(100);
    const { exp } = await claimsOf(accessToken);
    expect(exp).toBe(Math.floor(issued.session.expiresAt.getTime() / 1_000));
  });

  test('GET /access-token extends a session older than a day, and its cookie', async () => {
    const visitor = accounts.visitor();
    await signUp(visitor, 'long@example.com');
    await admin.query(
      `update auth.session set expires_at = now() + interval '5 days'
       where user_id = (select id from auth."user" where email = 'long@example.com')`,
    );
    const response = await visitor.request('GET', '/access-token');
    expect(response.headers.getSetCookie().join()).toMatch(/fieldgate\.session_token=[^;]+; Max-Age=604800;/);
  });

  test('GET /access-token reads session and user once, in one statement', async () => {
    const visitor = accounts.visitor();
    await signUp(visitor, 'once@example.com');
    accounts.statements.length = 0;
    expect((await visitor.request('GET', '/access-token')).status).toBe(200);
    expect(accounts.statements).toEqual([
      expect.stringContaining('take_attempts'),
      expect.stringMatching(/^select .* from "session" .* join "user" /s),
    ]);
  });

  test('GET /access-token that extends a session issues for the user as of after the extension', async () => {
    const visitor = accounts.visitor();
    await signUp(visitor, 'promoted@example.com');
    const ofUser = `(select id from auth."user" where email = 'promoted@example.com')`;
    await admin.query(`update auth.session set expires_at = now() + interval '5 days' where user_id = ${ofUser}`);
    // Between the read of the session and its extension: the session gets a new id.
    accounts.hooks.before = async (text) => {
      if (!text.startsWith('update "session"')) return;
      accounts.hooks.before = undefined;
      await admin.query(`update auth."user" set role = 'ADMIN' where id = ${ofUser}`);
    };
    const response = await visitor.request('GET', '/access-token').finally(() => (accounts.hooks.before = undefined));
    const claims = await claimsOf(((await response.json()) as Body).accessToken);
    const { rows } = await admin.query(`select id from auth.session where user_id = ${ofUser}`);
    expect({ role: claims['role'], sid: claims['sid'] }).toEqual({ role: 'ADMIN', sid: rows[0].id });
  });

  test('GET /access-token rejects an expired session and deletes its cookie', async () => {
    const visitor = accounts.visitor();
    await signUp(visitor, 'ended@example.com');
    await admin.query(
      `update auth.session set expires_at = now() - interval '1 second'
       where user_id = (select id from auth."user" where email = 'ended@example.com')`,
    );
    const response = await visitor.request('GET', '/access-token');
    expect(response.status).toBe(401);
    expect(visitor.cookies.has('fieldgate.session_token')).toBe(false);
  });

  // covers: SESSION-08
  test('GET /access-token answers 503 while the database is unavailable, and keeps the session', async () => {
    const visitor = accounts.visitor();
    await signUp(visitor, 'outage@example.com');
    await admin.query('alter table auth.session rename to session_away');
    try {
      const response = await visitor.request('GET', '/access-token');
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(visitor.cookies.has('fieldgate.session_token')).toBe(true);
    } finally {
      await admin.query('alter table auth.session_away rename to session');
    }
    expect((await visitor.request('GET', '/access-token')).status).toBe(200);
  });
});
