import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { setUpEmptyDatabase } from '../../test/support/test-database.ts';
import { log } from '../log.ts';
import { createAuthPool } from './auth-pool.ts';
import { removeOld, RETENTION_LOCK, RETENTIONS, startRetention } from './retention.ts';

const there = setUpEmptyDatabase();
let pool: Pool;
let userId: string;

beforeAll(async () => {
  pool = createAuthPool(there.database.auth);
  userId = await there.superuser.insertUser('kept');
});
afterAll(() => pool.end());
beforeEach(async () => {
  for (const table of TABLES) await there.superuser.rows(`delete from auth.${table}`);
  await there.superuser.rows('delete from auth.session_revocation');
});

const TABLES = ['session', 'session_revocation', 'verification', 'rate_limit', 'auth_event'] as const;

/** Adds rows that are so old: since they expired, were last counted, or happened. */
const ADD: Readonly<Record<(typeof TABLES)[number], string>> = {
  session: `insert into auth.session (token, updated_at, user_id, expires_at)
    select gen_random_uuid(), now(), '$user', now() - $1::interval from generate_series(1, $2)`,
  session_revocation: `insert into auth.session_revocation (session_id, reason, expires_at)
    select gen_random_uuid(), 'ENDED', now() - $1::interval from generate_series(1, $2)`,
  verification: `insert into auth.verification (identifier, value, expires_at)
    select 'x', 'y', now() - $1::interval from generate_series(1, $2)`,
  rate_limit: `insert into auth.rate_limit (key, count, last_request)
    select gen_random_uuid(), 1, extract(epoch from now() - $1::interval) * 1000 from generate_series(1, $2)`,
  auth_event: `insert into auth.auth_event (kind, outcome, created_at)
    select 'SIGN_IN', 'FAILED', now() - $1::interval from generate_series(1, $2)`,
};
const add = (table: (typeof TABLES)[number], age: string, count: number) =>
  there.superuser.rows(ADD[table].replace('$user', userId), [age, count]);
const count = async (table: string) => (await there.superuser.rows(`select from auth.${table}`)).length;

// covers: ACCOUNT-19
test('each table that grows by itself has a retention', () => {
  expect(RETENTIONS.map(({ name }) => name).toSorted()).toEqual(TABLES.toSorted());
});

describe.each([
  ['session', '61 minutes', '59 minutes'],
  ['session_revocation', '1 second', '-1 minute'],
  ['verification', '25 hours', '23 hours'],
  ['rate_limit', '25 hours', '23 hours'],
  ['auth_event', '401 days', '399 days'],
] as const)('of %s', (table, old, young) => {
  test(`what is older than ${young} goes, in batches, and nothing else`, async () => {
    await add(table, old, 25);
    await add(table, young, 5);
    expect(await removeOld(pool, { batch: 10 })).toMatchObject({ removed: { [table]: 25 }, heldElsewhere: false });
    expect(await count(table)).toBe(5);
    expect(await removeOld(pool, { batch: 10 })).toMatchObject({ removed: { [table]: 0 } });
  });

  test('a run that has no time left stops after a batch, and the next goes on', async () => {
    await add(table, old, 25);
    expect((await removeOld(pool, { batch: 10, runTime: 0 })).removed[table]).toBe(0);
    expect((await removeOld(pool, { batch: 10 })).removed[table]).toBe(25);
  });

  test('two processes at once remove it once', async () => {
    await add(table, old, 2_000);
    const runs = await Promise.all(Array.from({ length: 4 }, () => removeOld(pool, { batch: 100 })));
    expect(runs.reduce((sum, run) => sum + (run.removed[table] ?? 0), 0)).toBe(2_000);
    expect(await count(table)).toBe(0);
  });

  test('a row that somebody works with is passed over, and waits for the next run', async () => {
    if (table === 'auth_event') return expect(RETENTIONS.at(-1)?.text).toContain('remove_old_events');
    await add(table, old, 2);
    await there.superuser.rows('begin');
    try {
      await there.superuser.rows(`select from auth.${table} limit 1 for update`);
      expect(await removeOld(pool)).toMatchObject({ removed: { [table]: 1 } });
    } finally {
      await there.superuser.rows('rollback');
    }
    expect(await removeOld(pool)).toMatchObject({ removed: { [table]: 1 } });
  });
});

