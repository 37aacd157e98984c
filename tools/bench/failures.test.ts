import { expect, test } from 'vitest';
import { type FailureOutcome, failureProblems } from './failures.ts';

const GOOD: FailureOutcome = {
  name: 'kill -9 of the database',
  seen: new Map(),
  recovery: 1.5,
  acknowledged: 100,
  lost: 0,
  remark: '10 sessions ended: 0 of their tokens accepted afterwards',
};

// covers: ENGINE-20
test.each<[string, Partial<FailureOutcome>, string[]]>([
  ['a recovery without a loss', {}, []],
  ['no recovery', { recovery: null }, ['After kill -9 of the database the product did not recover.']],
  ['a lost write', { lost: 1 }, ['After kill -9 of the database 1 acknowledged writes were lost.']],
  [
    'writes that could not be counted',
    { lost: Number.NaN },
    ['After kill -9 of the database the acknowledged writes could not be counted.'],
  ],
  [
    'an accepted token',
    { remark: '10 sessions ended: 3 of their tokens accepted afterwards' },
    ['During kill -9 of the database revoked tokens were accepted.'],
  ],
])('reports what is wrong with %s', (_, outcome, problems) => {
  expect(failureProblems([{ ...GOOD, ...outcome }])).toEqual(problems);
});
