import { describe, expect, test } from 'vitest';
import type { AccessChange } from '../../access/index.ts';
import { NO_ACCEPTED_CHANGES, reviewChanges } from './accepted-changes.ts';

const CHANGE: AccessChange = {
  coordinate: 'Query.log',
  kinds: ['wider', 'breaking'],
  details: ['Query.log changed type from Log! to Log.'],
  gains: ['signed-in callers'],
  losses: [],
  request: null,
};
const withRows = (...rows: readonly string[]) => `${NO_ACCEPTED_CHANGES}${rows.map((row) => `${row}\n`).join('')}`;
const WIDER = '| `Query.log` | wider | Everyone may see the log. |';
const BREAKING = '| `Query.log` | breaking | No client reads it. |';

// covers: DIFF-03
describe('reviewChanges', () => {
  test('accepts changes that are listed, in any order and with a bar in the reason', () => {
    expect(reviewChanges([CHANGE], withRows(BREAKING, WIDER.replace('log.', 'log \\| more.')))).toEqual([]);
    expect(reviewChanges([], NO_ACCEPTED_CHANGES)).toEqual([]);
  });

  test('needs no row for what is narrower, added or removed', () => {
    expect(
      reviewChanges(
        [
          { ...CHANGE, kinds: ['added'] },
          { ...CHANGE, kinds: ['narrower'] },
        ],
        '',
      ),
    ).toEqual([]);
  });

  test('says for each kind that is not listed what it does, and the row to add', () => {
    expect(reviewChanges([CHANGE], NO_ACCEPTED_CHANGES)).toEqual([
      'Query.log is wider: signed-in callers gain access. Take the change back, or list it in schema/accepted-changes.md with its reason:\n  | `Query.log` | wider | <reason> |',
      'Query.log is breaking: Query.log changed type from Log! to Log.. Take the change back, or list it in schema/accepted-changes.md with its reason:\n  | `Query.log` | breaking | <reason> |',
    ]);
  });

  test.each([
    [
      'a stale row',
      [WIDER, BREAKING, '| `Query.old` | wider | Gone. |'],
      /:11 `Query\.old` wider: .*no such change.*Remove the row/,
    ],
    [
      'a row of another kind',
      [WIDER, BREAKING, '| `Query.log` | incomparable | x |'],
      /:11 `Query\.log` incomparable: .*Remove/,
    ],
    [
      'a row without a reason',
      [WIDER, '| `Query.log` | breaking | |'],
      /:10 `Query\.log` breaking: the row has no reason/,
    ],
    ['a repeated row', [WIDER, BREAKING, WIDER], /:11 `Query\.log` wider: the row is there twice/],
  ])('rejects %s, with its line', (_, rows, message) => {
    const problems = reviewChanges([CHANGE], withRows(...rows));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });
});