/**
 * A pool behind a pooler in transaction mode (PgBouncer's `pool_mode = transaction`): each transaction of a client runs
 * in another session of the database than the one before.
 */
async function behindTransactionPooler(): Promise<Pick<Pool, 'connect'>> {
  const sessions = await Promise.all([1, 2, 3].map(() => pool.connect()));
  onTestFinished(() => sessions.forEach((session) => session.release(true)));
  let turn = 0;
  let isOpen = false;
  const query = (text: string, values?: unknown[]) => {
    if (!isOpen) turn = (turn + 1) % sessions.length;
    if (/^begin/i.test(text)) isOpen = true;
    if (/^(commit|rollback)/i.test(text)) isOpen = false;
    return sessions[turn]?.query(text, values);
  };
  return { connect: () => Promise.resolve({ query, release: () => {} }) } as unknown as Pick<Pool, 'connect'>;
}

// covers: ACCOUNT-19
test('behind a transaction pooler rows are removed run after run, and no lock stays', async () => {
  const pooled = await behindTransactionPooler();
  for (const run of [1, 2, 3, 4]) {
    await add('verification', '3 days', 25);
    const { removed, heldElsewhere } = await removeOld(pooled, { batch: 10 });
    expect([run, removed['verification'], heldElsewhere]).toEqual([run, 25, false]);
    expect(await there.superuser.rows(`select from pg_locks where locktype = 'advisory'`)).toEqual([]);
  }
});

test('while another session holds the lock nothing is removed', async () => {
  await add('verification', '3 days', 1);
  await there.superuser.rows('begin');
  try {
    await there.superuser.rows('select pg_advisory_xact_lock($1)', [RETENTION_LOCK]);
    expect(await removeOld(pool)).toEqual({ removed: { session: 0 }, heldElsewhere: true });
  } finally {
    await there.superuser.rows('rollback');
  }
  expect(await removeOld(pool)).toMatchObject({ removed: { verification: 1 }, heldElsewhere: false });
});

test('a session that has long expired needs no revocation, and one that expired a moment ago has one', async () => {
  await add('session', '2 hours', 3);
  await removeOld(pool);
  expect(await count('session_revocation')).toBe(0);
  await add('session', '1 minute', 2);
  await pool.query('delete from session');
  expect(await count('session_revocation')).toBe(2);
});

