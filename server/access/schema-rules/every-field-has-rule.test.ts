import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../test-harness.ts';

const PUBLIC_QUERY = 'type Query { open: Int @public(reason: "For everyone.") }';

/** Returns the problem of a field without an access rule. `owned` is the type that the fix names for `@owner`. */
const missingRule = (
  type: string,
  field: string,
  line: number,
  file = 'schema.graphql',
  owned: string | null = type === 'Query' ? null : type,
) => ({
  rule: 'everyFieldHasRule',
  coordinate: `${type}.${field}`,
  location: { file, line },
  message: 'no access rule',
  fix: `write \`${field}: … @auth\` for signed-in users${owned === null ? '' : `, \`@owner\` on the type ${owned} for the owner of the object`}, or \`@public(reason: "…")\` for anyone`,
});

/** Schemas in which a response can contain a T, whose definition follows on the next line. */
const PATHS_TO_T: readonly (readonly [string, string])[] = [
  ...['T', 'T!', '[T]', '[T!]!', '[[T!]]'].map((type) => [type, `type Query { t: ${type} @auth }`] as const),
  ['a mutation', `${PUBLIC_QUERY} type Mutation { t: T @auth }`],
  ['a root of another name', 'schema { query: Root } type Root { t: T @auth }'],
  ['an extension of the root', `${PUBLIC_QUERY} extend type Query { t: T @auth }`],
  ['a union', 'type Query { u: U @auth } union U = T'],
  ['an extension of a union', 'type O @auth { o: Int } type Query { u: [U!] @auth } union U = O extend union U = T'],
  ['an interface', 'type Query { i: I @auth } interface I { id: ID } extend type T implements I { id: ID @auth }'],
  [
    'an interface of an interface',
    'type Query { a: A @auth } interface A { id: ID } interface B implements A { id: ID } extend type T implements A & B { id: ID @auth }',
  ],
  ['another type', 'type Query { s: S @auth } type S @auth { t: [T] }'],
  ['a type that references itself', 'type Query { s: S @auth } type S @auth { s: S t: T }'],
  ['a field with an owner', 'type Query { s: S @auth } type S @owner(field: "id") { id: ID! t: T }'],
];

describe('everyFieldHasRule on a type reachable through', () => {
  // covers: ACCESS-01
  test.each(PATHS_TO_T)('%s: reports a field without a rule', (_, sdl) => {
    expect(problemsOf(createTestSchema(`${sdl}\ntype T {\n  leak: Int\n}`))).toEqual([missingRule('T', 'leak', 3)]);
  });
  test.each(PATHS_TO_T)('%s: accepts a field with @public, @auth or @owner', (_, sdl) => {
    for (const type of ['type T { a: Int @auth }', 'type T @auth { a: Int }', 'type T { a: ID! @owner(field: "a") }'])
      expect(problemsOf(createTestSchema(`${sdl}\n${type}`))).toEqual([]);
    expect(problemsOf(createTestSchema(`${sdl}\ntype T { leak: Int @public(reason: "x") }`))).toEqual([]);
  });
});

describe('everyFieldHasRule with rules on other elements', () => {
  test.each([
    ['an extension of the type', 'type T { a: Int }', 'extend type T @auth { b: Int }'],
    ['an interface with @auth', 'type T implements I { a: Int b: Int }', 'interface I @auth { a: Int }'],
    [
      'an extension of an interface',
      'type T implements I { a: Int }',
      'interface I { a: Int } extend interface I @auth',
    ],
    [
      'an interface of an interface, which the type implements as well',
      'type T implements I & J { a: Int b: Int }',
      'interface I @auth { a: Int } interface J implements I { a: Int }',
    ],
    ['an interface with @public', 'type T implements I { a: Int }', 'interface I @public(reason: "x") { a: Int }'],
    ["an interface's field", 'type T implements I { a: Int }', 'interface I { a: Int @public(reason: "x") }'],
  ])('accepts a rule on %s', (_, type, more) => {
    expect(problemsOf(createTestSchema('type Query { t: T @auth }', type, more))).toEqual([]);
  });

  test.each(['interface I { a: Int @auth }', 'interface I @public(reason: "x") { a: Int }'])(
    'reports a field that the interface does not declare: %s',
    (interfaceSdl) => {
      const schema = createTestSchema(
        `${interfaceSdl} type Query { t: T @auth }`,
        'type T implements I {\n  a: Int\n  b: Int\n}',
      );
      expect(problemsOf(schema)).toEqual([missingRule('T', 'b', 3, 'more-1.graphql')]);
    },
  );
  test('reports a field with rules only on its argument, on another field, or on a field that returns the type', () => {
    const sdl = 'type Query @auth { t: T }\ntype T { a(by: ID @owner): Int\nb: Int @auth }';
    expect(problemsOf(createTestSchema(sdl))).toEqual([missingRule('T', 'a', 2)]);
  });
  test("reports a field with a rule only on the union's other members", () => {
    const sdl = 'union U = S | T\ntype Query { u: U @auth }\ntype S @auth { a: Int }\ntype T { a: Int }';
    expect(problemsOf(createTestSchema(sdl))).toEqual([missingRule('T', 'a', 4)]);
  });
  test('reports a field with a directive that is listed in otherDirectives', () => {
    for (const type of ['@cached { a: Int }', '{ a: Int @cached }', '{ a: Int @deprecated }']) {
      const schema = createTestSchema(`directive @cached on OBJECT | FIELD_DEFINITION type Query ${type}`);
      expect(problemsOf(schema, { otherDirectives: ['cached'] })).toEqual([missingRule('Query', 'a', 1)]);
    }
  });
});

test('everyFieldHasRule reports every field without a rule, each with its file', () => {
  const schema = createTestSchema(
    'type Query {\n  a: Int\n  b: Int @auth\n  t: T @auth\n}',
    'type T {\n  c: Int\n}\nextend type Query {\n  d: Int\n}',
  );
  expect(problemsOf(schema)).toEqual([
    missingRule('Query', 'a', 2),
    missingRule('Query', 'd', 5, 'more-1.graphql'),
    missingRule('T', 'c', 2, 'more-1.graphql'),
  ]);
});

test.each<readonly [fields: string, types: string, owned: string | null]>([
  ['a: T', 'type T { b: Int @auth }', 'T'],
  ['a: [T!]!', 'type T { b: Int @auth }', 'T'],
  ['a: T', 'type T @owner { userId: ID! }', null],
  ['a: T', 'type T @auth { b: Int }', null],
  ['a: U', 'type T { b: Int @auth } union U = T', null],
  ['a: Query', '', null],
  ['a: Int', '', null],
])(
  'everyFieldHasRule proposes no @owner on a root type, but on the type that it returns: %s %s',
  (field, types, owned) => {
    const sdl = `type Query { ${field} b: Int @auth } ${types}`;
    expect(problemsOf(createTestSchema(sdl))).toEqual([missingRule('Query', 'a', 1, 'schema.graphql', owned)]);
  },
);

test('everyFieldHasRule proposes no @owner on a root type of another name', () => {
  const sdl = 'schema { query: Root mutation: Change } type Root { a: Int @auth } type Change { b: Int }';
  expect(problemsOf(createTestSchema(sdl))).toEqual([missingRule('Change', 'b', 1, 'schema.graphql', null)]);
});

test.each(['input T { leak: Int }', 'enum T { LEAK }', 'interface T { leak: Int }', 'type T { leak: T }'])(
  'everyFieldHasRule ignores a type that no response can contain: %s',
  (type) => {
    expect(problemsOf(createTestSchema(PUBLIC_QUERY, type))).toEqual([]);
  },
);
