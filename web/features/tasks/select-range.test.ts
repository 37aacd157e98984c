import { expect, test } from 'vitest';
import { selectRange } from './select-range.ts';

const ORDER = ['a', 'b', 'c', 'd', 'e'];
const after = (selected: string[], clicked: string, from?: string) =>
  [...selectRange(new Set(selected), ORDER, clicked, from)].toSorted();

// covers: LIST-24
test('a click selects a row, and another one deselects it', () => {
  expect(after([], 'b')).toEqual(['b']);
  expect(after(['a', 'b'], 'b')).toEqual(['a']);
});

// covers: LIST-24
test('Shift and a click selects or deselects all rows between two, upwards and downwards', () => {
  expect(after(['b'], 'd', 'b')).toEqual(['b', 'c', 'd']);
  expect(after(['d'], 'b', 'd')).toEqual(['b', 'c', 'd']);
  expect(after(['a', 'b', 'c', 'd'], 'c', 'a')).toEqual(['d']);
});

// covers: LIST-24
test('Shift and a click changes one row alone if the row before is gone', () => {
  expect(after(['e'], 'c', 'deleted')).toEqual(['c', 'e']);
});
