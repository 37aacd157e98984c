import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { setUpEmptyDatabase } from '../../test/support/test-database.ts';
import { log } from '../log.ts';
import { createAuthPool } from './auth-pool.ts';
import { removeOld, RETENTION_LOCK, RETENTIONS, startRetention } from './retention.ts';

const fixture = setUpEmptyDatabase();
let pool: Pool;
let userId: string;

beforeAll(async () => {
  pool = createAuthPool(fixture.database.auth);
  userId = await fixture.superuser.insertUser('kept');
});
afterAll(() => pool.end());
beforeEach(async () => {
  for (const table of Object.values(TABLES)) await fixture.superuser.rows(`delete from ${table}`);
  await fixture.superuser.rows('delete from auth.session_revocation');
});

/** The table of each retention. */
const TABLES = {
  session: 'auth.session',
  session_revocation: 'auth.session_revocation',
  verification: 'auth.verification',
  rate_limit: 'auth.rate_limit',
  mail_outbox: 'auth.mail_outbox',
  'deleted task': 'app.task',
  auth_event: 'auth.auth_event',
} as const;

/** Inserts $2 rows of the age $1: since they expired, were last counted, or happened. */
const ADD: Readonly<Record<keyof typeof TABLES, string>> = {
  session: `insert into auth.session (token, updated_at, user_id, expires_at)
    select gen_random_uuid(), now(), '$user', now() - $1::interval from generate_series(1, $2)`,
  session_revocation: `insert into auth.session_revocation (session_id, reason, expires_at)
    select gen_random_uuid(), 'ENDED', now() - $1::interval from generate_series(1, $2)`,
  verification: `insert into auth.verification (identifier, value, expires_at)
    select 'x', 'y', now() - $1::interval from generate_series(1, $2)`,
  rate_limit: `insert into auth.rate_limit (key, count, last_request)
    select gen_random_uuid(), 1, extract(epoch from now() - $1::interval) * 1000 from generate_series(1, $2)`,
  mail_outbox: `insert into auth.mail_outbox (kind, address, created_at)
    select 'RESET_PASSWORD', 'a@example.com', now() - $1::interval from generate_series(1, $2)`,
  'deleted task': `insert into app.task (user_id, id, title, deleted_at)
    select '$user', gen_random_uuid(), 't', now() - $1::interval from generate_series(1, $2)`,
  auth_event: `insert into auth.auth_event (kind, outcome, created_at)
    select 'SIGN_IN', 'FAILED', now() - $1::interval from generate_series(1, $2)`,
};
const add = (table: keyof typeof TABLES, age: string, count: number) =>
  fixture.superuser.rows(ADD[table].replace('$user', userId), [age, count]);
const count = async (table: keyof typeof TABLES) =>
  (await fixture.superuser.rows(`select from ${TABLES[table]}`)).length;

// covers: ACCOUNT-19
test('each table that grows with use has a retention', () => {
  expect(RETENTIONS.map(({ name }) => name).toSorted()).toEqual(Object.keys(TABLES).toSorted());
});

