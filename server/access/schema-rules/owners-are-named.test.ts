import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../testing/harness.ts';

/** Where `@owner` speaks of an object: the second line holds it, and FIELD is the field that names the owner. */
const PLACES: readonly (readonly [string, string, string])[] = [
  ['T', 'T', 'type T\nRULE { FIELD a: Int }'],
  ['T', 'T', 'type T { FIELD @auth } extend type T\nRULE'],
  ['T.a', 'T', 'type T @auth { FIELD a: Int\nRULE }'],
  ['T.b', 'T', 'type T @auth { FIELD } extend type T { b: [Int]\nRULE }'],
  ['I', 'I', 'interface I\nRULE { FIELD } type T implements I { FIELD }'],
  ['I', 'I', 'interface I { FIELD } type T implements I @auth { FIELD } extend interface I\nRULE'],
  ['I.a', 'I', 'interface I { FIELD a: Int\nRULE } type T implements I @auth { FIELD a: Int }'],
  ['J', 'J', 'interface I { FIELD } interface J implements I\nRULE { FIELD } type T implements I & J @auth { FIELD }'],
];
const QUERY = 'type Query { t: T @auth } enum E { A } scalar Id';

const problem = (coordinate: string, message: string, fix: string) => ({
  rule: 'ownersAreNamed',
  coordinate,
  location: { file: 'schema.graphql', line: 2 },
  message,
  fix,
});

describe.each(PLACES)('at %s, a field of %s (%j)', (coordinate, type, sdl) => {
  const problems = (rule: string, field: string) =>
    problemsOf(createTestSchema(`${sdl.replace('RULE', rule).replaceAll('FIELD', field)}\n${QUERY}`));

  test.each([
    ['@owner', 'userId', 'id: ID!'],
    ['@owner', 'userId', 'userid: ID!'],
    ['@owner(field: "by")', 'by', 'userId: ID!'],
    ['@owner(field: "")', '', 'userId: ID!'],
    ['@owner(field: "user.id")', 'user.id', 'userId: ID!'],
    ['@owner(field: "constructor")', 'constructor', 'userId: ID!'],
    ['@owner(field: "__proto__")', '__proto__', 'userId: ID!'],
    ['@owner(field: "__typename", orRoles: [ADMIN])', '__typename', 'userId: ID!'],
  ])('%s wants a field "%s" of its own', (rule, field, other) => {
    expect(problems(rule, other)).toEqual([
      problem(
        coordinate,
        `${type} has no field "${field}" to name its owner`,
        'write @owner(field: "…") with a field of the type',
      ),
    ]);
  });

  test.each(['Int!', 'E!', 'Id!', '[ID!]!', 'T', 'Boolean', '[String]'])('a %s names no owner', (result) => {
    for (const rule of ['@owner', '@owner(orRoles: [ADMIN])'])
      expect(problems(rule, `userId: ${result}`)).toEqual([
        problem(coordinate, `${type}.userId is ${result}, which names no owner`, 'make it userId: ID!'),
      ]);
  });

  test.each(['ID', 'String'])("a %s that may be null is nobody's, or a role's", (result) => {
    expect(problems('@owner(field: "by")', `by: ${result}`)).toEqual([
      problem(
        coordinate,
        `${type}.by may be null, and null is nobody's`,
        `make it by: ${result}!, or name in orRoles who may see what nobody owns`,
      ),
    ]);
    expect(problems('@owner(field: "by", orRoles: [ADMIN])', `by: ${result}`)).toEqual([]);
    expect(problems('@owner(field: "by")', `by: ${result}!`)).toEqual([]);
  });
});

test('every owner that is not named is told of, the type’s and the field’s', () => {
  const sdl = 'type T @owner { id: ID!\na: Int @owner(field: "by")\nby: ID } type Query { t: T @auth }';
  expect(
    problemsOf(createTestSchema(sdl)).map(({ coordinate, message, location }) => [coordinate, location?.line, message]),
  ).toEqual([
    ['T', 1, 'T has no field "userId" to name its owner'],
    ['T.a', 2, "T.by may be null, and null is nobody's"],
  ]);
});

test('an argument or input field names its owner by its value, and needs no field', () => {
  const sdl = 'input I { by: ID @owner } type Query { a(by: ID @owner, i: I): Int @auth }';
  expect(problemsOf(createTestSchema(sdl))).toEqual([]);
});
