import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setUpEmptyDatabase } from '../../test/support/test-database.ts';
import { createAuthPool } from './auth-pool.ts';
import { createAttemptCounter, createRateLimiter, type RateLimit, type TakeAttempt } from './rate-limit.ts';

const fixture = setUpEmptyDatabase();
const MINUTE: RateLimit = { most: 200, window: 60_000 };
let pools: Pool[];
/** The limiters of three processes. */
let limiters: readonly [TakeAttempt, TakeAttempt, TakeAttempt];

beforeAll(() => {
  const process = () => {
    const pool = createAuthPool(fixture.database.auth);
    pools.push(pool);
    return createRateLimiter(createAttemptCounter(pool));
  };
  pools = [];
  limiters = [process(), process(), process()];
});
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

/** Lets time pass for a key, in milliseconds. */
const elapse = (key: string, milliseconds: number) =>
  fixture.superuser.rows(
    'update auth.rate_limit set hits = array(select hit - $2 from unnest(hits) hit) where key = $1',
    [key, milliseconds],
  );
const burst = async (key: string, count: number, limit = MINUTE, take = limiters[0]) => {
  const answers = await Promise.all(Array.from({ length: count }, () => take(key, limit)));
  return {
    admitted: answers.filter((answer) => answer === null).length,
    rejected: answers.filter((each) => each !== null),
  };
};

test('the rate limiter admits `most` concurrent attempts, and returns the seconds to wait to the others', async () => {
  const { admitted, rejected } = await burst('burst', 250);
  expect(admitted).toBe(200);
  for (const seconds of rejected) {
    expect(seconds).toBeGreaterThanOrEqual(55);
    expect(seconds).toBeLessThanOrEqual(60);
  }
});