describe('the function that removes old events', () => {
  // covers: ACCOUNT-17
  test.each(['89 days', '0', '-400 days', '1 month', '-infinity', null])(
    'removes nothing that is younger than 90 days at the age %j, whoever asks',
    async (age) => {
      await add('auth_event', '89 days', 2);
      for (const url of [there.database.auth, there.database.owner]) {
        const caller = createAuthPool(url);
        try {
          await caller.query('select remove_old_events($1, 10)', [age]);
        } finally {
          await caller.end();
        }
      }
      expect(await count('auth_event')).toBe(2);
    },
  );

  // PostgreSQL compares intervals as if a month had 30 days and a day 24 hours, and subtracts by the calendar of the
  // session's time zone: an age can be over 90 days to the one and in the future to the other.
  const mixedSigns = fc
    .record({
      months: fc.integer({ min: -3_000, max: 3_000 }),
      days: fc.integer({ min: -400, max: 400 }),
      hours: fc.integer({ min: -20_000, max: 20_000 }),
    })
    .map(({ months, days, hours }) => `${months} months ${days - 30 * months} days ${hours} hours`);
  const extremes = fc.constantFrom(
    '-1200 months 36091 days',
    '1200 months -36000 days',
    'infinity',
    '-infinity',
    '178000000 years',
    '-178000000 years',
    '2147483647 days -2147483640 hours',
    '90 days -1 microsecond',
    null,
  );
  // In the last, which a client may set as any other, the clocks were turned back by 320 hours a month and a half ago.
  const dayOfYear = (daysAgo: number) => {
    const date = new Date(Date.now() - daysAgo * 86_400_000);
    return 1 + (Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / 86_400_000) % 365);
  };
  const turnedBack = `A-160B160,J${dayOfYear(200)},J${dayOfYear(45)}`;
  const timeZone = fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Sydney', turnedBack);

  // covers: ACCOUNT-17
  test.each(['auth', 'owner'] as const)(
    'removes nothing that is younger than 90 days at ages of mixed signs and units, in any time zone, for the role %s',
    async (role) => {
      const caller = createAuthPool(there.database[role]);
      try {
        await fc.assert(
          fc.asyncProperty(fc.oneof(mixedSigns, extremes), timeZone, async (age, zone) => {
            if ((await count('auth_event')) < 2) await add('auth_event', '2159 hours 55 minutes', 2);
            const client = await caller.connect();
            try {
              await client.query(`select set_config('timezone', $1, false)`, [zone]);
              await client.query('select auth.remove_old_events($1, 10)', [age]).catch((error: unknown) => {
                // An age that no timestamp can have: nothing is removed.
                expect(error).toMatchObject({ code: '22008' });
              });
            } finally {
              client.release();
            }
            expect(await count('auth_event')).toBe(2);
          }),
          { numRuns: 300 },
        );
      } finally {
        await caller.end();
      }
    },
  );

  test.each([
    ['400 days', [401, 500]],
    ['91 days 12 hours', [92, 399, 401, 500]],
    ['0', [91, 92, 399, 401, 500]],
    ['-1200 months 36091 days', [91, 92, 399, 401, 500]],
    ['infinity', []],
  ])('at the age %s removes the entries of %j days ago', async (age, removed) => {
    const ages = [89, 91, 92, 399, 401, 500];
    for (const days of ages) await add('auth_event', `${days} days`, 1);
    await pool.query('select remove_old_events($1, 10)', [age]);
    const left = await there.superuser.rows<{ days: number }>(
      'select round(extract(epoch from now() - created_at) / 86400)::integer as days from auth.auth_event order by 1',
    );
    expect(left.map(({ days }) => days)).toEqual(ages.filter((days) => !removed.includes(days)));
  });

  test('is not called by the API', async () => {
    const api = createAuthPool(there.database.api);
    try {
      await expect(api.query(`select auth.remove_old_events('400 days', 10)`)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await api.end();
    }
  });

  // covers: ACCOUNT-17
  test('looks for its table nowhere but in its own schema', async () => {
    await add('auth_event', '500 days', 1);
    await there.superuser.rows('create schema decoy; create table decoy.auth_event as select * from auth.auth_event');
    await there.superuser.rows('grant usage on schema decoy to public; grant all on decoy.auth_event to public');
    const client = await pool.connect();
    try {
      await client.query('set search_path = decoy, pg_temp, auth');
      await client.query(`select auth.remove_old_events('400 days', 10)`);
    } finally {
      client.release(true);
    }
    expect([await count('auth_event'), (await there.superuser.rows('select from decoy.auth_event')).length]).toEqual([
      0, 1,
    ]);
  });
});

describe('the retention of a process', () => {
  test('runs at once and then again, and stops when told', async () => {
    await add('verification', '3 days', 1);
    const stop = startRetention(pool, { interval: 20 });
    await expect.poll(() => count('verification')).toBe(0);
    await add('verification', '3 days', 1);
    await expect.poll(() => count('verification')).toBe(0);
    await stop();
    await add('verification', '3 days', 1);
    expect(await count('verification')).toBe(1);
  });

  test('goes on after the database was away', async () => {
    const warn = vi.spyOn(log, 'warn').mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    let calls = 0;
    const flaky: Pick<Pool, 'connect'> = Object.create(pool, {
      connect: { value: () => ((calls += 1) === 1 ? Promise.reject(new Error('away')) : pool.connect()) },
    }) as Pool;
    await add('verification', '3 days', 1);
    const stop = startRetention(flaky, { interval: 5 });
    await expect.poll(() => count('verification')).toBe(0);
    await stop();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test('warns at every sixth run in a row for which another session holds the lock', async () => {
    const warn = vi.spyOn(log, 'warn').mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    let runs = 0;
    const database: Pick<Pool, 'connect'> = Object.create(pool, {
      connect: {
        async value() {
          runs += 1;
          await there.superuser.rows('rollback');
          await there.superuser.rows('begin');
          if (runs !== 6 && runs <= 18)
            await there.superuser.rows('select pg_advisory_xact_lock($1)', [RETENTION_LOCK]);
          return pool.connect();
        },
      },
    }) as Pool;
    const stop = startRetention(database, { interval: 1 });
    await vi.waitUntil(() => runs > 20);
    await stop();
    await there.superuser.rows('rollback');
    expect(warn.mock.calls.map(([fields]) => fields)).toEqual([{ skippedRuns: 6 }, { skippedRuns: 12 }]);
  });
});
