import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../test-harness.ts';

const LOCATIONS: readonly (readonly [string, string])[] = [
  ['Query.a', 'type Query @public(reason: "x") { userId: ID! a: Int\nRULE }'],
  ['Query', 'type Query\nRULE { userId: ID! a: Int }'],
  ['Query', 'extend type Query\nRULE\ntype Query { userId: ID! @auth }'],
  ['I', 'interface I\nRULE { userId: ID! } type T implements I { userId: ID! } type Query { t: T @auth }'],
  [
    'I.a',
    'interface I { userId: ID! a: Int\nRULE } type T implements I { userId: ID! @auth a: Int } type Query { t: T @auth }',
  ],
];

const CONDITIONS = [
  ['@auth(roles: [])', 'roles is empty', 'list a role, or omit roles', '@auth(roles: [USER])'],
  ...[0, -1, -2147483648].map(
    (age) =>
      [
        `@auth(maxAge: ${age})`,
        `maxAge is ${age}`,
        'write a number of seconds, 1 or more, or omit maxAge',
        '@auth(maxAge: 1)',
      ] as const,
  ),
  [
    '@auth(emailVerified: false)',
    'emailVerified is false',
    'write true, or omit emailVerified',
    '@auth(emailVerified: true)',
  ],
  ['@owner(orRoles: [])', 'orRoles is empty', 'list a role, or omit orRoles', '@owner(orRoles: [USER])'],
  [
    '@owner(field: "userId", orRoles: [])',
    'orRoles is empty',
    'list a role, or omit orRoles',
    '@owner(field: "userId")',
  ],
] as const;

describe.each(LOCATIONS)('conditionsCanBeMet at %s (%j)', (coordinate, sdl) => {
  test.each(CONDITIONS)('reports %s: %s', (directive, message, fix, neighbour) => {
    expect(problemsOf(createTestSchema(sdl.replace('RULE', directive)))).toEqual([
      { rule: 'conditionsCanBeMet', coordinate, location: { file: 'schema.graphql', line: 2 }, message, fix },
    ]);
    expect(problemsOf(createTestSchema(sdl.replace('RULE', neighbour)))).toEqual([]);
  });
});

test('conditionsCanBeMet reports every impossible condition of one directive', () => {
  const schema = createTestSchema(
    'type Query { a: Int @auth(emailVerified: false, maxAge: 0, roles: []) b: Int @auth(roles: []) }',
  );
  expect(problemsOf(schema).map(({ coordinate, message }) => [coordinate, message])).toEqual([
    ['Query.a', 'roles is empty'],
    ['Query.a', 'maxAge is 0'],
    ['Query.a', 'emailVerified is false'],
    ['Query.b', 'roles is empty'],
  ]);
});

test('conditionsCanBeMet ignores the arguments of other directives', () => {
  const schema = createTestSchema(
    'directive @other(emailVerified: Boolean, orRoles: [Role!]) on FIELD_DEFINITION type Query { userId: ID! @auth @owner @other(emailVerified: false, orRoles: []) }',
  );
  expect(problemsOf(schema, { otherDirectives: ['other'] })).toEqual([]);
});
