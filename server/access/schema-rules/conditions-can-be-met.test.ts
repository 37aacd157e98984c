import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../test-harness.ts';

const LOCATIONS: readonly (readonly [string, string])[] = [
  ['T.a', 'type T @public(reason: "x") { userId: ID! a: Int\nRULE } type Query { t: T @auth }'],
  ['T', 'type T\nRULE { userId: ID! a: Int } type Query { t: T @auth }'],
  ['T', 'extend type T\nRULE\ntype T { userId: ID! @auth } type Query { t: T @auth }'],
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

// covers: RULES-01
describe('conditionsCanBeMet with scopes', () => {
  const problems = (scopes: string) =>
    problemsOf(
      createTestSchema(
        `extend schema @tokenScopes(names: ["a", "b", "c", "d"])\ntype Query { q: Int @auth(scopes: ${scopes}) }`,
      ),
    ).map(({ rule, coordinate, message, fix }) => [rule, coordinate, message, fix]);
  const at = ['conditionsCanBeMet', 'Query.q'];

  test.each(['[["a"]]', '[["a", "b"]]', '[["a"], ["b"]]', '[["a", "b"], ["b", "c"], ["c", "a"]]'])(
    'accepts %s',
    (scopes) => {
      expect(problems(scopes)).toEqual([]);
    },
  );

  test.each([
    ['[]', 'scopes is empty', 'list the scopes, or omit scopes'],
    ['[[]]', 'scopes has an empty list, which every token satisfies', 'list a scope in it, or omit scopes'],
    ['[["a"], []]', 'scopes has an empty list, which every token satisfies', 'list a scope in it, or omit scopes'],
    ['[["a", "b", "a"]]', 'scopes repeats a scope in ["a","b","a"]', 'name each scope once'],
    ['[["a"], ["a"]]', '["a"] in scopes has no effect, because ["a"] suffices', 'remove ["a"]'],
    ['[["a", "b"], ["b", "a"]]', '["b","a"] in scopes has no effect, because ["a","b"] suffices', 'remove ["b","a"]'],
    ['[["a", "b"], ["b"]]', '["a","b"] in scopes has no effect, because ["b"] suffices', 'remove ["a","b"]'],
  ])('reports %s: %s', (scopes, message, fix) => {
    expect(problems(scopes)).toEqual([[...at, message, fix]]);
  });

  test('reports a condition that splits into more than 100 clauses', () => {
    const names = (count: number) =>
      Array.from({ length: 3 }, (_, list) => Array.from({ length: count }, (_item, item) => `s${list}.${item}`));
    const problemsOfSize = (count: number) => {
      const lists = names(count);
      const declared = JSON.stringify(lists.flat());
      return problemsOf(
        createTestSchema(
          `extend schema @tokenScopes(names: ${declared}) type Query { q: Int @auth(scopes: ${JSON.stringify(lists)}) }`,
        ),
      ).map(({ message }) => message);
    };
    expect(problemsOfSize(4)).toEqual([]);
    expect(problemsOfSize(5)).toEqual(['scopes has 125 combinations of one scope of each list']);
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
    'directive @other(emailVerified: Boolean, orRoles: [Role!]) on FIELD_DEFINITION type Query { t: T @auth } type T { userId: ID! @auth @owner @other(emailVerified: false, orRoles: []) }',
  );
  expect(problemsOf(schema, { otherDirectives: ['other'] })).toEqual([]);
});
