import { expect, test } from 'vitest';
import { median, quantile, spread } from './statistics.ts';

test.each([
  [[3, 1, 2], 2],
  [[10, 9, 100, 1], 10],
  [[5], 5],
  [[], Number.NaN],
])('the median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});

test('one outlier moves neither the median nor the spread', () => {
  const calm = [10, 11, 12, 13, 14, 15, 16];
  const disturbed = [10, 11, 12, 13, 14, 15, 1_600];
  expect([median(disturbed), spread(disturbed)]).toEqual([median(calm), spread(calm)]);
});

test('the spread is zero for equal rounds, and otherwise half the interquartile range', () => {
  expect(spread([7, 7, 7])).toBe(0);
  expect(spread([0, 10, 20, 30, 40])).toBe(10);
});

test.each([
  [0.5, 50],
  [0.99, 99],
  [1, 100],
  [0, 1],
])('of a hundred values in any order, a part of %d lies up to the %dth', (part, value) => {
  const values = Array.from({ length: 100 }, (_, index) => ((index * 37) % 100) + 1);
  expect(quantile(values, part)).toBe(value);
  expect(quantile([], part)).toBeNaN();
});
