import { createOTP } from '@better-auth/utils/otp';
import { jwtVerify } from 'jose';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestAccounts, type TestAccounts, TOKEN_SECRET, type Visitor } from '../../test/support/test-accounts.ts';
import { enableTotp } from '../../test/support/test-factors.ts';
import { stepOf } from './totp.ts';

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
  await superuser.query('delete from auth.rate_limit; delete from auth.auth_event');
});

let count = 0;
/** Signs up and sets up an authenticator app, whose next code is unused. */
async function memberWithApp() {
  const visitor = accounts.visitor();
  const email = `factor${(count += 1)}@example.com`;
  const { user } = await (await visitor.request('POST', '/sign-up/email', { email, password: PASSWORD })).json();
  const userId = String(user.id);
  const { secret, backupCodes } = await enableTotp(visitor);
  await unuse(userId);
  return { visitor, email, userId, backupCodes, currentCode: () => createOTP(secret).totp() };
}
/** Makes the current code of a user acceptable again, as after 30 seconds. */
const unuse = (userId: string) =>
  superuser.query('update auth.two_factor set last_used_step = 0 where user_id = $1', [userId]);
/** Starts a sign-in in a new browser; it waits for the second factor. */
async function pendingSignIn(email: string) {
  const visitor = accounts.visitor();
  const response = await visitor.request('POST', '/sign-in/email', { email, password: PASSWORD });
  return { visitor, response };
}
const verify = (visitor: Visitor, code: string, kind = 'totp', more = {}) =>
  visitor.request('POST', `/two-factor/verify-${kind}`, { code, ...more });
const sessionsOf = async (userId: string) =>
  Number((await superuser.query('select count(*) from auth.session where user_id = $1', [userId])).rows[0].count);
const eventsOf = async (userId: string) =>
  (
    await superuser.query(
      'select kind, outcome, detail from auth.auth_event where user_id = $1 order by xmin::text::bigint',
      [userId],
    )
  ).rows.map(({ kind, outcome, detail }) => [kind, outcome, detail].filter(Boolean).join(' '));

