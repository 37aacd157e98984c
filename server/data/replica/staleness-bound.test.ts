import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MAX_LAG, StalenessBound } from './staleness-bound.ts';

let asked: number;
let answer: () => Promise<string | null>;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  asked = 0;
  answer = () => Promise.resolve(`0/${asked}`);
});
afterEach(() => void vi.useRealTimers());

const createBound = () =>
  new StalenessBound(() => {
    asked += 1;
    return answer();
  });
/** Lets the samples that a call has begun arrive. */
const settled = () => new Promise((resolve) => void setImmediate(resolve));

// covers: REPL-01
test('the bound is the primary’s position at most MAX_LAG ago, and the primary is asked at most once a second', async () => {
  const bound = createBound();
  expect(await bound.position()).toBe(1n);
  for (const expected of [1n, 1n, 1n, 1n]) {
    vi.advanceTimersByTime(1_001);
    expect(await Promise.all([bound.position(), bound.position()])).toEqual([expected, expected]);
    await settled();
  }
  expect(asked).toBe(5);
  vi.advanceTimersByTime(1_001);
  expect(await bound.position()).toBe(2n);
});

test('after a pause of more than MAX_LAG the bound is a new position', async () => {
  const bound = createBound();
  await bound.position();
  vi.advanceTimersByTime(MAX_LAG + 1);
  expect(await bound.position()).toBe(2n);
});

test('there is no bound when the primary has not answered for MAX_LAG', async () => {
  const bound = createBound();
  await bound.position();
  answer = () => Promise.reject(new Error('no'));
  vi.advanceTimersByTime(MAX_LAG);
  expect(await bound.position()).toBe(1n);
  await settled();
  vi.advanceTimersByTime(1);
  expect(await bound.position()).toBeNull();
  answer = () => Promise.resolve('0/AB');
  expect(await bound.position()).toBe(0xabn);
});
