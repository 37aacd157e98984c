import { describe, expect, test } from 'vitest';
import { createTestPolicy } from '../test-harness.ts';
import { describeGain, gainsOf } from './gaining-callers.ts';
import { NOBODY, type Requirement, requirementOf } from './requirement.ts';

function requires(directives: string): Requirement {
  const policy = createTestPolicy(`
    type Query { object: Object @auth }
    type Object { userId: ID! @auth field: Int ${directives} }
  `);
  return requirementOf(policy.requirement('Object', 'field'));
}

// covers: DIFF-01
describe('gainsOf names the audience that gains', () => {
  test.each([
    ['@auth', '@public(reason: "x")', ['anonymous callers']],
    ['@auth(roles: [ADMIN])', '@auth', ['signed-in callers without the role ADMIN']],
    [
      '@auth(roles: [ADMIN])',
      '@auth(roles: [ADMIN, USER, AUDITOR])',
      ['callers with the role USER', 'callers with the role AUDITOR'],
    ],
    ['@auth(maxAge: 60)', '@auth(maxAge: 300)', ['signed-in callers, signed in 61 s ago']],
    ['@auth(emailVerified: true)', '@auth', ['signed-in callers, with an unverified e-mail address']],
    ['@owner', '@auth', ['signed-in callers, on objects of other users']],
    ['@owner', '@owner(orRoles: [ADMIN])', ['callers with the role ADMIN, on objects of other users']],
    ['@auth(roles: [ADMIN])', '@owner', ['signed-in callers without the role ADMIN, on their own objects']],
    ['@auth', '@auth(roles: [ADMIN])', []],
  ])('from %s to %s', (previous, next, audiences) => {
    expect(gainsOf(requires(previous), requires(next)).map(describeGain)).toEqual(audiences);
  });
});

test('gainsOf names no caller with more roles than another who gains', () => {
  const next = [...requires('@auth(roles: [ADMIN, USER])'), ...requires('@auth(roles: [USER, AUDITOR])')];
  expect(gainsOf(NOBODY, next).map(describeGain).toSorted()).toEqual([
    'callers with the role ADMIN and AUDITOR',
    'callers with the role USER',
  ]);
});
