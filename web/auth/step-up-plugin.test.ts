import { createOTP } from '@better-auth/utils/otp';
import { jwtVerify } from 'jose';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SoftwareAuthenticator } from '../../test/support/software-authenticator.ts';
import { createTestAccounts, type TestAccounts, TOKEN_SECRET, type Visitor } from '../../test/support/test-accounts.ts';
import { addPasskey, enableTotp } from '../../test/support/test-factors.ts';

const PASSWORD = 'Correct7horse';
let accounts: TestAccounts;
let superuser: Client;

beforeAll(async () => {
  accounts = await createTestAccounts();
  superuser = new Client({ connectionString: accounts.database.superuser });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await accounts.end();
});
beforeEach(async () => {
  await superuser.query('delete from auth.rate_limit');
});

let count = 0;
/** Signs up, and returns the browser and its account. */
async function member() {
  const visitor = accounts.visitor();
  const email = `step-up${(count += 1)}@example.com`;
  const response = await visitor.request('POST', '/sign-up/email', { email, password: PASSWORD });
  const { user } = await response.json();
  return { visitor, email, userId: String(user.id) };
}
/** Makes the authentication of a user's sessions older. */
const age = (userId: string, seconds: number) =>
  superuser.query(
    `update auth.session set authenticated_at = authenticated_at - make_interval(secs => $2) where user_id = $1`,
    [userId, seconds],
  );
const sessionOf = async (userId: string) =>
  (await superuser.query('select * from auth.session where user_id = $1', [userId])).rows[0];
const authTimeOf = async (response: Response) =>
  (await jwtVerify((await response.json()).accessToken, TOKEN_SECRET)).payload['auth_time'];
const code = async (response: Response) => (await response.json()).code;
const bySms = { code: '000000' };

/** Each way of step-up: what the account needs for it, and a request that succeeds. */
const WAYS: readonly (readonly [string, (visitor: Visitor, userId: string) => Promise<() => Promise<Response>>])[] = [
  ['password', async (visitor) => () => visitor.request('POST', '/step-up/password', { password: PASSWORD })],
  [
    'totp',
    async (visitor, userId) => {
      const { secret } = await enableTotp(visitor);
      // The code that confirmed the app is used up.
      await superuser.query('update auth.two_factor set last_used_step = 0 where user_id = $1', [userId]);
      return async () => visitor.request('POST', '/step-up/totp', { code: await createOTP(secret).totp() });
    },
  ],
  [
    'passkey',
    async (visitor) => {
      const authenticator = await addPasskey(visitor);
      return async () => {
        const options = await (await visitor.request('GET', '/passkey/generate-authenticate-options')).json();
        return visitor.request('POST', '/step-up/passkey', { response: authenticator.authenticate(options) });
      };
    },
  ],
];

