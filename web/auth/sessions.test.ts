import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SESSION_LIMIT } from './sessions.ts';
import { type TestAccounts, createTestAccounts, type Visitor } from '../../test/support/test-accounts.ts';

const PASSWORD = 'Correct7horse';
let accounts: TestAccounts;
let superuser: Client;
let userId: string;
let visitor: Visitor;
let accountCount = 0;
const address = () => `198.51.100.${accountCount % 250}`;
const email = () => `sessions${accountCount}@example.com`;

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
  visitor = accounts.visitor(address());
  const response = await visitor.request('POST', '/sign-up/email', { email: email(), password: PASSWORD });
  ({
    user: { id: userId },
  } = (await response.json()) as { user: { id: string } });
});

/** Inserts sessions of the account, one for each of the last minutes, the oldest first. */
const addSessions = (count: number, userAgent = 'x') =>
  superuser.query(
    `insert into auth.session (token, expires_at, updated_at, user_id, created_at, user_agent)
     select gen_random_uuid(), now() + interval '7 days', now(), $1, now() - ($2 - n) * interval '1 minute', $3
     from generate_series(1, $2::integer) as n`,
    [userId, count, userAgent],
  );
const sessionIds = async () =>
  (
    await superuser.query<{ id: string }>('select id from auth.session where user_id = $1 order by created_at', [
      userId,
    ])
  ).rows.map(({ id }) => id);
const events = async () =>
  (
    await superuser.query<Record<string, unknown>>(
      `select kind, outcome, detail, address from auth.auth_event where user_id = $1 and kind = 'SIGN_OUT'`,
      [userId],
    )
  ).rows;
const revocations = async (ids: readonly string[]) =>
  (await superuser.query('select from auth.session_revocation where session_id = any($1)', [ids])).rowCount;
const signIn = async (from = accounts.visitor(address())) => {
  const response = await from.request('POST', '/sign-in/email', { email: email(), password: PASSWORD });
  expect(response.status).toBe(200);
};

describe('the session limit', () => {
  // covers: ACCOUNT-19
  test('the sign-in after 100 sessions ends the oldest, revokes its tokens and records that', async () => {
    await addSessions(SESSION_LIMIT - 1);
    const before = await sessionIds();
    await signIn();
    const after = await sessionIds();
    const ended = before.filter((id) => !after.includes(id));
    expect(after).toHaveLength(SESSION_LIMIT);
    expect(ended).toEqual(before.slice(0, 1));
    expect(await revocations(ended)).toBe(1);
    expect(await events()).toEqual([
      { kind: 'SIGN_OUT', outcome: 'SUCCEEDED', detail: 'SESSION_LIMIT', address: address() },
    ]);
  });

  test('three times ten concurrent sign-ins leave 100 sessions', async () => {
    await addSessions(SESSION_LIMIT - 1);
    // As many as the limit on guesses admits at a time.
    for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 10 }, () => signIn()));
    expect(await sessionIds()).toHaveLength(SESSION_LIMIT);
    // One sign-in may end sessions for others: there is an entry for each that ended any.
    expect((await events()).length).toBeGreaterThan(0);
  });

  test('a sign-in reduces 20,000 sessions to 100, with one entry', async () => {
    await addSessions(20_000);
    await signIn();
    expect(await sessionIds()).toHaveLength(SESSION_LIMIT);
    expect(await events()).toHaveLength(1);
  });

  test('the session limit does not count sessions of other accounts', async () => {
    await addSessions(SESSION_LIMIT - 1);
    const before = await sessionIds();
    const other = accounts.visitor(address());
    await other.request('POST', '/sign-up/email', { email: `other-${email()}`, password: PASSWORD });
    expect(await sessionIds()).toEqual(before);
  });

  test('the session limit keeps a new session of a process with a slow clock', async () => {
    await addSessions(SESSION_LIMIT - 1);
    const before = await sessionIds();
    await superuser.query(`update auth.session set created_at = now() + interval '1 day' where user_id = $1`, [userId]);
    await signIn();
    expect((await sessionIds()).filter((id) => !before.includes(id))).toHaveLength(1);
  });

  test('the session limit ends expired sessions first, without an entry', async () => {
    await addSessions(SESSION_LIMIT - 1);
    await superuser.query(
      `update auth.session set expires_at = now() - interval '1 minute'
       where id = (select id from auth.session where user_id = $1 order by created_at desc offset 1 limit 1)`,
      [userId],
    );
    const [oldest] = await sessionIds();
    await signIn();
    expect(await sessionIds()).toContain(oldest);
    expect(await events()).toEqual([]);
  });
});