describe.each([
  ['session', '61 minutes', '59 minutes'],
  ['session_revocation', '1 second', '-1 minute'],
  ['verification', '25 hours', '23 hours'],
  ['rate_limit', '121 minutes', '61 minutes'],
  ['mail_outbox', '31 days', '29 days'],
  ['deleted task', '31 days', '29 days'],
  ['auth_event', '401 days', '399 days'],
] as const)('of %s', (table, old, young) => {
  test(`removeOld removes rows of ${table} older than the limit in batches, and keeps those of ${young}`, async () => {
    await add(table, old, 25);
    await add(table, young, 5);
    expect(await removeOld(pool, { batch: 10 })).toMatchObject({ removed: { [table]: 25 }, heldElsewhere: false });
    expect(await count(table)).toBe(5);
    expect(await removeOld(pool, { batch: 10 })).toMatchObject({ removed: { [table]: 0 } });
  });

  test(`a run stops at its time limit, and the next one removes the rest of ${table}`, async () => {
    await add(table, old, 25);
    expect((await removeOld(pool, { batch: 10, runTime: 0 })).removed[table]).toBe(0);
    expect((await removeOld(pool, { batch: 10 })).removed[table]).toBe(25);
  });

  test(`four concurrent runs remove each row of ${table} once`, async () => {
    await add(table, old, 2_000);
    const runs = await Promise.all(Array.from({ length: 4 }, () => removeOld(pool, { batch: 100 })));
    expect(runs.reduce((sum, run) => sum + (run.removed[table] ?? 0), 0)).toBe(2_000);
    expect(await count(table)).toBe(0);
  });

  test(`a run skips a row of ${table} that another transaction has locked, and the next removes it`, async () => {
    if (table === 'auth_event') return expect(RETENTIONS.at(-1)?.text).toContain('remove_old_events');
    await add(table, old, 2);
    await fixture.superuser.rows('begin');
    try {
      await fixture.superuser.rows(`select from ${TABLES[table]} limit 1 for update`);
      expect(await removeOld(pool)).toMatchObject({ removed: { [table]: 1 } });
    } finally {
      await fixture.superuser.rows('rollback');
    }
    expect(await removeOld(pool)).toMatchObject({ removed: { [table]: 1 } });
  });
});

/**
 * Returns a pool behind a pooler in transaction mode (PgBouncer's `pool_mode = transaction`): each transaction of a
 * client runs in another database session than the one before.
 */
async function behindTransactionPooler(): Promise<Pick<Pool, 'connect'>> {
  const sessions = await Promise.all([1, 2, 3].map(() => pool.connect()));
  onTestFinished(() => sessions.forEach((session) => session.release(true)));
  let current = 0;
  let isOpen = false;
  const query = (text: string, values?: unknown[]) => {
    if (!isOpen) current = (current + 1) % sessions.length;
    if (/^begin/i.test(text)) isOpen = true;
    if (/^(commit|rollback)/i.test(text)) isOpen = false;
    return sessions[current]?.query(text, values);
  };
  return { connect: () => Promise.resolve({ query, release: () => {} }) } as unknown as Pick<Pool, 'connect'>;
}

// covers: LIVE-08
test.each([
  ['session_revocation', 'expires_at', 25, '1 hour'],
  ['auth_event', 'created_at', 20, '20 days'],
] as const)(
  '%s has as many rows after two lifetimes of constant use as after one',
  async (table, column, lifetime, unit) => {
    const counts: number[] = [];
    for (let time = 0; time < 2 * lifetime; time++) {
      // Time passes: every row becomes a unit older.
      await fixture.superuser.rows(`update auth.${table} set ${column} = ${column} - interval '${unit}'`);
      await add(table, table === 'auth_event' ? '0 hours' : `-${lifetime} hours`, 10);
      if (time % lifetime === lifetime - 1) {
        await removeOld(pool);
        counts.push(await count(table));
      }
    }
    expect(counts).toEqual([10 * lifetime, 10 * lifetime]);
  },
);

// covers: ACCOUNT-19
test('behind a transaction pooler every run removes rows and releases the lock', async () => {
  const pooled = await behindTransactionPooler();
  for (const run of [1, 2, 3, 4]) {
    await add('verification', '3 days', 25);
    const { removed, heldElsewhere } = await removeOld(pooled, { batch: 10 });
    expect([run, removed['verification'], heldElsewhere]).toEqual([run, 25, false]);
    expect(await fixture.superuser.rows(`select from pg_locks where locktype = 'advisory'`)).toEqual([]);
  }
});

test('removeOld removes no rows while another session holds the lock', async () => {
  await add('verification', '3 days', 1);
  await fixture.superuser.rows('begin');
  try {
    await fixture.superuser.rows('select pg_advisory_xact_lock($1)', [RETENTION_LOCK]);
    expect(await removeOld(pool)).toEqual({ removed: { session: 0 }, heldElsewhere: true });
  } finally {
    await fixture.superuser.rows('rollback');
  }
  expect(await removeOld(pool)).toMatchObject({ removed: { verification: 1 }, heldElsewhere: false });
});

