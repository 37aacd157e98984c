import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';

const there = setUpEmptyDatabase();
let listener: Client;
const roles: Record<'owner' | 'auth', Client> = {} as never;
let alice: string;
let bob: string;
let heard: string[];

beforeAll(async () => {
  for (const role of ['owner', 'auth'] as const) {
    roles[role] = new Client({ connectionString: there.database[role] });
    await roles[role].connect();
  }
  listener = new Client({ connectionString: there.database.api });
  await listener.connect();
  listener.on('notification', ({ payload = '' }) => heard.push(payload));
  await listener.query('listen session_revoked');
});
afterAll(async () => {
  for (const client of [...Object.values(roles), listener]) await client.end();
});
beforeEach(async () => {
  heard = [];
  await there.superuser.rows('delete from auth."user"');
  await notified();
  heard = [];
  [alice, bob] = [await there.superuser.insertUser(randomUUID()), await there.superuser.insertUser(randomUUID())];
});

/** Makes sessions of a user, in the order of their tokens. */
async function sessions(userId: string, count: number): Promise<string[]> {
  const insert = `insert into auth.session (token, expires_at, updated_at, user_id)
    select gen_random_uuid(), now() + interval '7 days', now(), $1 from generate_series(1, $2) returning id`;
  return (await roles.auth.query<{ id: string }>(insert, [userId, count])).rows.map(({ id }) => id);
}
const sessionsOf = async (userId: string) =>
  (await there.superuser.rows<{ id: string }>('select id from auth.session where user_id = $1', [userId])).map(
    ({ id }) => id,
  );

interface Revocation {
  readonly session_id: string;
  readonly reason: string;
}
const revocations = (ids: readonly string[]) =>
  there.superuser.rows<Revocation>(
    'select session_id, reason from auth.session_revocation where session_id = any ($1)',
    [ids],
  );
const entries = (ids: readonly string[], reason: string) =>
  expect.arrayContaining(ids.map((session_id) => ({ session_id, reason })));
/** Waits for everything that was notified so far: one's own word comes last. */
async function notified(): Promise<readonly string[]> {
  const last = randomUUID();
  await there.superuser.rows(`select pg_notify('session_revoked', $1)`, [last]);
  await vi.waitFor(() => expect(heard).toContain(last), { timeout: 5_000, interval: 2 });
  return heard.filter((payload) => payload !== last).toSorted();
}