test('the rate limiter admits `most` of the concurrent attempts of three processes', async () => {
  const answers = await Promise.all(limiters.map((take) => burst('processes', 150, MINUTE, take)));
  expect(answers.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(200);
});

test('the rate limiter counts each key separately', async () => {
  await burst('one', 200);
  expect((await burst('other', 1)).admitted).toBe(1);
  expect((await burst('one', 1)).admitted).toBe(0);
});

describe('the window', () => {
  // covers: ACCOUNT-03
  test('the window slides: a steady rate below the limit is never rejected', async () => {
    // 180 a minute for ten minutes. A counter that restarts only after a window without attempts would reject from the
    // second minute on.
    for (let tenSeconds = 0; tenSeconds < 60; tenSeconds++) {
      expect(await burst('steady', 30), `after ${tenSeconds * 10} s`).toMatchObject({ admitted: 30 });
      await elapse('steady', 10_000);
    }
  });

  // covers: ACCOUNT-03
  test('no window of a minute admits more than the limit', async () => {
    for (const gap of [1_000, 15_000, 30_000, 59_000]) {
      const key = `seam ${gap}`;
      expect((await burst(key, 200)).admitted).toBe(200);
      await elapse(key, gap);
      expect((await burst(key, 200)).admitted, `${gap} ms later`).toBe(0);
    }
  });

  test('an attempt counts until it has left the window', async () => {
    await burst('leaving', 120);
    await elapse('leaving', 40_000);
    await burst('leaving', 80);
    await elapse('leaving', 20_001);
    expect((await burst('leaving', 200)).admitted).toBe(120);
  });

  test('the rate limiter admits attempts after the returned wait, which rejected attempts do not prolong', async () => {
    await burst('waiting', 200);
    for (let again = 0; again < 5; again++) {
      await elapse('waiting', 10_000);
      expect((await burst('waiting', 100)).admitted).toBe(0);
    }
    const [wait = 0] = (await burst('waiting', 1)).rejected;
    expect(wait).toBeLessThanOrEqual(10);
    await elapse('waiting', (wait ?? 0) * 1_000);
    expect((await burst('waiting', 200)).admitted).toBe(200);
  });

  test('the window can have another length: ten attempts an hour', async () => {
    const hour = { most: 10, window: 3_600_000 };
    expect((await burst('hour', 12, hour)).admitted).toBe(10);
    await elapse('hour', 3_500_000);
    const [wait] = (await burst('hour', 1, hour)).rejected;
    expect(wait).toBeLessThanOrEqual(100);
    await elapse('hour', 100_000);
    expect((await burst('hour', 1, hour)).admitted).toBe(1);
  });
});

describe('a clock that is set back', () => {
  // By a millisecond, less than a window, a window, days; with a part of the limit used, or all of it.
  const setBack = fc.oneof(
    fc.integer({ min: 1, max: 60_000 }),
    fc.integer({ min: 60_000, max: 864_000_000 }),
    fc.constantFrom(1, 59_999, 60_000, 60_001, 3_600_000),
  );
  let keys = 0;

  // covers: ACCOUNT-03
  test('after the clock was set back no wait is longer than a window, and the limit holds', async () => {
    await fc.assert(
      fc.asyncProperty(setBack, fc.integer({ min: 0, max: 200 }), async (milliseconds, used) => {
        const key = `set back ${(keys += 1)}`;
        await burst(key, used);
        await elapse(key, -milliseconds);
        const { admitted, rejected } = await burst(key, 201);
        expect(admitted).toBe(200 - used);
        for (const seconds of rejected) expect(seconds).toBeLessThanOrEqual(60);
        await elapse(key, 50_000);
        const later = await burst(key, 1);
        expect(later.admitted).toBe(0);
        expect(later.rejected[0]).toBeLessThanOrEqual(10);
        await elapse(key, 10_000);
        expect((await burst(key, 201)).admitted).toBe(200);
      }),
      { numRuns: 60 },
    );
  });

  test('after the clock was set back rejected attempts do not prolong the wait', async () => {
    await burst('noted', 200);
    await elapse('noted', -3_600_000);
    for (let tenSeconds = 0; tenSeconds < 6; tenSeconds++) {
      const { admitted, rejected } = await burst('noted', 1);
      expect(admitted).toBe(0);
      expect(rejected[0]).toBeLessThanOrEqual(60 - 10 * tenSeconds);
      await elapse('noted', 10_000);
    }
    expect((await burst('noted', 1)).admitted).toBe(1);
  });
});

test('a flood of one key runs one statement at a time, and two in total', async () => {
  const [pool] = pools as [Pool];
  let running = 0;
  let most = 0;
  let statements = 0;
  const counting: Pick<Pool, 'query'> = Object.create(pool, {
    query: {
      value: async (sent: { readonly text: string; readonly values: unknown[] }) => {
        statements += 1;
        most = Math.max(most, (running += 1));
        return await pool.query(sent).finally(() => (running -= 1));
      },
    },
  }) as Pool;
  const { admitted } = await burst('flood', 1_000, MINUTE, createRateLimiter(createAttemptCounter(counting)));
  expect([admitted, most, statements]).toEqual([200, 1, 2]);
});

// covers: ACCOUNT-03
test('a flood of 300 keys runs at most eight statements at a time', async () => {
  const [pool] = pools as [Pool];
  let running = 0;
  let most = 0;
  const counting: Pick<Pool, 'query'> = Object.create(pool, {
    query: {
      value: async (sent: { readonly text: string; readonly values: unknown[] }) => {
        most = Math.max(most, (running += 1));
        return await pool.query(sent).finally(() => (running -= 1));
      },
    },
  }) as Pool;
  const take = createRateLimiter(createAttemptCounter(counting));
  const answers = await Promise.all(Array.from({ length: 300 }, (_, index) => take(`key ${index}`, MINUTE)));
  expect([most, answers.filter((answer) => answer !== null)]).toEqual([8, []]);
});

test('the rate limiter rejects with the error of an unavailable database, and admits no attempt', async () => {
  const unavailable = { query: () => Promise.reject(new Error('unavailable')) } as unknown as Pool;
  const take = createRateLimiter(createAttemptCounter(unavailable));
  const answers = await Promise.allSettled([take('a', MINUTE), take('a', MINUTE), take('b', MINUTE)]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});

test('the row of a key never has more attempts than the limit', async () => {
  await burst('bounded', 5_000);
  const [row] = await fixture.superuser.rows<{ size: number; count: number }>(
    `select cardinality(hits) as size, count from auth.rate_limit where key = 'bounded'`,
  );
  expect(row).toEqual({ size: 200, count: 200 });
});
