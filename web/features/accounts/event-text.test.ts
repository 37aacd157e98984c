import { expect, test } from 'vitest';
import { kindText, problemText } from './event-text.ts';

test('an event of an unknown kind is shown with its name in words', () => {
  expect(kindText('SIGN_IN')).toBe('Sign-in');
  expect(kindText('SOMETHING_NEW')).toBe('Something new');
});

test.each([
  ['SUCCEEDED', null, undefined],
  ['SUCCEEDED', 'SESSION_LIMIT', undefined],
  ['FAILED', 'INVALID_EMAIL_OR_PASSWORD', 'failed, wrong password'],
  ['REFUSED', 'MISSING_OR_NULL_ORIGIN', 'refused'],
  ['LIMITED', null, 'too many attempts'],
] as const)('an event that %s with the detail %s has the problem %s', (outcome, detail, expected) => {
  expect(problemText(outcome, detail)).toBe(expected);
});