describe('sign-in with a second factor', () => {
  // covers: FACTOR-01
  test('the password alone gives neither a session nor a token', async () => {
    const { email, userId } = await memberWithApp();
    const before = await sessionsOf(userId);
    const { visitor, response } = await pendingSignIn(email);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ twoFactorRedirect: true, twoFactorMethods: ['totp'] });
    expect([...visitor.cookies.keys()]).toEqual(['fieldgate.two_factor']);
    expect(await sessionsOf(userId)).toBe(before);
    expect((await visitor.request('GET', '/access-token')).status).toBe(401);
  });

  // covers: FACTOR-01
  test('a code completes the sign-in with a session and a token', async () => {
    const { email, userId, currentCode } = await memberWithApp();
    const { visitor } = await pendingSignIn(email);
    const response = await verify(visitor, await currentCode());
    expect(response.status).toBe(200);
    const { accessToken, expiresIn } = await response.json();
    expect(expiresIn).toBe(900);
    expect((await jwtVerify(accessToken, TOKEN_SECRET)).payload.sub).toBe(userId);
    expect((await visitor.request('GET', '/access-token')).status).toBe(200);
  });

  test('the security log has the steps of a sign-in, wrong codes included, with their user', async () => {
    const { email, userId, currentCode, backupCodes } = await memberWithApp();
    await superuser.query('delete from auth.auth_event');
    const first = await pendingSignIn(email);
    await verify(first.visitor, '000000');
    await verify(first.visitor, await currentCode());
    const second = await pendingSignIn(email);
    await verify(second.visitor, 'wrong', 'backup-code');
    await verify(second.visitor, backupCodes[0] ?? '', 'backup-code');
    expect(await eventsOf(userId)).toEqual([
      'SIGN_IN SUCCEEDED SECOND_FACTOR_REQUIRED',
      'SECOND_FACTOR_CHECKED FAILED INVALID_CODE',
      'SECOND_FACTOR_CHECKED SUCCEEDED TOTP',
      'SIGN_IN SUCCEEDED SECOND_FACTOR_REQUIRED',
      'SECOND_FACTOR_CHECKED FAILED INVALID_BACKUP_CODE',
      'SECOND_FACTOR_CHECKED SUCCEEDED BACKUP_CODE',
    ]);
  });

  // covers: FACTOR-02
  test('a used code is refused in another sign-in, as a wrong one is', async () => {
    const { email, currentCode } = await memberWithApp();
    const code = await currentCode();
    const [one, other] = [await pendingSignIn(email), await pendingSignIn(email)];
    expect((await verify(one.visitor, code)).status).toBe(200);
    const replayed = await verify(other.visitor, code);
    const wrong = await verify(other.visitor, '000000');
    expect([replayed.status, await replayed.text()]).toEqual([wrong.status, await wrong.text()]);
    expect(wrong.status).toBe(401);
  });

  // covers: FACTOR-02
  test('of concurrent sign-ins with one code, one succeeds', async () => {
    const { email, currentCode } = await memberWithApp();
    const code = await currentCode();
    const pending = await Promise.all(Array.from({ length: 5 }, () => pendingSignIn(email)));
    const responses = await Promise.all(pending.map(({ visitor }) => verify(visitor, code)));
    expect(responses.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
  });

  // covers: FACTOR-02
  test('the code that confirmed the app is not accepted for a sign-in', async () => {
    const visitor = accounts.visitor();
    await visitor.request('POST', '/sign-up/email', { email: 'confirm@example.com', password: PASSWORD });
    const { secret } = await enableTotp(visitor);
    const { visitor: other } = await pendingSignIn('confirm@example.com');
    expect((await verify(other, await createOTP(secret).totp())).status).toBe(401);
  });

  // covers: FACTOR-03
  test('a backup code works once, and is stored as a hash', async () => {
    const { email, userId, backupCodes } = await memberWithApp();
    const [code = ''] = backupCodes;
    const stored = async () =>
      String(
        (await superuser.query('select backup_codes from auth.two_factor where user_id = $1', [userId])).rows[0]
          .backup_codes,
      );
    expect(backupCodes).toHaveLength(10);
    for (const each of backupCodes) expect(await stored()).not.toContain(each);
    const first = await pendingSignIn(email);
    expect((await verify(first.visitor, code, 'backup-code')).status).toBe(200);
    expect(JSON.parse(await stored())).toHaveLength(9);
    const second = await pendingSignIn(email);
    expect((await verify(second.visitor, code, 'backup-code')).status).toBe(401);
    const hashes: string[] = JSON.parse(await stored());
    expect((await verify(second.visitor, hashes[0] ?? '', 'backup-code')).status).toBe(401);
    expect((await verify(second.visitor, ` ${backupCodes[1]} `, 'backup-code')).status).toBe(200);
  });

  // covers: FACTOR-03
  test('of concurrent uses of one backup code, one succeeds', async () => {
    const { email, backupCodes } = await memberWithApp();
    const pending = await Promise.all(Array.from({ length: 4 }, () => pendingSignIn(email)));
    const responses = await Promise.all(
      pending.map(({ visitor }) => verify(visitor, backupCodes[0] ?? '', 'backup-code')),
    );
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  // covers: FACTOR-04, FR-023.2
  test('ten codes an hour are checked for an account, from whatever browser and address, then even the right one is 429', async () => {
    const { email, userId, currentCode, backupCodes } = await memberWithApp();
    // Signed in before: without guesses left, the right password is refused too. One after the other: more than ten at
    // the same time are more than ten guesses.
    const waiting: Visitor[] = [];
    for (let index = 0; index < 12; index += 1) {
      const visitor = accounts.visitor(`198.51.100.${index}`);
      expect((await visitor.request('POST', '/sign-in/email', { email, password: PASSWORD })).status).toBe(200);
      waiting.push(visitor);
    }
    const [last = accounts.visitor(), ...others] = waiting;
    const statuses: number[] = [];
    for (const [guess, visitor] of others.entries())
      statuses.push((await verify(visitor, '000000', guess % 2 === 0 ? 'totp' : 'backup-code')).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    const response = await verify(last, await currentCode());
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(3_000);
    expect((await verify(last, backupCodes[0] ?? '', 'backup-code')).status).toBe(429);
    expect(await eventsOf(userId)).toContain('SECOND_FACTOR_CHECKED LIMITED TOO_MANY_GUESSES');
  });

  // covers: ACCOUNT-23, FACTOR-04
  test('passwords and codes of strangers are counted together, and the owner’s known browser has its own guesses', async () => {
    const { visitor: owner, email, currentCode } = await memberWithApp();
    const { visitor } = await pendingSignIn(email);
    for (let guess = 0; guess < 5; guess += 1) {
      await accounts.visitor().request('POST', '/sign-in/email', { email, password: 'Wrong7horse' });
      expect((await verify(visitor, '000000')).status).toBe(401);
    }
    expect((await verify(visitor, '000000')).status).toBe(429);
    expect((await pendingSignIn(email)).response.status).toBe(429);
    await owner.request('POST', '/sign-out', {});
    expect((await owner.request('POST', '/sign-in/email', { email, password: PASSWORD })).status).toBe(200);
    expect((await verify(owner, await currentCode())).status).toBe(200);
  });

  // covers: ACCOUNT-23
  test('a browser is known after the code, and not after the password alone', async () => {
    const { email, currentCode } = await memberWithApp();
    const { visitor } = await pendingSignIn(email);
    expect(visitor.cookies.has('fieldgate.device')).toBe(false);
    await verify(visitor, await currentCode());
    expect(visitor.cookies.has('fieldgate.device')).toBe(true);
  });

  // covers: FACTOR-05
  test('no check of a code trusts the browser for later sign-ins', async () => {
    const { email, userId, currentCode, backupCodes } = await memberWithApp();
    const { visitor } = await pendingSignIn(email);
    await verify(visitor, await currentCode(), 'totp', { trustDevice: true });
    expect([...visitor.cookies.keys()].toSorted()).toEqual(['fieldgate.device', 'fieldgate.session_token']);
    await visitor.request('POST', '/sign-out', {});
    const again = await visitor.request('POST', '/sign-in/email', { email, password: PASSWORD });
    expect(await again.json()).toMatchObject({ twoFactorRedirect: true });
    await verify(visitor, backupCodes[0] ?? '', 'backup-code', { trustDevice: true, disableSession: true });
    expect([...visitor.cookies.keys()].toSorted()).toEqual(['fieldgate.device', 'fieldgate.session_token']);
    expect((await superuser.query(`select 1 from auth.verification where value = $1`, [userId])).rows).toEqual([]);
  });

  // covers: FACTOR-06
  test('a password change ends sign-ins that wait for the second factor', async () => {
    const { visitor, email, currentCode } = await memberWithApp();
    const { visitor: stranger } = await pendingSignIn(email);
    const changed = await visitor.request('POST', '/change-password', {
      currentPassword: PASSWORD,
      newPassword: 'Other7horse',
    });
    expect(changed.status).toBe(200);
    const response = await verify(stranger, await currentCode());
    expect([response.status, (await response.json()).code]).toEqual([401, 'INVALID_TWO_FACTOR_COOKIE']);
  });

  test.each(['totp', 'backup-code'])('a %s without a pending sign-in is 401', async (kind) => {
    expect((await verify(accounts.visitor(), '000000', kind)).status).toBe(401);
  });

  test('another signed cookie in place of that of the pending sign-in is 401', async () => {
    const { visitor, email } = await memberWithApp();
    const { visitor: stranger } = await pendingSignIn(email);
    const value = visitor.cookies.get('fieldgate.session_token');
    stranger.cookies.set('fieldgate.two_factor', value ?? '');
    expect((await verify(stranger, '000000')).status).toBe(401);
  });

  test.each(['totp', 'backup-code'])('a %s with the cookie of a passkey’s challenge is 401', async (kind) => {
    const stranger = accounts.visitor();
    await stranger.request('GET', '/passkey/generate-authenticate-options');
    stranger.cookies.set('fieldgate.two_factor', stranger.cookies.get('fieldgate.passkey_challenge') ?? '');
    const response = await verify(stranger, '000000', kind);
    expect([response.status, (await response.json()).code]).toEqual([401, 'INVALID_TWO_FACTOR_COOKIE']);
  });
});

describe('the settings of the second factor', () => {
  test('setting up, confirming, new backup codes and disabling are recorded', async () => {
    const { visitor, userId, email } = await memberWithApp();
    const codes = await visitor.request('POST', '/two-factor/generate-backup-codes', {});
    expect((await codes.json()).backupCodes).toHaveLength(10);
    const disabled = await visitor.request('POST', '/two-factor/disable', {});
    expect([disabled.status, Object.keys(await disabled.json()).toSorted()]).toEqual([
      200,
      ['accessToken', 'expiresIn', 'status', 'tokenType'],
    ]);
    expect(await eventsOf(userId)).toEqual([
      'SIGN_UP SUCCEEDED',
      'SECOND_FACTOR_ENABLED SUCCEEDED',
      'BACKUP_CODES_CREATED SUCCEEDED',
      'SECOND_FACTOR_DISABLED SUCCEEDED',
    ]);
    const again = await accounts.visitor().request('POST', '/sign-in/email', { email, password: PASSWORD });
    expect(await again.json()).toHaveProperty('accessToken');
  });

  // covers: FACTOR-07
  test('the secret of the app is stored encrypted', async () => {
    const visitor = accounts.visitor();
    await visitor.request('POST', '/sign-up/email', { email: 'encrypted@example.com', password: PASSWORD });
    const { secret } = await enableTotp(visitor);
    const { rows } = await superuser.query('select secret from auth.two_factor');
    for (const row of rows) expect(row.secret).not.toContain(secret);
  });

  test('an app that is not confirmed does not change the sign-in', async () => {
    const visitor = accounts.visitor();
    const credentials = { email: 'unconfirmed@example.com', password: PASSWORD };
    await visitor.request('POST', '/sign-up/email', credentials);
    await visitor.request('POST', '/two-factor/enable', {});
    expect((await verify(visitor, '000000')).status).toBe(401);
    expect(await (await accounts.visitor().request('POST', '/sign-in/email', credentials)).json()).toHaveProperty(
      'accessToken',
    );
  });

  test('thirty set-ups of an app at once are all answered with a secret, and one secret is stored', async () => {
    const visitor = accounts.visitor();
    await visitor.request('POST', '/sign-up/email', { email: 'at-once@example.com', password: PASSWORD });
    const responses = await Promise.all(
      Array.from({ length: 30 }, () => visitor.request('POST', '/two-factor/enable', {})),
    );
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    const secrets = await Promise.all(
      responses.map(async (response) => new URL((await response.json()).totpURI).searchParams.get('secret')),
    );
    expect(new Set(secrets).size).toBe(30);
    const { rows } = await superuser.query(
      'select verified from auth.two_factor join auth."user" on user_id = "user".id where email = $1',
      ['at-once@example.com'],
    );
    expect(rows).toEqual([{ verified: false }]);
  });

  // covers: FACTOR-10
  test('enabling and disabling the second factor does not renew `auth_time`', async () => {
    const visitor = accounts.visitor();
    const { user } = await (
      await visitor.request('POST', '/sign-up/email', { email: 'carried@example.com', password: PASSWORD })
    ).json();
    await superuser.query(
      `update auth.session set authenticated_at = authenticated_at - interval '200 seconds' where user_id = $1`,
      [user.id],
    );
    const time = async () =>
      (await superuser.query('select authenticated_at from auth.session where user_id = $1', [user.id])).rows;
    const before = await time();
    await enableTotp(visitor);
    expect(await time()).toEqual(before);
    await visitor.request('POST', '/two-factor/disable', {});
    expect(await time()).toEqual(before);
  });

  test('in a session, a code of a confirmed app and a backup code are not checked', async () => {
    const { visitor, currentCode, backupCodes } = await memberWithApp();
    for (const [kind, code] of [
      ['totp', await currentCode()],
      ['backup-code', backupCodes[0] ?? ''],
    ] as const) {
      const response = await verify(visitor, code, kind);
      expect([response.status, (await response.json()).code]).toEqual([400, 'NO_PENDING_SECOND_FACTOR']);
    }
  });
});

describe('stepOf', () => {
  const SECRET = '12345678901234567890';
  // RFC 6238 appendix B, with the last six of eight digits.
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('stepOf accepts the code of RFC 6238 for the time %i and 30 seconds around it', async (seconds, code) => {
    const step = Math.floor(seconds / 30);
    for (const offset of [-30, 0, 30]) expect(await stepOf(SECRET, code, (step * 30 + offset) * 1_000)).toBe(step);
    for (const offset of [-60, 60]) expect(await stepOf(SECRET, code, (step * 30 + offset) * 1_000)).toBeNull();
  });

  test.each(['', '28708', '2870822', ' 287082', '２８７０８２'])('stepOf rejects %j', async (code) => {
    expect(await stepOf(SECRET, code, 59_000)).toBeNull();
  });
});
