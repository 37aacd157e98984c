import { describe, expect, test } from 'vitest';
import { appendAccessDescription, describeRules, formatDirective } from './rule-descriptions.ts';
import type { AuthRule, RestrictiveRule, OwnerRule } from './rule.ts';

const at = { coordinate: 'T', location: null };
const auth = (conditions: Partial<AuthRule> = {}): AuthRule => ({
  ...at,
  kind: 'auth',
  roles: null,
  maxAge: null,
  emailVerified: false,
  scopes: null,
  onRefusal: 'REJECT',
  ...conditions,
});
const owner = (conditions: Partial<OwnerRule> = {}): OwnerRule => ({
  ...at,
  kind: 'owner',
  field: 'userId',
  orRoles: [],
  ...conditions,
});

describe('describeRules', () => {
  test.each<[string | null, readonly RestrictiveRule[]]>([
    [null, []],
    ['signed in', [auth()]],
    ['signed in', [auth(), auth()]],
    ['signed in; role ADMIN', [auth({ roles: ['ADMIN'] })]],
    ['signed in; role ADMIN or AUDITOR', [auth({ roles: ['ADMIN', 'AUDITOR'] })]],
    ['signed in; verified e-mail address', [auth({ emailVerified: true })]],
    ['signed in; signed in within the last 300 seconds', [auth({ maxAge: 300 })]],
    ['signed in; signed in within the last second', [auth({ maxAge: 1 })]],
    [
      'signed in; role USER; verified e-mail address; signed in within the last 60 seconds',
      [auth({ maxAge: 60, emailVerified: true, roles: ['USER'] })],
    ],
    ['signed in; only the owner', [owner()]],
    ['signed in; only the owner', [owner({ field: 'createdBy' })]],
    ['signed in; only the owner, or role ADMIN', [owner({ orRoles: ['ADMIN'] })]],
    ['signed in; only the owner, or role ADMIN or AUDITOR', [owner({ orRoles: ['ADMIN', 'AUDITOR'] })]],
    ["signed in; the caller's own id", [owner({ field: null })]],
    ['signed in, otherwise null', [auth({ onRefusal: 'NULL' })]],
    ['signed in and role ADMIN, otherwise null', [auth({ onRefusal: 'NULL', roles: ['ADMIN'] })]],
    [
      'signed in; only the owner; verified e-mail address and signed in within the last 60 seconds, otherwise null',
      [auth({ onRefusal: 'NULL', emailVerified: true, maxAge: 60 }), owner()],
    ],
    [
      'signed in; role USER; role ADMIN, otherwise null',
      [auth({ roles: ['ADMIN'], onRefusal: 'NULL' }), auth({ roles: ['USER'] })],
    ],
    // Rules add up: two lists of roles are two requirements; equal requirements are listed once.
    ['signed in; role ADMIN; role USER', [auth({ roles: ['ADMIN'] }), auth({ roles: ['USER'] })]],
    ['signed in; role ADMIN; only the owner', [auth({ roles: ['ADMIN'] }), owner(), auth({ roles: ['ADMIN'] })]],
  ])('describeRules returns %j', (expected, rules) => {
    expect(describeRules(rules)).toBe(expected);
  });
});

// covers: RULES-03
test('formatDirective writes onRefusal only if it is NULL', () => {
  expect(formatDirective(auth({ roles: ['ADMIN'], onRefusal: 'NULL' }))).toBe('@auth(roles: [ADMIN], onRefusal: NULL)');
  expect(formatDirective(auth())).toBe('@auth');
});

describe('appendAccessDescription', () => {
  test.each<[string | undefined, readonly RestrictiveRule[], string | undefined]>([
    ['A thing.', [auth()], 'A thing.\n\nAccess: signed in.'],
    ['', [auth()], 'Access: signed in.'],
    [undefined, [owner()], 'Access: signed in; only the owner.'],
    ['A thing.', [], 'A thing.'],
    [undefined, [], undefined],
  ])('appendAccessDescription of %j with the rules %j returns %j', (description, rules, expected) => {
    expect(appendAccessDescription(description, rules)).toBe(expected);
  });
});
