import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestAccounts, createTestAccounts, type Visitor } from '../../test/support/test-accounts.ts';

const PASSWORD = 'Correct7horse';
let accounts: TestAccounts;
let superuser: Client;
let accountCount = 0;
let admin: Visitor;
let adminId: string;
let user: Visitor;
let userId: string;

beforeAll(async () => {
  accounts = await createTestAccounts();
  superuser = new Client({ connectionString: accounts.database.superuser });
  await superuser.connect();
  [admin, adminId] = await signUp('admin@example.com');
  await superuser.query(`update auth."user" set role = 'ADMIN' where id = $1`, [adminId]);
});
afterAll(async () => {
  await superuser.end();
  await accounts.end();
});
const email = () => `ban${accountCount}@example.com`;
beforeEach(async () => {
  accountCount += 1;
  [user, userId] = await signUp(email());
});

async function signUp(address: string): Promise<[Visitor, string]> {
  const visitor = accounts.visitor(`198.51.100.${accountCount}`);
  const response = await visitor.request('POST', '/sign-up/email', { email: address, password: PASSWORD });
  const body = (await response.json()) as { user: { id: string } };
  return [visitor, body.user.id];
}
const rejection = async (response: Response) => ({
  status: response.status,
  code: ((await response.json()) as { code: string }).code,
});
const ban = (id = userId, visitor = admin) => visitor.request('POST', '/admin/ban-user', { userId: id });
const signIn = (password = PASSWORD) =>
  accounts.visitor(`198.51.100.${accountCount}`).request('POST', '/sign-in/email', { email: email(), password });
const sessionCount = async () =>
  (await superuser.query('select from auth.session where user_id = $1', [userId])).rowCount;
const events = async (id: string, kind: string) =>
  (
    await superuser.query<Record<string, unknown>>(
      'select outcome, detail, address from auth.auth_event where user_id = $1 and kind = $2',
      [id, kind],
    )
  ).rows;

// covers: ACCOUNT-51
test('a ban ends every session of the user and revokes their tokens', async () => {
  await signIn();
  const { rows } = await superuser.query<{ id: string }>('select id from auth.session where user_id = $1', [userId]);
  expect((await ban()).status).toBe(200);
  expect((await user.request('GET', '/access-token')).status).toBe(401);
  const revoked = await superuser.query('select from auth.session_revocation where session_id = any($1)', [
    rows.map(({ id }) => id),
  ]);
  expect([rows.length, revoked.rowCount, await sessionCount()]).toEqual([2, 2, 0]);
});

test('a banned user learns of the ban with the right password alone', async () => {
  await ban();
  expect(await rejection(await signIn('Wrong7horse'))).toEqual({ status: 401, code: 'INVALID_EMAIL_OR_PASSWORD' });
  expect(await rejection(await signIn())).toEqual({ status: 403, code: 'ACCOUNT_BANNED' });
  expect(await sessionCount()).toBe(0);
});

test('after the ban is lifted the user signs in again', async () => {
  await ban();
  expect((await admin.request('POST', '/admin/unban-user', { userId })).status).toBe(200);
  expect((await signIn()).status).toBe(200);
});

test('the database rejects a session of a banned user, whoever creates it', async () => {
  await ban();
  const insert = superuser.query(
    `insert into auth.session (token, expires_at, updated_at, user_id) values ('x', now(), now(), $1)`,
    [userId],
  );
  await expect(insert).rejects.toMatchObject({ code: '23000' });
});

// covers: ACCOUNT-51
test('a session that is created during the ban is ended by it', async () => {
  const late = new Client({ connectionString: accounts.database.superuser });
  await late.connect();
  await late.query('begin');
  await late.query(
    `insert into auth.session (token, expires_at, updated_at, user_id)
     values ('late', now() + interval '1 day', now(), $1)`,
    [userId],
  );
  const banning = ban();
  const isWaiting = async () =>
    (await superuser.query(`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%banned_at%'`))
      .rowCount;
  await expect.poll(isWaiting).toBe(1);
  await late.query('commit');
  await late.end();
  expect((await banning).status).toBe(200);
  expect(await sessionCount()).toBe(0);
});

test.each([
  ['a user', () => ban(userId, user), { status: 403, code: 'FORBIDDEN' }],
  ['a visitor', () => ban(userId, accounts.visitor()), { status: 401, code: 'UNAUTHORIZED' }],
])('%s cannot ban anyone, and the attempt is recorded', async (who, attempt, expected) => {
  expect(await rejection(await attempt())).toEqual(expected);
  expect(await sessionCount()).toBe(1);
  if (who === 'a user')
    expect(await events(userId, 'BANNED')).toMatchObject([{ outcome: 'REFUSED', detail: 'FORBIDDEN' }]);
});

// covers: ACCOUNT-51
test('an administrator who lost the role cannot ban with the session from before', async () => {
  await superuser.query(`update auth."user" set role = 'USER' where id = $1`, [adminId]);
  expect((await ban()).status).toBe(403);
  await superuser.query(`update auth."user" set role = 'ADMIN' where id = $1`, [adminId]);
});

test('administrators, unknown users and banned users cannot be banned', async () => {
  for (const id of [adminId, crypto.randomUUID()])
    expect(await rejection(await ban(id))).toEqual({ status: 409, code: 'CANNOT_BAN' });
  await ban();
  expect(await rejection(await ban())).toEqual({ status: 409, code: 'CANNOT_BAN' });
  expect((await ban('not a uuid')).status).toBe(400);
});

test('the record of the user names the administrator, and that of the administrator has the address', async () => {
  await superuser.query('delete from auth.auth_event where user_id = $1', [adminId]);
  await ban();
  expect(await events(userId, 'BANNED')).toEqual([{ outcome: 'SUCCEEDED', detail: adminId, address: null }]);
  expect(await events(adminId, 'BANNED')).toEqual([{ outcome: 'SUCCEEDED', detail: null, address: '198.51.100.0' }]);
});
