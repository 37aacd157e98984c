import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../test-harness.ts';

/** Elements on which `@owner` names a field: the rule is on line 2, FIELD is the owner field. */
const LOCATIONS: readonly (readonly [string, string, string])[] = [
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

describe.each(LOCATIONS)('ownersAreNamed at %s, with a field of %s (%j)', (coordinate, type, sdl) => {
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
  ])('%s: reports that the type has no field "%s"', (rule, field, other) => {
    expect(problems(rule, other)).toEqual([
      problem(
        coordinate,
        `${type} has no field "${field}" with the owner's id`,
        'write @owner(field: "…") with a field of the type',
      ),
    ]);
  });

  test.each(['Int!', 'E!', 'Id!', '[ID!]!', 'T', 'Boolean', '[String]'])(
    'reports an owner field of the type %s',
    (result) => {
      for (const rule of ['@owner', '@owner(orRoles: [ADMIN])'])
        expect(problems(rule, `userId: ${result}`)).toEqual([
          problem(
            coordinate,
            `${type}.userId is ${result}, which cannot hold an owner's id`,
            'change it to userId: ID!',
          ),
        ]);
    },
  );

  test.each(['ID', 'String'])('reports a nullable owner field of the type %s, except with orRoles', (result) => {
    expect(problems('@owner(field: "by")', `by: ${result}`)).toEqual([
      problem(
        coordinate,
        `${type}.by is nullable, and null matches no viewer`,
        `change it to by: ${result}!, or list in orRoles the roles that may read objects without an owner`,
      ),
    ]);
    expect(problems('@owner(field: "by", orRoles: [ADMIN])', `by: ${result}`)).toEqual([]);
    expect(problems('@owner(field: "by")', `by: ${result}!`)).toEqual([]);
  });
});

test('ownersAreNamed reports every missing owner field, of types and of fields', () => {
  const sdl = 'type T @owner { id: ID!\na: Int @owner(field: "by")\nby: ID } type Query { t: T @auth }';
  expect(
    problemsOf(createTestSchema(sdl)).map(({ coordinate, message, location }) => [coordinate, location?.line, message]),
  ).toEqual([
    ['T', 1, 'T has no field "userId" with the owner\'s id'],
    ['T.a', 2, 'T.by is nullable, and null matches no viewer'],
  ]);
});

test('ownersAreNamed requires no field for @owner on an argument or input field', () => {
  const sdl = 'input I { by: ID @owner } type Query { a(by: ID @owner, i: I): Int @auth }';
  expect(problemsOf(createTestSchema(sdl))).toEqual([]);
});

const ROOT_FIX = "write @auth here, and @owner on the type that is returned or on the argument with the user's id";
const interfaceFix = (root: string) =>
  `remove I from the interfaces of ${root}, or write @owner on the other types that have it`;

// covers: ENGINE-01
test.each([
  ['Query', 'Query', ROOT_FIX, 'type Query\n@owner { userId: ID! }'],
  ['Query', 'Query', ROOT_FIX, 'type Query\n@owner { a: Int }'],
  ['Query', 'Query', ROOT_FIX, 'type Query\n@owner(field: "id", orRoles: [ADMIN]) { id: ID }'],
  ['Query', 'Query', ROOT_FIX, 'type Query { userId: ID! @auth } extend type Query\n@owner'],
  ['Query.a', 'Query', ROOT_FIX, 'type Query @auth { userId: ID! a: Int\n@owner }'],
  ['Query.a', 'Query', ROOT_FIX, 'type Query { a: Int\n@owner }'],
  ['Mutation', 'Mutation', ROOT_FIX, 'type Query @auth { a: Int } type Mutation\n@owner { userId: ID! }'],
  ['Root', 'Root', ROOT_FIX, 'schema { query: Root } type Root\n@owner { userId: ID! }'],
  ['I', 'Query', interfaceFix('Query'), 'interface I\n@owner { userId: ID! } type Query implements I { userId: ID! }'],
  [
    'I.userId',
    'Mutation',
    interfaceFix('Mutation'),
    'interface I { userId: ID!\n@owner } type Query @auth { a: Int } type Mutation implements I { userId: ID! }',
  ],
])('ownersAreNamed reports @owner at %s, because it covers the root type %s: %#', (coordinate, root, fix, sdl) => {
  expect(problemsOf(createTestSchema(sdl))).toEqual([
    problem(coordinate, `@owner covers the root type ${root}, whose object has no owner`, fix),
  ]);
});

test('ownersAreNamed accepts @owner on a type that a root type returns, and on its arguments', () => {
  const sdl = 'type Query { t(userId: ID @owner): T @auth } type T @owner { userId: ID! query: Query }';
  expect(problemsOf(createTestSchema(sdl))).toEqual([]);
});
