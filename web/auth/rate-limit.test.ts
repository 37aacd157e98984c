import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setUpEmptyDatabase } from '../../test/support/test-database.ts';
import { createAuthPool } from './auth-pool.ts';
import { createRateLimiter, type RateLimit, type TakeAttempt } from './rate-limit.ts';

const there = setUpEmptyDatabase();
const MINUTE: RateLimit = { most: 200, window: 60_000 };
let pools: Pool[];
/** A limiter of each of three processes. */
let limiters: readonly [TakeAttempt, TakeAttempt, TakeAttempt];

beforeAll(() => {
  const process = () => {
    const pool = createAuthPool(there.database.auth);
    pools.push(pool);
    return createRateLimiter(pool);
  };
  pools = [];
  limiters = [process(), process(), process()];
});
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

/** Lets time pass for a key, in milliseconds. */
const pass = (key: string, milliseconds: number) =>
  there.superuser.rows(
    'update auth.rate_limit set hits = array(select hit - $2 from unnest(hits) hit) where key = $1',
    [key, milliseconds],
  );
const burst = async (key: string, count: number, limit = MINUTE, take = limiters[0]) => {
  const answers = await Promise.all(Array.from({ length: count }, () => take(key, limit)));
  return {
    admitted: answers.filter((answer) => answer === null).length,
    refused: answers.filter((each) => each !== null),
  };
};

test('admits as many attempts as the limit at once, and tells the others the seconds to wait', async () => {
  const { admitted, refused } = await burst('burst', 250);
  expect(admitted).toBe(200);
  for (const seconds of refused) {
    expect(seconds).toBeGreaterThanOrEqual(55);
    expect(seconds).toBeLessThanOrEqual(60);
  }
});

test('admits exactly the limit of what three processes ask for at once', async () => {
  const answers = await Promise.all(limiters.map((take) => burst('processes', 150, MINUTE, take)));
  expect(answers.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(200);
});

test('counts each key by itself', async () => {
  await burst('one', 200);
  expect((await burst('other', 1)).admitted).toBe(1);
  expect((await burst('one', 1)).admitted).toBe(0);
});

describe('the window', () => {
  // covers: ACCOUNT-03
  test('slides: a steady rate below the limit is never refused, without any quiet minute', async () => {
    // 180 a minute for ten minutes. A counter that starts anew only after a quiet window refuses from the second minute on.
    for (let tenSeconds = 0; tenSeconds < 60; tenSeconds++) {
      expect(await burst('steady', 30), `after ${tenSeconds * 10} s`).toMatchObject({ admitted: 30 });
      await pass('steady', 10_000);
    }
  });

  // covers: ACCOUNT-03
  test('has no seam at which twice the limit is admitted within a minute', async () => {
    for (const gap of [1_000, 15_000, 30_000, 59_000]) {
      const key = `seam ${gap}`;
      expect((await burst(key, 200)).admitted).toBe(200);
      await pass(key, gap);
      expect((await burst(key, 200)).admitted, `${gap} ms later`).toBe(0);
    }
  });

  test('frees the places of attempts that have left it, and no others', async () => {
    await burst('leaving', 120);
    await pass('leaving', 40_000);
    await burst('leaving', 80);
    await pass('leaving', 20_001);
    expect((await burst('leaving', 200)).admitted).toBe(120);
  });

  test('is open again after the wait that was told, and refusals meanwhile do not prolong it', async () => {
    await burst('waiting', 200);
    for (let again = 0; again < 5; again++) {
      await pass('waiting', 10_000);
      expect((await burst('waiting', 100)).admitted).toBe(0);
    }
    const [wait = 0] = (await burst('waiting', 1)).refused;
    expect(wait).toBeLessThanOrEqual(10);
    await pass('waiting', (wait ?? 0) * 1_000);
    expect((await burst('waiting', 200)).admitted).toBe(200);
  });

  test('may be of any length: ten attempts an hour', async () => {
    const hour = { most: 10, window: 3_600_000 };
    expect((await burst('hour', 12, hour)).admitted).toBe(10);
    await pass('hour', 3_500_000);
    const [wait] = (await burst('hour', 1, hour)).refused;
    expect(wait).toBeLessThanOrEqual(100);
    await pass('hour', 100_000);
    expect((await burst('hour', 1, hour)).admitted).toBe(1);
  });
});

describe('a clock that is set back', () => {
  // By a millisecond, by less than a window, by a window, by days; with a part of the limit used, or all of it.
  const setBack = fc.oneof(
    fc.integer({ min: 1, max: 60_000 }),
    fc.integer({ min: 60_000, max: 864_000_000 }),
    fc.constantFrom(1, 59_999, 60_000, 60_001, 3_600_000),
  );
  let keys = 0;

  // covers: ACCOUNT-03
  test('makes nobody wait longer than a window, and admits no more than the limit', async () => {
    await fc.assert(
      fc.asyncProperty(setBack, fc.integer({ min: 0, max: 200 }), async (milliseconds, used) => {
        const key = `set back ${(keys += 1)}`;
        await burst(key, used);
        await pass(key, -milliseconds);
        const { admitted, refused } = await burst(key, 201);
        expect(admitted).toBe(200 - used);
        for (const seconds of refused) expect(seconds).toBeLessThanOrEqual(60);
        await pass(key, 50_000);
        const later = await burst(key, 1);
        expect(later.admitted).toBe(0);
        expect(later.refused[0]).toBeLessThanOrEqual(10);
        await pass(key, 10_000);
        expect((await burst(key, 201)).admitted).toBe(200);
      }),
      { numRuns: 60 },
    );
  });

  test('is noted with the first refusal, so that refusals do not prolong the wait', async () => {
    await burst('noted', 200);
    await pass('noted', -3_600_000);
    for (let tenSeconds = 0; tenSeconds < 6; tenSeconds++) {
      const { admitted, refused } = await burst('noted', 1);
      expect(admitted).toBe(0);
      expect(refused[0]).toBeLessThanOrEqual(60 - 10 * tenSeconds);
      await pass('noted', 10_000);
    }
    expect((await burst('noted', 1)).admitted).toBe(1);
  });
});

test('a flood of one key has one statement under way at a time, and few of them', async () => {
  const [pool] = pools as [Pool];
  let underWay = 0;
  let most = 0;
  let statements = 0;
  const counting: Pick<Pool, 'query'> = Object.create(pool, {
    query: {
      value: async (sent: { readonly text: string; readonly values: unknown[] }) => {
        statements += 1;
        most = Math.max(most, (underWay += 1));
        return await pool.query(sent).finally(() => (underWay -= 1));
      },
    },
  }) as Pool;
  const { admitted } = await burst('flood', 1_000, MINUTE, createRateLimiter(counting));
  expect([admitted, most, statements]).toEqual([200, 1, 2]);
});

test('a database that is away refuses with its error, and admits nobody', async () => {
  const away = { query: () => Promise.reject(new Error('away')) } as unknown as Pool;
  const take = createRateLimiter(away);
  const answers = await Promise.allSettled([take('a', MINUTE), take('a', MINUTE), take('b', MINUTE)]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});

test('a row is never larger than the limit, whatever is tried', async () => {
  await burst('bounded', 5_000);
  const [row] = await there.superuser.rows<{ size: number; count: number }>(
    `select cardinality(hits) as size, count from auth.rate_limit where key = 'bounded'`,
  );
  expect(row).toEqual({ size: 200, count: 200 });
});