test('deleting a session adds a revocation only if it expired less than an hour ago', async () => {
  await add('session', '2 hours', 3);
  await removeOld(pool);
  expect(await count('session_revocation')).toBe(0);
  await add('session', '1 minute', 2);
  await pool.query('delete from session');
  expect(await count('session_revocation')).toBe(2);
});

describe('remove_deleted_tasks', () => {
  // covers: TASKAPI-03
  test.each(['29 days', '0', '-400 days', '1 month', '-infinity', null])(
    'remove_deleted_tasks removes no task that was deleted less than 30 days ago at the age %j, for either role',
    async (age) => {
      await add('deleted task', '29 days', 2);
      for (const url of [fixture.database.auth, fixture.database.owner]) {
        const caller = createAuthPool(url);
        onTestFinished(() => caller.end());
        await caller.query('select auth.remove_deleted_tasks($1, 10)', [age]).catch((error: unknown) => {
          // `-infinity` cannot be subtracted: nothing is removed either.
          expect(error).toMatchObject({ code: '22008' });
        });
      }
      expect(await count('deleted task')).toBe(2);
    },
  );

  // covers: TASKAPI-03
  test('removeOld removes a deleted task with its steps, and no task that is not deleted, however old', async () => {
    const kept = await fixture.superuser.insertTask(userId);
    const deleted = await fixture.superuser.insertTask(userId);
    for (const task of [kept, deleted]) await fixture.superuser.insertStep(userId, task);
    await fixture.superuser.rows(`update app.task set created_at = '2020-01-01', updated_at = '2020-01-01'`);
    await fixture.superuser.rows(`update app.task set deleted_at = now() - interval '31 days' where id = $1`, [
      deleted,
    ]);
    expect(await removeOld(pool)).toMatchObject({ removed: { 'deleted task': 1 } });
    expect(await fixture.superuser.rows('select task_id from app.step')).toEqual([{ task_id: kept }]);
  });

  test('remove_deleted_tasks cannot be called by the API’s role', async () => {
    const api = createAuthPool(fixture.database.api);
    onTestFinished(() => api.end());
    await expect(api.query(`select auth.remove_deleted_tasks('30 days', 10)`)).rejects.toMatchObject({ code: '42501' });
  });

  test('the web app’s role has no access to tasks', async () => {
    await expect(pool.query('select from app.task')).rejects.toMatchObject({ code: '42501' });
  });
});