/** Everything that ends sessions: as whom, and with which statement about Alice. */
const ENDINGS: readonly (readonly [string, keyof typeof roles, string])[] = [
  ['one by one', 'auth', 'delete from auth.session where user_id = $1'],
  ['by hand', 'owner', 'delete from auth.session where user_id = $1'],
  ['with their user', 'auth', 'delete from auth."user" where id = $1'],
  ['with their user, by hand', 'owner', 'delete from auth."user" where id = $1'],
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

describe('sessions that are deleted', () => {
  // covers: SESSION-01, US4.3
  test.each(ENDINGS)('%s are entered and told of, all of them and no other', async (_, role, statement) => {
    const [ended, kept] = [await sessions(alice, 3), await sessions(bob, 2)];
    await roles[role].query(statement, [alice]);
    expect(await revocations([...ended, ...kept])).toEqual(entries(ended, 'ENDED'));
    expect(await revocations(kept)).toEqual([]);
    expect(await notified()).toEqual(ended.toSorted());
  });

  test('by the thousand are entered and told of, every one', async () => {
    const ended = await sessions(alice, 3_000);
    await roles.auth.query('delete from auth.session where user_id = $1', [alice]);
    expect(await revocations(ended)).toHaveLength(3_000);
    expect(await notified()).toEqual(ended.toSorted());
  });

  test('at once with the table are too', async () => {
    const ended = [...(await sessions(alice, 2)), ...(await sessions(bob, 1))];
    await roles.owner.query('truncate auth.session');
    expect(await revocations(ended)).toHaveLength(3);
    expect(await notified()).toEqual(ended.toSorted());
  });

  test('and then not, because the transaction was taken back, are neither', async () => {
    const kept = await sessions(alice, 1);
    await roles.auth.query('begin');
    await roles.auth.query('delete from auth.session');
    await roles.auth.query('rollback');
    expect(await revocations(kept)).toEqual([]);
    expect(await notified()).toEqual([]);
  });

  test('stay entered for longer than any token can live', async () => {
    const [id = ''] = await sessions(alice, 1);
    await roles.auth.query('delete from auth.session');
    const [row] = await there.superuser.rows<{ hours: string }>(
      'select extract(epoch from expires_at - revoked_at) / 3600 as hours from auth.session_revocation where session_id = $1',
      [id],
    );
    expect(Number(row?.hours)).toBeCloseTo(25);
  });
});

describe('a new password', () => {
  const account = `insert into auth.account (account_id, provider_id, user_id, password, updated_at)
    values ($1, 'credential', $2, 'old', now())`;

  test.each(['owner', 'auth'] as const)('ends every session of its user, as %s', async (role) => {
    await there.superuser.rows(account, [alice, alice]);
    const [ended, kept] = [await sessions(alice, 2), await sessions(bob, 1)];
    await roles[role].query(`update auth.account set password = 'new' where user_id = $1`, [alice]);
    expect([await sessionsOf(alice), await sessionsOf(bob)]).toEqual([[], kept]);
    expect(await notified()).toEqual(ended.toSorted());
  });

  test('and a session that is made in the same moment take turns', async () => {
    await there.superuser.rows(account, [alice, alice]);
    await roles.owner.query('begin');
    await roles.owner.query(`update auth.account set password = 'new' where user_id = $1`, [alice]);
    await roles.auth.query(`set lock_timeout = '50ms'`);
    try {
      await expect(sessions(alice, 1)).rejects.toMatchObject({ code: '55P03' });
    } finally {
      await roles.owner.query('rollback');
      await roles.auth.query('reset lock_timeout');
    }
    await roles.auth.query('begin');
    const [made = ''] = await sessions(alice, 1);
    const change = roles.owner.query(`update auth.account set password = 'new' where user_id = $1`, [alice]);
    await roles.auth.query('commit');
    await change;
    expect(await notified()).toEqual([made]);
  });

  test('that is the old one, or another change of the account, ends none', async () => {
    await there.superuser.rows(account, [alice, alice]);
    const kept = await sessions(alice, 1);
    await roles.auth.query(`update auth.account set password = password, updated_at = now(), scope = 'x'`);
    expect(await sessionsOf(alice)).toEqual(kept);
    expect(await notified()).toEqual([]);
  });
});

describe('when what tokens say of a user changes', () => {
  const CHANGES: readonly (readonly [string, string])[] = [
    ['the role rises', `role = 'ADMIN'`],
    ['the address changes', `email = id || '@example.org'`],
    ['the address is no longer verified', 'email_verified = false'],
    ['all of it changes', `role = 'ADMIN', email = id || '@example.org', email_verified = false`],
  ];

  test.each(CHANGES)('%s: the sessions live on, under ids that no token has', async (_, change) => {
    const [renamed, kept] = [await sessions(alice, 2), await sessions(bob, 1)];
    const tokens = `select token from auth.session where user_id = $1 order by token`;
    const before = await there.superuser.rows(tokens, [alice]);
    for (const role of ['auth', 'owner'] as const) {
      const last = await sessionsOf(alice);
      await roles[role].query(`update auth."user" set ${change} where id = $1`, [alice]);
      // The second time nothing changes any more.
      if (role === 'owner') expect(await sessionsOf(alice)).toEqual(last);
    }
    expect(await there.superuser.rows(tokens, [alice])).toEqual(before);
    expect((await sessionsOf(alice)).filter((id) => renamed.includes(id))).toEqual([]);
    expect(await sessionsOf(bob)).toEqual(kept);
    expect(await revocations(renamed)).toEqual(entries(renamed, 'RENAMED'));
    expect(await notified()).toEqual(renamed.toSorted());
  });

  test('there and back again, no earlier id comes back', async () => {
    const [first = ''] = await sessions(alice, 1);
    for (const role of ['ADMIN', 'USER'])
      await roles.auth.query('update auth."user" set role = $2 where id = $1', [alice, role]);
    expect(await sessionsOf(alice)).not.toContain(first);
    expect(await notified()).toHaveLength(2);
  });

  test('and it is only what they do not say, the ids stay', async () => {
    const kept = await sessions(alice, 1);
    await roles.auth.query(`update auth."user" set name = 'Alice', image = 'x', updated_at = now()`);
    expect(await sessionsOf(alice)).toEqual(kept);
  });

  test('a session that is made meanwhile waits for the change, and is made after it', async () => {
    await roles.owner.query('begin');
    await roles.owner.query(`update auth."user" set role = 'ADMIN' where id = $1`, [alice]);
    await roles.auth.query(`set lock_timeout = '50ms'`);
    try {
      await expect(sessions(alice, 1)).rejects.toMatchObject({ code: '55P03' });
      await sessions(bob, 1);
    } finally {
      await roles.owner.query('rollback');
      await roles.auth.query('reset lock_timeout');
    }
    expect(await sessions(alice, 1)).toHaveLength(1);
  });
});

describe('a session', () => {
  test.each([
    ['that will end earlier', `expires_at = expires_at - interval '1 second'`],
    ['that is given to another user', 'user_id = $2'],
    ['that is given an id', 'id = $2'],
  ])('%s loses the id that its tokens have', async (_, change) => {
    const [id = ''] = await sessions(alice, 1);
    const values = change.includes('$2') ? [id, bob] : [id];
    await roles.auth.query(`update auth.session set ${change} where id = $1`, values);
    expect(await revocations([id])).toEqual(entries([id], 'RENAMED'));
    expect(await notified()).toEqual([id]);
  });

  test('that is prolonged keeps it', async () => {
    const kept = await sessions(alice, 1);
    await roles.auth.query(`update auth.session set expires_at = expires_at + interval '1 day', updated_at = now()`);
    expect(await sessionsOf(alice)).toEqual(kept);
    expect(await notified()).toEqual([]);
  });
});

describe('the table', () => {
  test('is rid of what is outdated as it is written, faster than it grows, and never of more', async () => {
    const outdated = `insert into auth.session_revocation (session_id, reason, expires_at)
      select gen_random_uuid(), 'ENDED', now() + $1::interval from generate_series(1, 250)`;
    await there.superuser.rows('delete from auth.session_revocation');
    await there.superuser.rows(outdated, ['-1 second']);
    await there.superuser.rows(outdated, ['1 minute']);
    const left = async () => (await there.superuser.rows('select from auth.session_revocation')).length;
    for (const expected of [250 + 250 - 102 + 1, 250 + 250 - 204 + 2, 250 + 3, 250 + 4]) {
      await sessions(alice, 1);
      await roles.auth.query('delete from auth.session');
      expect(await left()).toBe(expected);
    }
  });

  test('says what each of its functions and triggers is for', async () => {
    const silent = await there.superuser.rows(`
      select proname as name from pg_proc where pronamespace = 'auth'::regnamespace and obj_description(oid, 'pg_proc') is null
      union all
      select tgname from pg_trigger where not tgisinternal and obj_description(oid, 'pg_trigger') is null`);
    expect(silent).toEqual([]);
  });

  // covers: DATA-04
  test('is written by functions that work with nobody else’s rights and look nowhere but where they say', async () => {
    const loose = await there.superuser.rows(`
      select proname from pg_proc where pronamespace = 'auth'::regnamespace and prorettype = 'trigger'::regtype
        and (prosecdef or proconfig is null or not 'search_path=""' = any (proconfig)
          or has_function_privilege('public', oid, 'execute'))`);
    expect(loose).toEqual([]);
  });
});