describe('step-up', () => {
  // covers: FACTOR-10
  test.each(WAYS)(
    'step-up by %s renews `auth_time` and leaves id, token and expiry of the session',
    async (_, prepare) => {
      const { visitor, userId } = await member();
      const authenticate = await prepare(visitor, userId);
      await age(userId, 1_000);
      const before = await sessionOf(userId);
      const response = await authenticate();
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const after = await sessionOf(userId);
      expect(after.authenticated_at.getTime()).toBeGreaterThan(before.authenticated_at.getTime() + 900_000);
      const unchanged = { authenticated_at: null, updated_at: null };
      expect({ ...after, ...unchanged }).toEqual({ ...before, ...unchanged });
      expect(await authTimeOf(response)).toBe(Math.floor(after.authenticated_at.getTime() / 1_000));
      expect(await authTimeOf(await visitor.request('GET', '/access-token'))).toBe(
        Math.floor(after.authenticated_at.getTime() / 1_000),
      );
      const { rows } = await superuser.query(
        `select outcome, detail from auth.auth_event where user_id = $1 and kind = 'STEP_UP'`,
        [userId],
      );
      expect(rows).toEqual([{ outcome: 'SUCCEEDED', detail: expect.stringMatching(/^(PASSWORD|TOTP|PASSKEY)$/) }]);
    },
  );

  test('a renewal of the token does not renew `auth_time`', async () => {
    const { visitor, userId } = await member();
    await age(userId, 1_000);
    const { authenticated_at } = await sessionOf(userId);
    expect(await authTimeOf(await visitor.request('GET', '/access-token'))).toBe(
      Math.floor(authenticated_at.getTime() / 1_000),
    );
  });

  // covers: FACTOR-10
  test('a wrong password, code or passkey does not renew `auth_time`, and is recorded as FAILED', async () => {
    const { visitor, userId } = await member();
    await enableTotp(visitor);
    const authenticator = await addPasskey(visitor);
    await age(userId, 1_000);
    const before = await sessionOf(userId);
    const wrongPassword = await visitor.request('POST', '/step-up/password', { password: 'Wrong7horse' });
    const wrongCode = await visitor.request('POST', '/step-up/totp', bySms);
    await visitor.request('GET', '/passkey/generate-authenticate-options');
    const oldChallenge = authenticator.authenticate({ challenge: 'b2xk' });
    const wrongChallenge = await visitor.request('POST', '/step-up/passkey', { response: oldChallenge });
    expect([
      [wrongPassword.status, await code(wrongPassword)],
      [wrongCode.status, await code(wrongCode)],
      [wrongChallenge.status, await code(wrongChallenge)],
    ]).toEqual([
      [400, 'INVALID_PASSWORD'],
      [400, 'INVALID_CODE'],
      [400, 'AUTHENTICATION_FAILED'],
    ]);
    expect(await sessionOf(userId)).toEqual(before);
    const { rows } = await superuser.query(
      `select outcome from auth.auth_event where user_id = $1 and kind = 'STEP_UP'`,
      [userId],
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(['FAILED', 'FAILED', 'FAILED']);
  });

  // covers: FACTOR-10
  test('step-up rejects a passkey of another account, one without user verification, and a challenge used twice', async () => {
    const { visitor, userId } = await member();
    const own = await addPasskey(visitor);
    const others = await addPasskey((await member()).visitor);
    await age(userId, 1_000);
    const before = await sessionOf(userId);
    const options = async () => (await visitor.request('GET', '/passkey/generate-authenticate-options')).json();
    const send = (response: unknown) => visitor.request('POST', '/step-up/passkey', { response });
    expect((await send(others.authenticate(await options()))).status).toBe(400);
    expect((await send(own.authenticate(await options(), { verifiesUser: false }))).status).toBe(400);
    expect((await send(own.authenticate(await options(), { origin: 'https://evil.example' }))).status).toBe(400);
    expect(await sessionOf(userId)).toEqual(before);
    const cookies = new Map(visitor.cookies);
    const response = own.authenticate(await options());
    for (const [name, value] of visitor.cookies) cookies.set(name, value);
    expect((await send(response)).status).toBe(200);
    for (const [name, value] of cookies) visitor.cookies.set(name, value);
    expect((await send(response)).status).toBe(400);
  });

  test('step-up rejects the challenge of a sign-in', async () => {
    const { visitor } = await member();
    const own = await addPasskey(visitor);
    const stranger = accounts.visitor();
    const options = await (await stranger.request('GET', '/passkey/generate-authenticate-options')).json();
    for (const [name, value] of stranger.cookies) visitor.cookies.set(name, value);
    const response = await visitor.request('POST', '/step-up/passkey', { response: own.authenticate(options) });
    expect([response.status, await code(response)]).toEqual([400, 'AUTHENTICATION_FAILED']);
  });

  // covers: FR-023.2
  test('of concurrent step-ups with wrong passwords ten an hour are checked, the rest answered 429', async () => {
    const { visitor, userId } = await member();
    const attempts = await Promise.all(
      Array.from({ length: 15 }, (_, index) =>
        visitor.request('POST', '/step-up/password', { password: `Wrong7horse${index}` }),
      ),
    );
    const statuses = attempts.map(({ status }) => status).toSorted((one, other) => one - other);
    expect(statuses).toEqual([...Array(10).fill(400), ...Array(5).fill(429)]);
    const limited = attempts.find(({ status }) => status === 429);
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(3_000);
    await age(userId, 1_000);
    expect((await visitor.request('POST', '/step-up/password', { password: PASSWORD })).status).toBe(429);
  });

  test('a right password uses up no guess', async () => {
    const { visitor } = await member();
    for (let attempt = 0; attempt < 12; attempt += 1)
      expect((await visitor.request('POST', '/step-up/password', { password: PASSWORD })).status).toBe(200);
  });

  test.each(['password', 'totp', 'passkey'])('step-up by %s without a session is 401', async (way) => {
    const response = { ...new SoftwareAuthenticator().authenticate({ challenge: 'x' }) };
    const body = { password: PASSWORD, code: '000000', response };
    const { [way === 'totp' ? 'code' : way === 'passkey' ? 'response' : 'password']: value } = body as Record<
      string,
      unknown
    >;
    const key = way === 'totp' ? 'code' : way === 'passkey' ? 'response' : 'password';
    expect((await accounts.visitor().request('POST', `/step-up/${way}`, { [key]: value })).status).toBe(401);
  });

  test('GET /step-up/methods names the ways that the account has', async () => {
    const { visitor } = await member();
    const methods = async () => (await visitor.request('GET', '/step-up/methods')).json();
    expect(await methods()).toEqual({ password: true, totp: false, passkey: false });
    await enableTotp(visitor);
    await addPasskey(visitor);
    expect(await methods()).toEqual({ password: true, totp: true, passkey: true });
  });
});

describe('endpoints with `maxAge`', () => {
  // covers: FACTOR-10
  test.each([
    ['POST', '/two-factor/enable', {}],
    ['POST', '/two-factor/disable', {}],
    ['POST', '/two-factor/generate-backup-codes', {}],
    ['GET', '/passkey/generate-register-options', undefined],
    ['POST', '/passkey/verify-registration', { response: {} }],
    ['POST', '/passkey/update-passkey', { id: 'x', name: 'x' }],
    ['POST', '/passkey/delete-passkey', { id: 'x' }],
    ['POST', '/link-social', { provider: 'acme' }],
    ['POST', '/unlink-social', { provider: 'acme' }],
    ['POST', '/delete-user', {}],
    ['POST', '/change-email', { newEmail: 'other@example.com' }],
    ['POST', '/export-account', {}],
    ['POST', '/admin/ban-user', { userId: crypto.randomUUID() }],
    ['POST', '/admin/unban-user', { userId: crypto.randomUUID() }],
  ] as const)(
    '%s %s asks for step-up if the last authentication is over five minutes old',
    async (method, path, body) => {
      const { visitor, userId } = await member();
      await age(userId, 301);
      const response = await visitor.request(method, path, body);
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({
        code: 'STEP_UP_REQUIRED',
        message: 'Sign in again to use this.',
        maxAge: 300,
      });
    },
  );

  // covers: FACTOR-10, FR-023.2
  test.each([
    ['/delete-user', { password: 'Wrong7horse' }],
    ['/change-password', { currentPassword: 'Wrong7horse', newPassword: 'Other7horse' }],
  ] as const)('wrong passwords at %s are guesses: the eleventh in an hour is refused', async (path, body) => {
    const { visitor } = await member();
    const statuses: number[] = [];
    for (let guess = 0; guess < 11; guess += 1) statuses.push((await visitor.request('POST', path, body)).status);
    expect(statuses).toEqual([...Array(10).fill(400), 429]);
    expect((await visitor.request('POST', '/step-up/password', { password: PASSWORD })).status).toBe(429);
  });

  test('a request that is refused for step-up is no guess', async () => {
    const { visitor, userId } = await member();
    await age(userId, 301);
    for (let guess = 0; guess < 11; guess += 1)
      expect((await visitor.request('POST', '/delete-user', { password: 'Wrong7horse' })).status).toBe(403);
    expect((await visitor.request('POST', '/step-up/password', { password: PASSWORD })).status).toBe(200);
  });

  test('the password in the body does not replace step-up', async () => {
    const { visitor, userId } = await member();
    await age(userId, 301);
    expect((await visitor.request('POST', '/two-factor/enable', { password: PASSWORD })).status).toBe(403);
  });
});
