import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestAccounts, createTestAccounts, type Visitor } from '../../test/support/test-accounts.ts';

const PASSWORD = 'Correct7horse';
let accounts: TestAccounts;
let superuser: Client;
let visitor: Visitor;
let userId: string;
let accountCount = 0;
const email = () => `data${accountCount}@example.com`;

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
  accountCount += 1;
  visitor = accounts.visitor(`198.51.100.${accountCount}`);
  const response = await visitor.request('POST', '/sign-up/email', { email: email(), password: PASSWORD });
  ({
    user: { id: userId },
  } = (await response.json()) as { user: { id: string } });
});

const count = async (text: string) => (await superuser.query(text, [userId])).rowCount;
const events = async (kind: string) =>
  (
    await superuser.query<Record<string, unknown>>(
      'select outcome, detail, address from auth.auth_event where user_id = $1 and kind = $2 order by created_at',
      [userId, kind],
    )
  ).rows;
const rejection = async (response: Response) => ({
  status: response.status,
  code: ((await response.json()) as { code: string }).code,
});

describe('/delete-user', () => {
  // covers: ACCOUNT-50
  test('deleting an account removes its rows in every table but the security log, and revokes its tokens', async () => {
    const { rows: tasks } = await superuser.query<{ id: string }>(
      `insert into app.task (user_id, id, title) values ($1, gen_random_uuid(), 'Mine') returning id`,
      [userId],
    );
    await superuser.query(
      `insert into app.step (user_id, id, task_id, title, position) values ($1, gen_random_uuid(), $2, 'First', 1)`,
      [userId, tasks[0]?.id],
    );
    const { rows: sessions } = await superuser.query<{ id: string }>('select id from auth.session where user_id = $1', [
      userId,
    ]);
    const response = await visitor.request('POST', '/delete-user', {});
    expect(response.status).toBe(200);
    expect([...visitor.cookies.keys()]).toEqual(['fieldgate.device']);
    for (const table of ['auth.session', 'auth.account', 'app.task', 'app.step'])
      expect(await count(`select from ${table} where user_id = $1`), table).toBe(0);
    expect(await count('select from auth."user" where id = $1')).toBe(0);
    const revoked = await superuser.query('select from auth.session_revocation where session_id = $1', [
      sessions[0]?.id,
    ]);
    expect([sessions.length, revoked.rowCount]).toEqual([1, 1]);
    expect(await events('ACCOUNT_DELETED')).toEqual([
      { outcome: 'SUCCEEDED', detail: null, address: `198.51.100.${accountCount}` },
    ]);
    expect(await events('SIGN_UP')).toHaveLength(1);
  });

  test('a deleted address can sign up again, and cannot sign in before', async () => {
    await visitor.request('POST', '/delete-user', {});
    const body = { email: email(), password: PASSWORD };
    expect((await visitor.request('POST', '/sign-in/email', body)).status).toBe(401);
    expect((await visitor.request('POST', '/sign-up/email', body)).status).toBe(200);
  });

  // covers: ACCOUNT-50
  test.each([
    [
      'with a wrong password, although it need not be sent',
      { password: 'Wrong7horse' },
      400,
      'INVALID_PASSWORD',
      'FAILED',
    ],
    ['with a token, when the last authentication is old', { token: 'x' }, 403, 'STEP_UP_REQUIRED', 'REFUSED'],
    [
      'with the password, when the last authentication is old',
      { password: PASSWORD },
      403,
      'STEP_UP_REQUIRED',
      'REFUSED',
    ],
  ])('an account is not deleted %s', async (_, body, status, code, outcome) => {
    if (status === 403)
      await superuser.query(
        `update auth.session set authenticated_at = now() - interval '6 minutes' where user_id = $1`,
        [userId],
      );
    expect(await rejection(await visitor.request('POST', '/delete-user', body))).toEqual({ status, code });
    expect(await count('select from auth."user" where id = $1')).toBe(1);
    expect(await count('select from auth.session where user_id = $1')).toBe(1);
    expect(await events('ACCOUNT_DELETED')).toMatchObject([{ outcome, detail: code }]);
  });

  test('an account without a password is deleted within five minutes of the last authentication, and not later', async () => {
    await superuser.query(`update auth.account set provider_id = 'oidc', password = null where user_id = $1`, [userId]);
    const again = await accounts.services.auth.$context.then(({ internalAdapter }) =>
      internalAdapter.createSession(userId),
    );
    await superuser.query(
      `update auth.session set authenticated_at = now() - interval '6 minutes' where user_id = $1`,
      [userId],
    );
    const { makeSignature } = await import('better-auth/crypto');
    const signature = await makeSignature(again.token, accounts.config.BETTER_AUTH_SECRET);
    visitor.cookies.set('fieldgate.session_token', encodeURIComponent(`${again.token}.${signature}`));
    expect(await rejection(await visitor.request('POST', '/delete-user', {}))).toEqual({
      status: 403,
      code: 'STEP_UP_REQUIRED',
    });
    await superuser.query(`update auth.session set authenticated_at = now() where user_id = $1`, [userId]);
    expect((await visitor.request('POST', '/delete-user', {})).status).toBe(200);
    expect(await count('select from auth."user" where id = $1')).toBe(0);
  });
});

