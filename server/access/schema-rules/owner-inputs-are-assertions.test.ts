import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../testing/harness.ts';

/** Where `@owner` speaks of a value: VALUE is the type, with a default if any, and the rule stands on line 2. */
const PLACES: readonly (readonly [string, string, string])[] = [
  ['Query.a(by:)', 'argument', 'type Query { a(by: VALUE\nRULE): Int @auth }'],
  [
    'Query.b(by:)',
    'argument',
    'type Query { a: Int @auth } extend type Query { b(n: Int, by: VALUE\nRULE): Int @auth }',
  ],
  ['Mutation.a(by:)', 'argument', 'type Query { a: Int @auth } type Mutation { a(by: VALUE\nRULE): Int @auth }'],
  [
    'I.a(by:)',
    'argument',
    'interface I { a(by: VALUE\nRULE): Int @auth } type T implements I { a(by: VALUE): Int } type Query { t: T @auth }',
  ],
  ['N.by', 'input field', 'input N { n: Int by: VALUE\nRULE } type Query { a(n: N): Int @auth }'],
  ['N.by', 'input field', 'input N { n: Int } extend input N { by: VALUE\nRULE } type Query { a(n: N): Int @auth }'],
  ['N.by', 'input field', 'input N { by: VALUE\nRULE } input M { many: [N!] } type Query { a(m: M): Int @auth }'],
];
const TYPES = 'enum Who { ME } scalar Id input Nested { id: ID }';

describe.each(PLACES)('at %s, an %s (%j)', (coordinate, kind, sdl) => {
  const problems = (value: string, rule = '@owner') =>
    problemsOf(createTestSchema(`${sdl.replaceAll('VALUE', value).replace('RULE', rule)}\n${TYPES}`));
  const problem = (message: string, fix: string) => ({
    rule: 'ownerInputsAreAssertions',
    coordinate,
    location: { file: 'schema.graphql', line: 2 },
    message,
    fix,
  });

  test.each(['ID', 'ID!', 'String', '[ID]', '[ID!]!', '[[String]]'])('%s can be an id', (value) => {
    expect(problems(value)).toEqual([]);
  });

  test.each([
    ['Int', 'Int'],
    ['[Float!]', 'Float'],
    ['Boolean!', 'Boolean'],
    ['Who', 'Who'],
    ['Id', 'Id'],
    ['[[Nested]]', 'Nested'],
  ])("%s is no owner's id", (value, named) => {
    expect(problems(value)).toEqual([
      problem(`${named} is no type of an owner's id`, 'make it an ID, or a list of them'),
    ]);
  });

  test.each(['ID = "ada"', 'ID! = ""', 'ID = null', '[ID!] = []', '[ID] = ["ada"]'])('%s is a default', (value) => {
    expect(problems(value)).toEqual([
      problem(
        "it has a default, which could be nobody's own id",
        'leave the default out: without a value it is the caller',
      ),
    ]);
  });

  test.each([
    ['field', '@owner(field: "userId")'],
    ['orRoles', '@owner(orRoles: [ADMIN])'],
  ])('%s means nothing there', (argument, rule) => {
    expect(problems('ID', rule)).toEqual([
      problem(`${argument} means nothing on an ${kind}`, "write a bare @owner: the value is the caller's own id"),
    ]);
  });

  test('all of it at once is told at once', () => {
    expect(problems('Int = 5', '@owner(orRoles: [ADMIN], field: "x")').map(({ message }) => message)).toEqual([
      `orRoles means nothing on an ${kind}`,
      `field means nothing on an ${kind}`,
      "Int is no type of an owner's id",
      "it has a default, which could be nobody's own id",
    ]);
  });

  test('without @owner it is a value like any other', () => {
    expect(problems('Int = 5', '')).toEqual([]);
  });
});

// covers: ACCESS-10
describe('an owner inside of a default is a default of the owner', () => {
  const INPUTS = `
    input Filter { by: ID @owner name: String deep: Deep list: [Deep] }
    input Deep { by: [ID] @owner plain: ID }
  `;
  test.each([
    ['of an argument', 'Query.f(input:)', 'Filter.by', 'type Query { f(input: Filter =\n{ by: "ada" }): Int @auth }'],
    [
      'in an input object',
      'Query.f(input:)',
      'Deep.by',
      'type Query { f(input: Filter =\n{ deep: { by: ["ada"] } }): Int @auth }',
    ],
    [
      'in a list',
      'Query.f(inputs:)',
      'Deep.by',
      'type Query { f(inputs: [Filter!]! =\n[{}, { list: [{ plain: "x" }, { by: "ada" }] }]): Int @auth }',
    ],
    [
      'of an input field',
      'Outer.deep',
      'Deep.by',
      'type Query { f(outer: Outer): Int @auth } input Outer { deep: Deep =\n{ by: [] } }',
    ],
  ])('%s', (_, coordinate, owner, sdl) => {
    const problems = problemsOf(createTestSchema(`${sdl} ${INPUTS}`));
    expect(problems).toEqual([
      {
        rule: 'ownerInputsAreAssertions',
        coordinate,
        location: { file: 'schema.graphql', line: 1 },
        message: `its default says who the owner is, at ${owner}`,
        fix: 'leave the owner out of the default: without a value it is the caller',
      },
    ]);
  });

  test.each(['{}', '{ name: "x" }', '{ by: null }', '{ deep: { plain: "x" }, list: [] }', 'null'])(
    '%s says nothing of one',
    (byDefault) => {
      expect(
        problemsOf(createTestSchema(`type Query { f(input: Filter = ${byDefault}): Int @auth } ${INPUTS}`)),
      ).toEqual([]);
    },
  );
});

describe('where an interface says @owner of an argument, the types that implement it have no default there', () => {
  const sdlOf = (byDefault: string) => `
    interface J { f(by: ID @owner): Int @auth }
    interface I implements J { f(by: ID): Int }
    type T implements I & J {
      f(n: Int = 5, by: ID${byDefault}): Int
    }
    type Query { t: T @auth }`;

  test.each(['"ada"', '""', 'null'])('not %s', (value) => {
    expect(problemsOf(createTestSchema(sdlOf(` = ${value}`)))).toEqual([
      {
        rule: 'ownerInputsAreAssertions',
        coordinate: 'T.f(by:)',
        location: { file: 'schema.graphql', line: 5 },
        message: "it has a default, and @owner at J.f(by:) asks for the caller's own id",
        fix: 'leave the default out: without a value it is the caller',
      },
    ]);
    expect(problemsOf(createTestSchema(sdlOf('')))).toEqual([]);
  });

  test('nor does an interface of the interface', () => {
    const sdl = `
      interface J { f(by: [ID!] @owner): Int @auth } interface I implements J { f(by: [ID!] = ["ada"]): Int }
      type T implements I & J { f(by: [ID!]): Int } type Query { t: T @auth }`;
    expect(problemsOf(createTestSchema(sdl)).map(({ rule, coordinate }) => [rule, coordinate])).toEqual([
      ['ownerInputsAreAssertions', 'I.f(by:)'],
    ]);
  });

  test('a default of an argument of the same name elsewhere is no matter', () => {
    const sdl = `
      interface J { f(by: ID @owner): Int @auth g(by: ID): Int @auth }
      type T implements J { f(by: ID): Int g(by: ID = "ada"): Int } type Query { t: T @auth f(by: ID = "ada"): Int @auth }`;
    expect(problemsOf(createTestSchema(sdl))).toEqual([]);
  });
});
