import { expect, test } from 'vitest';
import { chosenParts } from './chosen-parts.ts';

const OPERATIONS = ['list', 'one', 'update'] as const;

test.each([
  ['all operations without --only', undefined, ['list', 'one', 'update']],
  ['all operations if it names only servers', ['floor', 'yoga'], ['list', 'one', 'update']],
  ['those that it names, in the order of the benchmark', ['update', 'floor', 'list'], ['list', 'update']],
])('--only chooses %s', (_what, only, expected) => {
  expect(chosenParts(OPERATIONS, only)).toEqual(expected);
});

test('a fallback takes the place of all names, and not of those that --only names', () => {
  expect(chosenParts(OPERATIONS, ['floor'], [])).toEqual([]);
  expect(chosenParts(OPERATIONS, undefined, ['one'])).toEqual(['one']);
  expect(chosenParts(OPERATIONS, ['list'], [])).toEqual(['list']);
});
