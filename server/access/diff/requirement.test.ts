import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTestPolicy } from '../test-harness.ts';
import {
  type Alternative,
  ANYONE,
  describeRequirement,
  implies,
  NOBODY,
  relationOf,
  type Requirement,
  requirementOf,
} from './requirement.ts';

/** Returns the requirement of a field with these directives. */
function requires(directives: string): Requirement {
  const policy = createTestPolicy(`
    extend schema @tokenScopes(names: ["a", "b", "c"])
    type Query { public: Int @public(reason: "For all."), object: Object @auth }
    type Object { userId: ID! @auth by: ID! @auth field: Int ${directives} }
  `);
  return requirementOf(policy.requirement('Object', 'field'));
}

// covers: DIFF-01
describe('relationOf', () => {
  test.each([
    ['@public(reason: "x")', '@auth', 'narrower'],
    ['@auth', '@public(reason: "x")', 'wider'],
    ['@auth', '@auth(roles: [ADMIN])', 'narrower'],
    ['@auth(roles: [ADMIN])', '@auth(roles: [ADMIN, USER])', 'wider'],
    ['@auth(roles: [ADMIN, USER])', '@auth(roles: [USER, ADMIN])', 'equal'],
    ['@auth(roles: [ADMIN])', '@auth(roles: [USER])', 'incomparable'],
    ['@auth(maxAge: 60)', '@auth(maxAge: 300)', 'wider'],
    ['@auth(maxAge: 60)', '@auth', 'wider'],
    ['@auth(maxAge: 60, roles: [ADMIN])', '@auth(maxAge: 300)', 'wider'],
    ['@auth(maxAge: 60)', '@auth(maxAge: 300, roles: [ADMIN])', 'incomparable'],
    ['@auth', '@auth(emailVerified: true)', 'narrower'],
    ['@auth(emailVerified: true)', '@auth(maxAge: 60)', 'incomparable'],
    ['@auth', '@auth(scopes: [["a"]])', 'narrower'],
    ['@auth(scopes: [["a"]])', '@auth(scopes: [["a", "b"]])', 'narrower'],
    ['@auth(scopes: [["a"]])', '@auth(scopes: [["a"], ["b"]])', 'wider'],
    ['@auth(scopes: [["a", "b"]])', '@auth(scopes: [["b"], ["a"]])', 'wider'],
    ['@auth(scopes: [["a", "b"], ["c"]])', '@auth(scopes: [["c"], ["b", "a"]])', 'equal'],
    ['@auth(scopes: [["a", "b"], ["c"]])', '@auth(scopes: [["a"], ["b"]])', 'incomparable'],
    ['@auth(scopes: [["a"]])', '@auth(roles: [ADMIN])', 'incomparable'],
    ['@auth', '@owner', 'narrower'],
    ['@owner', '@owner(orRoles: [ADMIN])', 'wider'],
    ['@owner', '@owner(field: "by")', 'incomparable'],
    ['@auth(roles: [ADMIN])', '@owner(orRoles: [ADMIN])', 'wider'],
    ['@auth(roles: [ADMIN]) @owner(orRoles: [ADMIN])', '@auth(roles: [ADMIN])', 'equal'],
    ['@auth @owner', '@owner', 'equal'],
  ])('from %s to %s is %s', (previous, next, relation) => {
    expect(relationOf(requires(previous), requires(next))).toBe(relation);
  });

  test('is wider for what is added and narrower for what is removed, public or not', () => {
    for (const requirement of [ANYONE, requires('@auth'), requires('@owner')]) {
      expect(relationOf(NOBODY, requirement)).toBe('wider');
      expect(relationOf(requirement, NOBODY)).toBe('narrower');
    }
  });
});

interface CallerWithObject {
  readonly signedIn: boolean;
  readonly roles: readonly string[];
  readonly age: number;
  readonly verified: boolean;
  readonly owns: readonly string[];
}

const subsets = (of: readonly string[]) => [[], [of[0]], [of[1]], of] as readonly (readonly string[])[];
/** Every combination of caller and object that can change the outcome of the alternatives below. */
const ALL_CALLERS: readonly CallerWithObject[] = [
  { signedIn: false, roles: [], age: Infinity, verified: false, owns: [] },
  ...subsets(['A', 'B']).flatMap((roles) =>
    subsets(['x', 'y']).flatMap((owns) =>
      [1, 2, 3, 4].flatMap((age) => [true, false].map((verified) => ({ signedIn: true, roles, age, verified, owns }))),
    ),
  ),
];

function satisfies(caller: CallerWithObject, requirement: Requirement): boolean {
  return requirement.every((clause) =>
    clause.some((alternative) => {
      if (alternative.kind === 'role') return caller.roles.includes(alternative.role);
      if (alternative.kind === 'owner') return caller.owns.includes(alternative.field);
      if (alternative.kind === 'age') return caller.age <= alternative.maxAge;
      return alternative.kind === 'verified' ? caller.verified : caller.signedIn;
    }),
  );
}

const anyRequirement = array(
  array(
    oneof(
      constantFrom<Alternative>({ kind: 'signed in' }, { kind: 'verified' }),
      record({ kind: constantFrom('role'), role: constantFrom('A', 'B') }),
      record({ kind: constantFrom('owner'), field: constantFrom('x', 'y') }),
      record({ kind: constantFrom('age'), maxAge: integer({ min: 1, max: 3 }) }),
    ),
    { maxLength: 3 },
  ),
  { maxLength: 4 },
);

// covers: DIFF-01
test('implies is exact: it holds if and only if each caller of the first requirement satisfies the second', () => {
  const counts = { yes: 0, no: 0 };
  assert(
    property(anyRequirement, anyRequirement, (stricter, looser) => {
      const expected = ALL_CALLERS.every((caller) => !satisfies(caller, stricter) || satisfies(caller, looser));
      counts[expected ? 'yes' : 'no']++;
      expect(implies(stricter, looser)).toBe(expected);
    }),
    { numRuns: 5_000, seed: 20_261_121 },
  );
  expect(Math.min(counts.yes, counts.no)).toBeGreaterThan(500);
});

test('implies is reflexive and transitive', () => {
  assert(
    property(anyRequirement, anyRequirement, anyRequirement, (one, two, three) => {
      expect(implies(one, one)).toBe(true);
      if (implies(one, two) && implies(two, three)) expect(implies(one, three)).toBe(true);
    }),
    { numRuns: 2_000, seed: 20_261_121 },
  );
});

test.each([
  ['@public(reason: "x")', 'anyone'],
  ['@auth', 'signed in'],
  ['@auth(roles: [ADMIN, USER], emailVerified: true)', 'role ADMIN or role USER; verified e-mail address'],
  ['@auth(maxAge: 60) @owner(orRoles: [ADMIN])', 'signed in within 60 s; owner in `userId` or role ADMIN'],
  ['@auth(roles: [ADMIN]) @owner(orRoles: [ADMIN])', 'role ADMIN'],
])('describeRequirement describes %s as %s', (directives, description) => {
  expect(describeRequirement(requires(directives))).toBe(description);
});