describe('20,000 sessions of one account', () => {
  // covers: ACCOUNT-19
  test.each([
    ['/revoke-other-sessions', 1],
    ['/revoke-sessions', 0],
  ])('%s ends 20,000 sessions in one statement, while other accounts are served', async (path, left) => {
    await addSessions(20_000);
    const before = await sessionIds();
    const member = accounts.visitor('192.0.2.250');
    await member.request('POST', '/sign-up/email', { email: `member-${email()}`, password: PASSWORD });
    accounts.statements.length = 0;
    const revoking = visitor.request('POST', path, {});
    const meanwhile = await Promise.all(Array.from({ length: 20 }, () => member.request('GET', '/access-token')));
    const response = await revoking;
    expect(response.status).toBe(200);
    expect(meanwhile.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const after = await sessionIds();
    expect(after).toHaveLength(left);
    expect(await revocations(before)).toBe(before.length - left);
    expect(accounts.statements.filter((text) => /delete from "session"/i.test(text))).toHaveLength(1);
    expect(await events()).toMatchObject([{ kind: 'SIGN_OUT', outcome: 'SUCCEEDED' }]);
  });

  // covers: ACCOUNT-19
  test('/list-sessions returns the newest 100 sessions in less than 100 kB, whatever their User-Agent', async () => {
    await addSessions(20_000, 'x'.repeat(16_000));
    const response = await visitor.request('GET', '/list-sessions');
    const text = await response.text();
    const listed = JSON.parse(text) as { id: string; token: string; userId: string; createdAt: string }[];
    expect(text.length).toBeLessThan(100_000);
    expect(listed.map(({ id }) => id)).toEqual((await sessionIds()).slice(-SESSION_LIMIT).toReversed());
    expect(new Set(listed.map((session) => session.userId))).toEqual(new Set([userId]));
  });
});

test('a session stores at most 300 characters of the User-Agent', async () => {
  const from = accounts.visitor(address());
  const credentials = { email: email(), password: PASSWORD };
  await from.request('POST', '/sign-in/email', credentials, { 'user-agent': 'x'.repeat(9_000) });
  const { rows } = await superuser.query(
    'select max(length(user_agent)) as longest from auth.session where user_id = $1',
    [userId],
  );
  expect(rows).toEqual([{ longest: 300 }]);
});

describe('the end of a session', () => {
  const listed = async (from: Visitor) =>
    (await (await from.request('GET', '/list-sessions')).json()) as { id: string; token: string }[];

  test('/revoke-session does not end a session of another user', async () => {
    const victim = accounts.visitor('192.0.2.9');
    await victim.request('POST', '/sign-up/email', { email: `victim-${email()}`, password: PASSWORD });
    const [session] = await listed(victim);
    const response = await visitor.request('POST', '/revoke-session', { token: session?.token });
    expect(response.status).toBe(200);
    expect((await victim.request('GET', '/access-token')).status).toBe(200);
    expect(await events()).toEqual([]);
  });

  test.each(['unknown', '', '\0', '\ud800', "' or true --", 'x'.repeat(10_000)])(
    '/revoke-session ends nothing for the unknown token %j, and answers as for a known one',
    async (token) => {
      const response = await visitor.request('POST', '/revoke-session', { token });
      expect([response.status, await response.json()]).toEqual([200, { status: true }]);
      expect(await sessionIds()).toHaveLength(1);
    },
  );

  test('the session endpoints answer 503 and keep the cookie while the database is unavailable', async () => {
    await superuser.query('alter table auth.session rename to session_away');
    try {
      for (const path of ['/sign-out', '/revoke-sessions', '/revoke-other-sessions', '/revoke-session'])
        expect((await visitor.request('POST', path, { token: 'x' })).status, path).toBe(503);
      expect((await visitor.request('GET', '/list-sessions')).status).toBe(503);
      expect(visitor.cookies.has('fieldgate.session_token')).toBe(true);
    } finally {
      await superuser.query('alter table auth.session_away rename to session');
    }
  });

  test('the response does not reveal how many sessions ended', async () => {
    for (const path of ['/revoke-session', '/revoke-other-sessions', '/revoke-sessions']) {
      const response = await visitor.request('POST', path, { token: 'x' });
      expect([...response.headers.keys()].filter((name) => name.includes('session'))).toEqual([]);
    }
  });
});

test('/list-sessions rejects a session whose user last authenticated a day ago, whose cookie may have been stolen', async () => {
  await superuser.query(`update auth.session set authenticated_at = now() - interval '25 hours' where user_id = $1`, [
    userId,
  ]);
  const response = await visitor.request('GET', '/list-sessions');
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([403, 'SESSION_NOT_FRESH']);
});
