import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';

const fixture = setUpEmptyDatabase();
let listener: Client;
const roles: Record<'owner' | 'auth', Client> = {} as never;
let alice: string;
let bob: string;
let received: string[];

beforeAll(async () => {
  for (const role of ['owner', 'auth'] as const) {
    roles[role] = new Client({ connectionString: fixture.database[role] });
    await roles[role].connect();
  }
  listener = new Client({ connectionString: fixture.database.api });
  await listener.connect();
  listener.on('notification', ({ payload = '' }) => received.push(payload));
  await listener.query('listen session_revoked');
});
afterAll(async () => {
  for (const client of [...Object.values(roles), listener]) await client.end();
});
beforeEach(async () => {
  received = [];
  await fixture.superuser.rows('delete from auth."user"');
  await notified();
  received = [];
  [alice, bob] = [await fixture.superuser.insertUser(randomUUID()), await fixture.superuser.insertUser(randomUUID())];
});

/** Creates sessions of a user; returns their ids. */
async function createSessions(userId: string, count: number): Promise<string[]> {
  const insert = `insert into auth.session (token, expires_at, updated_at, user_id)
    select gen_random_uuid(), now() + interval '7 days', now(), $1 from generate_series(1, $2) returning id`;
  return (await roles.auth.query<{ id: string }>(insert, [userId, count])).rows.map(({ id }) => id);
}
const sessionsOf = async (userId: string) =>
  (await fixture.superuser.rows<{ id: string }>('select id from auth.session where user_id = $1', [userId])).map(
    ({ id }) => id,
  );

interface Revocation {
  readonly session_id: string;
  readonly reason: string;
}
const revocations = (ids: readonly string[]) =>
  fixture.superuser.rows<Revocation>(
    'select session_id, reason from auth.session_revocation where session_id = any ($1)',
    [ids],
  );
const entries = (ids: readonly string[], reason: string) =>
  expect.arrayContaining(ids.map((session_id) => ({ session_id, reason })));
/** Returns the payloads notified so far: sends another notification and waits for it. */
async function notified(): Promise<readonly string[]> {
  const last = randomUUID();
  await fixture.superuser.rows(`select pg_notify('session_revoked', $1)`, [last]);
  await vi.waitFor(() => expect(received).toContain(last), { timeout: 5_000, interval: 2 });
  return received.filter((payload) => payload !== last).toSorted();
}

/** Every way to delete sessions: the role, and the statement about Alice. */
const ENDINGS: readonly (readonly [string, keyof typeof roles, string])[] = [
  ['one by one', 'auth', 'delete from auth.session where user_id = $1'],
  ['manually', 'owner', 'delete from auth.session where user_id = $1'],
  ['with their user', 'auth', 'delete from auth."user" where id = $1'],
  ['manually with their user', 'owner', 'delete from auth."user" where id = $1'],
  [
    'inside a statement of another kind',
    'auth',
    'with gone as (delete from auth.session where user_id = $1 returning id) select count(*) from gone',
  ],
  [
    'by MERGE',
    'auth',
    'merge into auth.session s using (select $1::uuid as u) as v on s.user_id = v.u when matched then delete',
  ],
];

describe('deleting sessions', () => {
  // covers: SESSION-01, US4.3
  test.each(ENDINGS)('sessions deleted %s are recorded and notified, and no others', async (_, role, statement) => {
    const [ended, kept] = [await createSessions(alice, 3), await createSessions(bob, 2)];
    await roles[role].query(statement, [alice]);
    expect(await revocations([...ended, ...kept])).toEqual(entries(ended, 'ENDED'));
    expect(await revocations(kept)).toEqual([]);
    expect(await notified()).toEqual(ended.toSorted());
  });

  test('3,000 deleted sessions are all recorded and notified', async () => {
    const ended = await createSessions(alice, 3_000);
    await roles.auth.query('delete from auth.session where user_id = $1', [alice]);
    expect(await revocations(ended)).toHaveLength(3_000);
    expect(await notified()).toEqual(ended.toSorted());
  });

  test('sessions removed by TRUNCATE are recorded and notified', async () => {
    const ended = [...(await createSessions(alice, 2)), ...(await createSessions(bob, 1))];
    await roles.owner.query('truncate auth.session');
    expect(await revocations(ended)).toHaveLength(3);
    expect(await notified()).toEqual(ended.toSorted());
  });

  test('a rolled-back deletion records and notifies nothing', async () => {
    const kept = await createSessions(alice, 1);
    await roles.auth.query('begin');
    await roles.auth.query('delete from auth.session');
    await roles.auth.query('rollback');
    expect(await revocations(kept)).toEqual([]);
    expect(await notified()).toEqual([]);
  });

  test('a revocation is kept for longer than any token is valid', async () => {
    const [id = ''] = await createSessions(alice, 1);
    await roles.auth.query('delete from auth.session');
    const [row] = await fixture.superuser.rows<{ hours: string }>(
      'select extract(epoch from expires_at - revoked_at) / 3600 as hours from auth.session_revocation where session_id = $1',
      [id],
    );
    expect(Number(row?.hours)).toBeCloseTo(25);
  });
});

