import { describe, expect, test } from 'vitest';
import { createTestSchema, problemsOf } from '../test-harness.ts';

const problems = (sdl: string) =>
  problemsOf(createTestSchema(sdl)).map(({ rule, coordinate, message, fix }) => [rule, coordinate, message, fix]);
const NULL = '@auth(roles: [ADMIN], onRefusal: NULL)';
const WRITE_ON_FIELD = 'write it in @auth of a single field';

// covers: RULES-03
describe('refusalsCanBeNull', () => {
  test.each([
    [
      'a nullable field',
      `type Query { a: Int ${NULL} b: [Int!] @auth(onRefusal: NULL) c: Int @auth(onRefusal: REJECT) }`,
    ],
    ['a field of an owned type', `type Query { t: T @auth } type T @owner { userId: ID! a: Int ${NULL} }`],
    [
      'a field of an interface that is nullable on every type',
      `type Query { n: N @auth } interface N { a: Int ${NULL} } type T implements N @auth { a: Int } type S implements N { a: Int }`,
    ],
    [
      'a field of an interface that is refused by that rule alone on one of its types',
      `type Query { n: N @auth } interface N { a: Int ${NULL} }
       type T implements N @auth(roles: [ADMIN]) { a: Int } type S implements N { a: Int }`,
    ],
    [
      'a field that queries and mutations can select',
      `type Query { t: T @auth } type Mutation { t: T @auth } type T @auth { a: Int ${NULL} }`,
    ],
    ['a condition that differs from the type’s', `type Query @auth(roles: [USER]) { a: Int ${NULL} }`],
    [
      'a condition that another rule with NULL has, too',
      `type Query { n: N @auth } interface N { a: Int ${NULL} } type T implements N { a: Int ${NULL} }`,
    ],
  ])('accepts %s', (_, sdl) => {
    expect(problems(sdl)).toEqual([]);
  });

  test.each([
    ['a type', 'Query', 'type Query @auth(onRefusal: NULL) { a: Int }', 'a type'],
    ['a type, also REJECT', 'Query', 'type Query @auth(onRefusal: REJECT) { a: Int }', 'a type'],
    [
      'an interface',
      'N',
      'type Query { n: N @auth } interface N @auth(onRefusal: NULL) { a: Int } type T implements N { a: Int }',
      'a type',
    ],
    [
      'an input field',
      'In.b',
      'type Query { a(in: In): Int @auth } input In { a: Int b: Int @auth(onRefusal: NULL) }',
      'an input field',
    ],
  ])('reports onRefusal on %s', (_, coordinate, sdl, where) => {
    expect(problems(sdl)).toEqual([
      ['refusalsCanBeNull', coordinate, `onRefusal has no effect on ${where}`, WRITE_ON_FIELD],
    ]);
  });

  test.each([
    ['Query.a', 'Int!', 'Int', `type Query { a: Int! ${NULL} }`],
    ['Query.a', '[Int]!', '[Int]', `type Query { a: [Int]! ${NULL} }`],
    [
      'T.a',
      'Int!',
      'Int',
      `type Query { n: N @auth } interface N { a: Int ${NULL} } type T implements N @auth { a: Int! } type S implements N @auth { a: Int }`,
    ],
  ])('reports that %s is %s', (coordinate, type, nullable, sdl) => {
    expect(problems(sdl)).toEqual([
      [
        'refusalsCanBeNull',
        coordinate,
        `is ${type}, which cannot be null`,
        `change it to ${nullable}, or remove onRefusal`,
      ],
    ]);
  });

  test.each([
    ['its own', 'Mutation.a', `type Query { b: Int @auth } type Mutation { a: Int ${NULL} }`],
    [
      'an interface’s',
      'N.a',
      `type Query { n: N @auth } interface N { a: Int ${NULL} } type T implements N @auth { a: Int } type Mutation implements N { a: Int }`,
    ],
  ])('reports a field of the mutation type with %s rule', (_, coordinate, sdl) => {
    expect(problems(sdl)).toEqual([
      [
        'refusalsCanBeNull',
        coordinate,
        'onRefusal: NULL has no effect on Mutation.a',
        'remove onRefusal: every refusal refuses a mutation',
      ],
    ]);
  });

  test('reports a field that only mutations can select', () => {
    const sdl = `type Query { b: Int @auth } type Mutation { t: T @auth } type T @auth { a: Int ${NULL} }`;
    expect(problems(sdl)).toEqual([
      [
        'refusalsCanBeNull',
        'T.a',
        'onRefusal: NULL has no effect, because no query can select the field',
        'remove onRefusal',
      ],
    ]);
  });

  test.each([
    [
      'the type requires the same',
      'type Query @auth(roles: [ADMIN]) { a: Int @auth(roles: [ADMIN], onRefusal: NULL) }',
    ],
    [
      'the type requires more',
      'type Query @auth(roles: [ADMIN]) { a: Int @auth(roles: [USER, ADMIN], onRefusal: NULL) }',
    ],
    ['the type requires a sign-in', 'type Query @auth(maxAge: 5) { a: Int @auth(onRefusal: NULL) }'],
    [
      '@owner requires a sign-in',
      'type Query { t: T @auth } type T @owner { userId: ID! a: Int @auth(onRefusal: NULL) }',
    ],
    [
      'an interface requires a sign-in',
      'type Query { t: T @auth } interface N @auth { id: ID } type T implements N { id: ID a: Int @auth(onRefusal: NULL) }',
    ],
  ])('reports a rule that refuses nobody alone: %s', (_, sdl) => {
    expect(problems(sdl).map(([rule, , message, fix]) => [rule, message, fix])).toEqual([
      [
        'refusalsCanBeNull',
        'onRefusal: NULL has no effect, because other rules refuse the request to the same callers',
        'add a condition to this @auth, or remove it',
      ],
    ]);
  });
});
