import { assert, nat, property, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { placeAt, positionAfter } from './row-place.ts';

const rows = ['a', 'b', 'c', 'd'].map((id, position) => ({ id, position }));

/** Returns the ids after a row was moved to a place, by their positions. */
function moved(list: typeof rows, id: string, after: string | null): string[] {
  const position = positionAfter(list, id, after);
  return list
    .map((row) => (row.id === id ? { id, position } : row))
    .toSorted((a, b) => a.position - b.position)
    .map((row) => row.id);
}

// covers: LIST-22
test('a row dropped into a gap is there, and one dropped beside itself stays', () => {
  expect(placeAt(rows, 'c', 0)).toEqual({ after: null });
  expect(placeAt(rows, 'a', 4)).toEqual({ after: 'd' });
  expect(placeAt(rows, 'b', 3)).toEqual({ after: 'c' });
  expect(placeAt(rows, 'b', 1)).toBeUndefined();
  expect(placeAt(rows, 'b', 2)).toBeUndefined();
  expect(placeAt(rows, 'missing', 1)).toBeUndefined();
});

// covers: LIST-22
test('a moved row is directly behind the other one, and all others keep their order', () => {
  assert(
    property(uniqueArray(nat(1_000), { minLength: 2, maxLength: 20 }), nat(), nat(), (numbers, a, b) => {
      const list = numbers.toSorted((x, y) => x - y).map((position) => ({ id: String(position), position }));
      const ids = list.map((row) => row.id);
      const id = ids[a % ids.length] ?? '';
      const others = ids.filter((other) => other !== id);
      const after = [null, ...others][b % ids.length] ?? null;
      const result = moved(list, id, after);
      expect(result[result.indexOf(id) - 1] ?? null).toBe(after);
      expect(result.filter((row) => row !== id)).toEqual(others);
    }),
  );
});