describe('changing a password', () => {
  const account = `insert into auth.account (account_id, provider_id, user_id, password, updated_at)
    values ($1, 'credential', $2, 'old', now())`;

  test.each(['owner', 'auth'] as const)('a new password ends every session of its user, set by %s', async (role) => {
    await fixture.superuser.rows(account, [alice, alice]);
    const [ended, kept] = [await createSessions(alice, 2), await createSessions(bob, 1)];
    await roles[role].query(`update auth.account set password = 'new' where user_id = $1`, [alice]);
    expect([await sessionsOf(alice), await sessionsOf(bob)]).toEqual([[], kept]);
    expect(await notified()).toEqual(ended.toSorted());
  });

  test('a new password and a new session of the user are serialized', async () => {
    await fixture.superuser.rows(account, [alice, alice]);
    await roles.owner.query('begin');
    await roles.owner.query(`update auth.account set password = 'new' where user_id = $1`, [alice]);
    await roles.auth.query(`set lock_timeout = '50ms'`);
    try {
      await expect(createSessions(alice, 1)).rejects.toMatchObject({ code: '55P03' });
    } finally {
      await roles.owner.query('rollback');
      await roles.auth.query('reset lock_timeout');
    }
    await roles.auth.query('begin');
    const [created = ''] = await createSessions(alice, 1);
    const change = roles.owner.query(`update auth.account set password = 'new' where user_id = $1`, [alice]);
    await roles.auth.query('commit');
    await change;
    expect(await notified()).toEqual([created]);
  });

  test('an unchanged password or another change of the account ends no session', async () => {
    await fixture.superuser.rows(account, [alice, alice]);
    const kept = await createSessions(alice, 1);
    await roles.auth.query(`update auth.account set password = password, updated_at = now(), scope = 'x'`);
    expect(await sessionsOf(alice)).toEqual(kept);
    expect(await notified()).toEqual([]);
  });
});