describe('/export-account', () => {
  // covers: ACCOUNT-52
  test('the export has the account and its sessions, and neither hash nor session token', async () => {
    await accounts.visitor('198.51.100.251').request('POST', '/sign-in/email', { email: email(), password: PASSWORD });
    const response = await visitor.request('POST', '/export-account', {});
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      user: { id: userId, email: email(), emailVerified: false, role: 'USER' },
      signInMethods: [{ providerId: 'credential' }],
      sessions: [{ ipAddress: '198.51.100.251' }, { ipAddress: `198.51.100.${accountCount}` }],
    });
    const { rows } = await superuser.query<{ secret: string }>(
      `select token as secret from auth.session where user_id = $1
       union all select password from auth.account where user_id = $1`,
      [userId],
    );
    expect(rows).toHaveLength(3);
    for (const { secret } of rows) expect(text).not.toContain(secret);
    expect(await events('DATA_EXPORTED')).toMatchObject([{ outcome: 'SUCCEEDED' }]);
  });

  test('an export needs a session', async () => {
    const response = await accounts.visitor().request('POST', '/export-account', {});
    expect(response.status).toBe(401);
  });
});

describe('/update-user', () => {
  test('a name is changed after the rules of sign-up', async () => {
    expect((await visitor.request('POST', '/update-user', { name: '  Petra  Fields ' })).status).toBe(200);
    const named = await visitor.request('GET', '/get-session');
    await expect(named.json()).resolves.toMatchObject({ user: { name: 'Petra Fields' } });
    const hidden = await visitor.request('POST', '/update-user', { name: 'Petra\u202eFields' });
    expect(await rejection(hidden)).toEqual({ status: 400, code: 'NAME_NOT_VALID' });
  });

  test.each([
    [{ role: 'ADMIN' }],
    [{ name: 'Ada', role: 'ADMIN' }],
    [{ name: 'Ada', image: 'x' }],
    [{ name: 'Ada', emailVerified: true }],
    [{ name: 'Ada', bannedAt: null }],
    [{ name: 7 }],
    [{}],
  ])('an account cannot be updated with %j', async (body) => {
    expect((await visitor.request('POST', '/update-user', body)).status).toBe(400);
    const { rows } = await superuser.query('select role, image, email_verified from auth."user" where id = $1', [
      userId,
    ]);
    expect(rows).toEqual([{ role: 'USER', image: null, email_verified: false }]);
  });
});

test('a session is ended by its id, and only by its own user', async () => {
  const stranger = accounts.visitor('198.51.100.252');
  await stranger.request('POST', '/sign-up/email', { email: `other-${email()}`, password: PASSWORD });
  const { rows } = await superuser.query<{ id: string }>('select id from auth.session where user_id = $1', [userId]);
  const body = { id: rows[0]?.id };
  await stranger.request('POST', '/revoke-session', body);
  expect(await count('select from auth.session where user_id = $1')).toBe(1);
  await visitor.request('POST', '/revoke-session', body);
  expect(await count('select from auth.session where user_id = $1')).toBe(0);
});
