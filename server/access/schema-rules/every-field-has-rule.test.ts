import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../testing/harness.ts';

const DOOR = 'type Query { door: Int @public(reason: "A door.") }';

/** What is said of a field that nobody judged. */
const unjudged = (type: string, field: string, line: number, file = 'schema.graphql') => ({
  rule: 'everyFieldHasRule',
  coordinate: `${type}.${field}`,
  location: { file, line },
  message: 'nobody has said who may read this',
  fix: `write \`${field}: … @auth\` for signed-in callers, \`@owner\` on the type ${type} for its owner alone, or \`@public(reason: "…")\` for everybody`,
});

/** Ways by which an answer comes to hold a T; each ends with the line on which T stands. */
const REACHES: readonly (readonly [string, string])[] = [
  ...['T', 'T!', '[T]', '[T!]!', '[[T!]]'].map((type) => [type, `type Query { t: ${type} @auth }`] as const),
  ['a mutation', `${DOOR} type Mutation { t: T @auth }`],
  ['a root of another name', 'schema { query: Root } type Root { t: T @auth }'],
  ['an extension of the root', `${DOOR} extend type Query { t: T @auth }`],
  ['a union', 'type Query { u: U @auth } union U = T'],
  ['an extension of a union', 'type O @auth { o: Int } type Query { u: [U!] @auth } union U = O extend union U = T'],
  ['an interface', 'type Query { i: I @auth } interface I { id: ID } extend type T implements I { id: ID @auth }'],
  [
    'an interface of an interface',
    'type Query { a: A @auth } interface A { id: ID } interface B implements A { id: ID } extend type T implements A & B { id: ID @auth }',
  ],
  ['another type', 'type Query { s: S @auth } type S @auth { t: [T] }'],
  ['a type that reaches itself', 'type Query { s: S @auth } type S @auth { s: S t: T }'],
  ['a field with an owner', 'type Query { s: S @auth } type S @owner(field: "id") { id: ID! t: T }'],
];

describe('a field of a type that an answer reaches by', () => {
  // covers: ACCESS-01
  test.each(REACHES)('%s: unjudged it keeps the server from starting', (_, reach) => {
    expect(problemsOf(createTestSchema(`${reach}\ntype T {\n  leak: Int\n}`))).toEqual([unjudged('T', 'leak', 3)]);
  });
  test.each(REACHES)('%s: judged, by any of the three words, it starts', (_, reach) => {
    for (const judged of ['type T { a: Int @auth }', 'type T @auth { a: Int }', 'type T { a: ID! @owner(field: "a") }'])
      expect(problemsOf(createTestSchema(`${reach}\n${judged}`))).toEqual([]);
    expect(problemsOf(createTestSchema(`${reach}\ntype T { leak: Int @public(reason: "x") }`))).toEqual([]);
  });
});

describe('what is written elsewhere covers', () => {
  test.each([
    ['by an extension of the type', 'type T { a: Int }', 'extend type T @auth { b: Int }'],
    ['by an interface that closes', 'type T implements I { a: Int b: Int }', 'interface I @auth { a: Int }'],
    [
      'by an interface that an extension closes',
      'type T implements I { a: Int }',
      'interface I { a: Int } extend interface I @auth',
    ],
    [
      'by an interface of an interface, which the type implements as well',
      'type T implements I & J { a: Int b: Int }',
      'interface I @auth { a: Int } interface J implements I { a: Int }',
    ],
    ['by a public interface', 'type T implements I { a: Int }', 'interface I @public(reason: "x") { a: Int }'],
    ["by an interface's field", 'type T implements I { a: Int }', 'interface I { a: Int @public(reason: "x") }'],
  ])('%s', (_, type, more) => {
    expect(problemsOf(createTestSchema('type Query { t: T @auth }', type, more))).toEqual([]);
  });

  test.each(['interface I { a: Int @auth }', 'interface I @public(reason: "x") { a: Int }'])(
    'but not past the fields that an interface has: %s',
    (interfaced) => {
      const schema = createTestSchema(
        `${interfaced} type Query { t: T @auth }`,
        'type T implements I {\n  a: Int\n  b: Int\n}',
      );
      expect(problemsOf(schema)).toEqual([unjudged('T', 'b', 3, 'more-1.graphql')]);
    },
  );
  test('but not by a rule on an argument, a field beside it, or a field that leads to the type', () => {
    const sdl = 'type Query @auth { t: T }\ntype T { a(by: ID @owner): Int\nb: Int @auth }';
    expect(problemsOf(createTestSchema(sdl))).toEqual([unjudged('T', 'a', 2)]);
  });
  test("but not by a union's other members", () => {
    const sdl = 'union U = S | T\ntype Query { u: U @auth }\ntype S @auth { a: Int }\ntype T { a: Int }';
    expect(problemsOf(createTestSchema(sdl))).toEqual([unjudged('T', 'a', 4)]);
  });
  test('but not by a word of another meaning, even one that is vouched for', () => {
    for (const place of ['@cached { a: Int }', '{ a: Int @cached }', '{ a: Int @deprecated }']) {
      const schema = createTestSchema(`directive @cached on OBJECT | FIELD_DEFINITION type Query ${place}`);
      expect(problemsOf(schema, { otherDirectives: ['cached'] })).toEqual([unjudged('Query', 'a', 1)]);
    }
  });
});

test('every field that nobody judged is named, each in its file', () => {
  const schema = createTestSchema(
    'type Query {\n  a: Int\n  b: Int @auth\n  t: T @auth\n}',
    'type T {\n  c: Int\n}\nextend type Query {\n  d: Int\n}',
  );
  expect(problemsOf(schema)).toEqual([
    unjudged('Query', 'a', 2),
    unjudged('Query', 'd', 5, 'more-1.graphql'),
    unjudged('T', 'c', 2, 'more-1.graphql'),
  ]);
});

test.each(['input T { leak: Int }', 'enum T { LEAK }', 'interface T { leak: Int }', 'type T { leak: T }'])(
  'what no answer can hold needs no judgement: %s',
  (type) => {
    expect(problemsOf(createTestSchema(DOOR, type))).toEqual([]);
  },
);
