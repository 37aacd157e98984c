import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RestartBudget } from './restart-budget.ts';

const MINUTE = 60_000;

/** Asks for a restart whenever the part has run so long, in milliseconds. @returns the moments of the restarts */
function restartsAfter(runs: readonly number[], random: () => number): number[] {
  const budget = new RestartBudget({}, random);
  const moments: number[] = [];
  let now = 0;
  for (const run of runs) {
    now += run;
    const delay = budget.next(now);
    if (delay === null) break;
    now += delay;
    moments.push(now);
  }
  return moments;
}

const unit = fc.double({ min: 0, max: 0.999, noNaN: true });

describe('RestartBudget', () => {
  // covers: ENGINE-18
  test('grants at most five restarts within any minute, however the part ends', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40_000), { maxLength: 60 }), unit, (runs, fraction) => {
        const moments = restartsAfter(runs, () => fraction);
        for (const [index, moment] of moments.entries()) {
          const sixth = moments[index + 5];
          if (sixth !== undefined) expect(sixth - moment).toBeGreaterThanOrEqual(MINUTE);
        }
      }),
    );
  });

  test('never gives up a part that ends less than five times a minute', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 15_000, max: 90_000 }), { maxLength: 60 }), unit, (runs, fraction) => {
        expect(restartsAfter(runs, () => fraction)).toHaveLength(runs.length);
      }),
    );
  });

  test('doubles the wait with each restart within a minute, with jitter of one half, and then begins anew', () => {
    const delays = (fraction: number) => {
      const budget = new RestartBudget({}, () => fraction);
      return [...Array.from({ length: 6 }, () => budget.next(0)), budget.next(2 * MINUTE)];
    };
    expect(delays(1)).toEqual([250, 500, 1_000, 2_000, 4_000, null, 250]);
    expect(delays(0)).toEqual([125, 250, 500, 1_000, 2_000, null, 125]);
  });
});