describe('remove_old_events', () => {
  // covers: ACCOUNT-17
  test.each(['89 days', '0', '-400 days', '1 month', '-infinity', null])(
    'remove_old_events removes no event younger than 90 days at the age %j, for either role',
    async (age) => {
      await add('auth_event', '89 days', 2);
      for (const url of [fixture.database.auth, fixture.database.owner]) {
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

  // PostgreSQL compares intervals as if a month had 30 days and a day 24 hours, but subtracts them by the calendar of the
  // session's time zone: one interval can be over 90 days in a comparison, and negative in a subtraction.
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
  // In the last one, which a client can set like any other, clocks were set back by 320 hours a month and a half ago.
  const dayOfYear = (daysAgo: number) => {
    const date = new Date(Date.now() - daysAgo * 86_400_000);
    return 1 + (Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / 86_400_000) % 365);
  };
  const setBack = `A-160B160,J${dayOfYear(200)},J${dayOfYear(45)}`;
  const timeZone = fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Sydney', setBack);

  // covers: ACCOUNT-17
  test.each(['auth', 'owner'] as const)(
    'remove_old_events removes no event younger than 90 days at ages of mixed signs and units, in any time zone, for the role %s',
    async (role) => {
      const caller = createAuthPool(fixture.database[role]);
      try {
        await fc.assert(
          fc.asyncProperty(fc.oneof(mixedSigns, extremes), timeZone, async (age, zone) => {
            if ((await count('auth_event')) < 2) await add('auth_event', '2159 hours 55 minutes', 2);
            const client = await caller.connect();
            try {
              await client.query(`select set_config('timezone', $1, false)`, [zone]);
              await client.query('select auth.remove_old_events($1, 10)', [age]).catch((error: unknown) => {
                // The age is out of the range of timestamps: nothing is removed.
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
  ])('remove_old_events at the age %s removes the events of %j days ago', async (age, removed) => {
    const ages = [89, 91, 92, 399, 401, 500];
    for (const days of ages) await add('auth_event', `${days} days`, 1);
    await pool.query('select remove_old_events($1, 10)', [age]);
    const left = await fixture.superuser.rows<{ days: number }>(
      'select round(extract(epoch from now() - created_at) / 86400)::integer as days from auth.auth_event order by 1',
    );
    expect(left.map(({ days }) => days)).toEqual(ages.filter((days) => !removed.includes(days)));
  });

  test('remove_old_events cannot be called by the API’s role', async () => {
    const api = createAuthPool(fixture.database.api);
    try {
      await expect(api.query(`select auth.remove_old_events('400 days', 10)`)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await api.end();
    }
  });

  // covers: ACCOUNT-17
  test('remove_old_events ignores the caller’s search_path', async () => {
    await add('auth_event', '500 days', 1);
    await fixture.superuser.rows('create schema decoy; create table decoy.auth_event as select * from auth.auth_event');
    await fixture.superuser.rows('grant usage on schema decoy to public; grant all on decoy.auth_event to public');
    const client = await pool.connect();
    try {
      await client.query('set search_path = decoy, pg_temp, auth');
      await client.query(`select auth.remove_old_events('400 days', 10)`);
    } finally {
      client.release(true);
    }
    expect([await count('auth_event'), (await fixture.superuser.rows('select from decoy.auth_event')).length]).toEqual([
      0, 1,
    ]);
  });
});

describe('startRetention', () => {
  test('startRetention runs at once and after each interval, until it is stopped', async () => {
    await add('verification', '3 days', 1);
    const stop = startRetention(pool, { interval: 20 });
    await expect.poll(() => count('verification')).toBe(0);
    await add('verification', '3 days', 1);
    await expect.poll(() => count('verification')).toBe(0);
    await stop();
    await add('verification', '3 days', 1);
    expect(await count('verification')).toBe(1);
  });

  test('startRetention continues after the database was unavailable', async () => {
    const warn = vi.spyOn(log, 'warn').mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    let calls = 0;
    const flaky: Pick<Pool, 'connect'> = Object.create(pool, {
      connect: { value: () => ((calls += 1) === 1 ? Promise.reject(new Error('unavailable')) : pool.connect()) },
    }) as Pool;
    await add('verification', '3 days', 1);
    const stop = startRetention(flaky, { interval: 5 });
    await expect.poll(() => count('verification')).toBe(0);
    await stop();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test('startRetention warns at every sixth consecutive run that finds the lock held', async () => {
    const warn = vi.spyOn(log, 'warn').mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    let runs = 0;
    const database: Pick<Pool, 'connect'> = Object.create(pool, {
      connect: {
        async value() {
          runs += 1;
          await fixture.superuser.rows('rollback');
          await fixture.superuser.rows('begin');
          if (runs !== 6 && runs <= 18)
            await fixture.superuser.rows('select pg_advisory_xact_lock($1)', [RETENTION_LOCK]);
          return pool.connect();
        },
      },
    }) as Pool;
    const stop = startRetention(database, { interval: 1 });
    await vi.waitUntil(() => runs > 20);
    await stop();
    await fixture.superuser.rows('rollback');
    expect(warn.mock.calls.map(([fields]) => fields)).toEqual([{ skippedRuns: 6 }, { skippedRuns: 12 }]);
  });
});
