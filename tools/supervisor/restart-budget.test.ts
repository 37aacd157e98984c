import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RestartBudget } from './restart-budget.ts';

const MINUTE = 60_000;

/** Requests a restart after each run, of these lengths in milliseconds. @returns the times of the restarts */
function restartsAfter(runs: readonly number[], random: () => number): number[] {
  const budget = new RestartBudget({}, random);
  const times: number[] = [];
  let now = 0;
  for (const run of runs) {
    now += run;
    const delay = budget.next(now);
    if (delay === null) break;
    now += delay;
    times.push(now);
  }
  return times;
}

const unit = fc.double({ min: 0, max: 0.999, noNaN: true });

describe('RestartBudget', () => {
  // covers: ENGINE-18
  test('RestartBudget grants at most five restarts within any minute, however long the runs are', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40_000), { maxLength: 60 }), unit, (runs, fraction) => {
        const times = restartsAfter(runs, () => fraction);
        for (const [index, time] of times.entries()) {
          const sixth = times[index + 5];
          if (sixth !== undefined) expect(sixth - time).toBeGreaterThanOrEqual(MINUTE);
        }
      }),
    );
  });

  test('RestartBudget grants every restart of a service that ends less than five times a minute', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 15_000, max: 90_000 }), { maxLength: 60 }), unit, (runs, fraction) => {
        expect(restartsAfter(runs, () => fraction)).toHaveLength(runs.length);
      }),
    );
  });

  test('RestartBudget doubles the delay with each restart within a minute, with up to half of it as jitter, and resets after that', () => {
    const delays = (fraction: number) => {
      const budget = new RestartBudget({}, () => fraction);
      return [...Array.from({ length: 6 }, () => budget.next(0)), budget.next(2 * MINUTE)];
    };
    expect(delays(1)).toEqual([250, 500, 1_000, 2_000, 4_000, null, 250]);
    expect(delays(0)).toEqual([125, 250, 500, 1_000, 2_000, null, 125]);
  });
});
