import { expect, test } from 'vitest';
import { RetrySchedule } from './retry-schedule.ts';

const refusals = (schedule: RetrySchedule, count: number, now: number) =>
  Array.from({ length: count }, () => schedule.refused(now));

test('refused requests come back no faster than tasks finish', () => {
  const schedule = new RetrySchedule(8);
  // 8 at a time, 200 ms each: 40 a second.
  for (let count = 0; count < 500; count++) schedule.finished(200);
  const waits = refusals(schedule, 800, 0);
  for (let second = 3; second <= 20; second++)
    expect(Math.abs(waits.filter((wait) => wait === second).length - 40)).toBeLessThanOrEqual(2);
  expect([waits[0], waits.at(-1)]).toEqual([2, 22]);
});

test('no wait is longer than five minutes, and a later refusal starts again at two seconds', () => {
  const schedule = new RetrySchedule(1);
  for (let count = 0; count < 500; count++) schedule.finished(5_000);
  expect(Math.max(...refusals(schedule, 1_000, 0))).toBe(300);
  expect(schedule.refused(600_000)).toBe(2);
});
