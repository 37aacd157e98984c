import { expect, test } from 'vitest';
import { createRandom } from './seeded-random.ts';
import { compareSamples, isDistinguishable } from './timing-comparison.ts';

const random = createRandom(3);
const sample = (size: number, slower = 0) => Array.from({ length: size }, () => random.next(1_000) + slower);

test('finds no difference between two samples of one distribution', () => {
  const comparison = compareSamples(sample(400), sample(400));
  expect(comparison.superiority).toBeCloseTo(0.5, 1);
  expect(isDistinguishable({ operation: 'task', ...comparison })).toBe(false);
});

// covers: ACCESS-19
test.each([[400], [-400]])('finds a difference of %i in a thousand, in both directions', (slower) => {
  expect(isDistinguishable({ operation: 'task', ...compareSamples(sample(400, slower), sample(400)) })).toBe(true);
});

test('counts equal times for neither side', () => {
  expect(compareSamples([1, 1, 1], [1, 1]).superiority).toBe(0.5);
  expect(compareSamples([2, 2], [1, 1]).superiority).toBe(1);
});