describe('changing claims of a user', () => {
  const CHANGES: readonly (readonly [string, string])[] = [
    ['the role is raised', `role = 'ADMIN'`],
    ['the email changes', `email = id || '@example.org'`],
    ['the email is no longer verified', 'email_verified = false'],
    ['all of them change', `role = 'ADMIN', email = id || '@example.org', email_verified = false`],
  ];

  test.each(CHANGES)('if %s, the user’s sessions continue under new ids that no token contains', async (_, change) => {
    const [renamed, kept] = [await createSessions(alice, 2), await createSessions(bob, 1)];
    const tokens = `select token from auth.session where user_id = $1 order by token`;
    const before = await fixture.superuser.rows(tokens, [alice]);
    for (const role of ['auth', 'owner'] as const) {
      const last = await sessionsOf(alice);
      await roles[role].query(`update auth."user" set ${change} where id = $1`, [alice]);
      // The second update changes nothing.
      if (role === 'owner') expect(await sessionsOf(alice)).toEqual(last);
    }
    expect(await fixture.superuser.rows(tokens, [alice])).toEqual(before);
    expect((await sessionsOf(alice)).filter((id) => renamed.includes(id))).toEqual([]);
    expect(await sessionsOf(bob)).toEqual(kept);
    expect(await revocations(renamed)).toEqual(entries(renamed, 'RENAMED'));
    expect(await notified()).toEqual(renamed.toSorted());
  });

  test('changing the role back does not restore an earlier session id', async () => {
    const [first = ''] = await createSessions(alice, 1);
    for (const role of ['ADMIN', 'USER'])
      await roles.auth.query('update auth."user" set role = $2 where id = $1', [alice, role]);
    expect(await sessionsOf(alice)).not.toContain(first);
    expect(await notified()).toHaveLength(2);
  });

  test('session ids stay if only data changes that tokens do not contain', async () => {
    const kept = await createSessions(alice, 1);
    await roles.auth.query(`update auth."user" set name = 'Alice', image = 'x', updated_at = now()`);
    expect(await sessionsOf(alice)).toEqual(kept);
  });

  test('a session created during the change waits until it is committed', async () => {
    await roles.owner.query('begin');
    await roles.owner.query(`update auth."user" set role = 'ADMIN' where id = $1`, [alice]);
    await roles.auth.query(`set lock_timeout = '50ms'`);
    try {
      await expect(createSessions(alice, 1)).rejects.toMatchObject({ code: '55P03' });
      await createSessions(bob, 1);
    } finally {
      await roles.owner.query('rollback');
      await roles.auth.query('reset lock_timeout');
    }
    expect(await createSessions(alice, 1)).toHaveLength(1);
  });
});

describe('changing a session', () => {
  test.each([
    ['that is shortened', `expires_at = expires_at - interval '1 second'`],
    ['that is assigned to another user', 'user_id = $2'],
    ['whose id is set', 'id = $2'],
  ])('a session %s loses the id that its tokens contain', async (_, change) => {
    const [id = ''] = await createSessions(alice, 1);
    const values = change.includes('$2') ? [id, bob] : [id];
    await roles.auth.query(`update auth.session set ${change} where id = $1`, values);
    expect(await revocations([id])).toEqual(entries([id], 'RENAMED'));
    expect(await notified()).toEqual([id]);
  });

  test('a session that is extended keeps its id', async () => {
    const kept = await createSessions(alice, 1);
    await roles.auth.query(`update auth.session set expires_at = expires_at + interval '1 day', updated_at = now()`);
    expect(await sessionsOf(alice)).toEqual(kept);
    expect(await notified()).toEqual([]);
  });
});

describe('auth.session_revocation', () => {
  test('each insert deletes a limited number of outdated revocations, more than it adds', async () => {
    const outdated = `insert into auth.session_revocation (session_id, reason, expires_at)
      select gen_random_uuid(), 'ENDED', now() + $1::interval from generate_series(1, 250)`;
    await fixture.superuser.rows('delete from auth.session_revocation');
    await fixture.superuser.rows(outdated, ['-1 second']);
    await fixture.superuser.rows(outdated, ['1 minute']);
    const left = async () => (await fixture.superuser.rows('select from auth.session_revocation')).length;
    for (const expected of [250 + 250 - 102 + 1, 250 + 250 - 204 + 2, 250 + 3, 250 + 4]) {
      await createSessions(alice, 1);
      await roles.auth.query('delete from auth.session');
      expect(await left()).toBe(expected);
    }
  });

  test('every function and trigger of auth has a comment', async () => {
    const uncommented = await fixture.superuser.rows(`
      select proname as name from pg_proc where pronamespace = 'auth'::regnamespace and obj_description(oid, 'pg_proc') is null
      union all
      select tgname from pg_trigger where not tgisinternal and obj_description(oid, 'pg_trigger') is null`);
    expect(uncommented).toEqual([]);
  });

  // covers: DATA-04
  test('trigger functions are not SECURITY DEFINER, have an empty search_path, and PUBLIC cannot execute them', async () => {
    const unsafe = await fixture.superuser.rows(`
      select proname from pg_proc where pronamespace = 'auth'::regnamespace and prorettype = 'trigger'::regtype
        and (prosecdef or proconfig is null or not 'search_path=""' = any (proconfig)
          or has_function_privilege('public', oid, 'execute'))`);
    expect(unsafe).toEqual([]);
  });
});
