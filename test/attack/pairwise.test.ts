import { expect, test } from 'vitest';
import { pairwise } from './pairwise.ts';

test.each([[[2, 2]], [[3, 4, 2]], [[8, 3, 4, 4, 4, 8, 1]], [[43, 8, 3, 4]], [[5]]])(
  'every two values of two factors of sizes %j meet in a row',
  (sizes) => {
    const rows = pairwise(sizes);
    const met = new Set(
      rows.flatMap((row) => row.flatMap((a, one) => row.map((b, other) => `${one}=${a} ${other}=${b}`))),
    );
    const values = sizes.flatMap((size, factor) => Array.from({ length: size }, (_, value) => ({ factor, value })));
    for (const one of values)
      for (const other of values.filter(({ factor }) => factor > one.factor))
        expect(met).toContain(`${one.factor}=${one.value} ${other.factor}=${other.value}`);
    for (const row of rows) expect(row.every((value, factor) => value < (sizes[factor] ?? 0))).toBe(true);
  },
);

test('makes far fewer rows than all combinations', () => {
  expect(pairwise([8, 3, 4, 4, 4, 8]).length).toBeLessThan(110);
});
