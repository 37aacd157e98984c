import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../test-harness.ts';

/** Inputs that can have `@owner`: VALUE is the type, with a default if any, and the rule is on line 2. */
const INPUT_LOCATIONS: readonly (readonly [string, string, string])[] = [
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

describe.each(INPUT_LOCATIONS)('ownerInputsAreAssertions at %s, an %s (%j)', (coordinate, kind, sdl) => {
  const problems = (value: string, rule = '@owner') =>
    problemsOf(createTestSchema(`${sdl.replaceAll('VALUE', value).replace('RULE', rule)}\n${TYPES}`));
  const problem = (message: string, fix: string) => ({
    rule: 'ownerInputsAreAssertions',
    coordinate,
    location: { file: 'schema.graphql', line: 2 },
    message,
    fix,
  });

  test.each(['ID', 'ID!', 'String', '[ID]', '[ID!]!', '[[String]]'])('accepts the type %s', (value) => {
    expect(problems(value)).toEqual([]);
  });

  test.each([
    ['Int', 'Int'],
    ['[Float!]', 'Float'],
    ['Boolean!', 'Boolean'],
    ['Who', 'Who'],
    ['Id', 'Id'],
    ['[[Nested]]', 'Nested'],
  ])('reports the type %s', (value, named) => {
    expect(problems(value)).toEqual([
      problem(`${named} cannot hold an owner's id`, 'change the type to ID, or to a list of ID'),
    ]);
  });

  test.each(['ID = "ada"', 'ID! = ""', 'ID = null', '[ID!] = []', '[ID] = ["ada"]'])(
    'reports the default value in %s',
    (value) => {
      expect(problems(value)).toEqual([
        problem(
          "has a default value, which cannot be every caller's own id",
          'remove the default: without a value, the owner is the caller',
        ),
      ]);
    },
  );

  test.each([
    ['field', '@owner(field: "userId")'],
    ['orRoles', '@owner(orRoles: [ADMIN])'],
  ])('reports the argument %s of @owner', (argument, rule) => {
    expect(problems('ID', rule)).toEqual([
      problem(
        `${argument} has no effect on an ${kind}`,
        "write @owner without arguments: the value must be the caller's own id",
      ),
    ]);
  });

  test('reports all problems of one input at once', () => {
    expect(problems('Int = 5', '@owner(orRoles: [ADMIN], field: "x")').map(({ message }) => message)).toEqual([
      `orRoles has no effect on an ${kind}`,
      `field has no effect on an ${kind}`,
      "Int cannot hold an owner's id",
      "has a default value, which cannot be every caller's own id",
    ]);
  });

  test('ignores an input without @owner', () => {
    expect(problems('Int = 5', '')).toEqual([]);
  });
});

// covers: ACCESS-10
describe('ownerInputsAreAssertions and default values that set an owner', () => {
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
  ])('reports a default value that sets an owner %s', (_, coordinate, owner, sdl) => {
    const problems = problemsOf(createTestSchema(`${sdl} ${INPUTS}`));
    expect(problems).toEqual([
      {
        rule: 'ownerInputsAreAssertions',
        coordinate,
        location: { file: 'schema.graphql', line: 1 },
        message: `its default value sets an owner, at ${owner}`,
        fix: 'remove the owner from the default: without a value, the owner is the caller',
      },
    ]);
  });

  test.each(['{}', '{ name: "x" }', '{ by: null }', '{ deep: { plain: "x" }, list: [] }', 'null'])(
    'accepts the default value %s, which sets no owner',
    (defaultValue) => {
      expect(
        problemsOf(createTestSchema(`type Query { f(input: Filter = ${defaultValue}): Int @auth } ${INPUTS}`)),
      ).toEqual([]);
    },
  );
});

describe('ownerInputsAreAssertions on an argument with @owner in an interface', () => {
  const sdlOf = (defaultValue: string) => `
    interface J { f(by: ID @owner): Int @auth }
    interface I implements J { f(by: ID): Int }
    type T implements I & J {
      f(n: Int = 5, by: ID${defaultValue}): Int
    }
    type Query { t: T @auth }`;

  test.each(['"ada"', '""', 'null'])('reports the default value %s in an implementing type', (value) => {
    expect(problemsOf(createTestSchema(sdlOf(` = ${value}`)))).toEqual([
      {
        rule: 'ownerInputsAreAssertions',
        coordinate: 'T.f(by:)',
        location: { file: 'schema.graphql', line: 5 },
        message: "has a default value, but @owner at J.f(by:) requires the caller's own id",
        fix: 'remove the default: without a value, the owner is the caller',
      },
    ]);
    expect(problemsOf(createTestSchema(sdlOf('')))).toEqual([]);
  });

  test('reports a default value in an implementing interface', () => {
    const sdl = `
      interface J { f(by: [ID!] @owner): Int @auth } interface I implements J { f(by: [ID!] = ["ada"]): Int }
      type T implements I & J { f(by: [ID!]): Int } type Query { t: T @auth }`;
    expect(problemsOf(createTestSchema(sdl)).map(({ rule, coordinate }) => [rule, coordinate])).toEqual([
      ['ownerInputsAreAssertions', 'I.f(by:)'],
    ]);
  });

  test('accepts a default value of another argument with the same name', () => {
    const sdl = `
      interface J { f(by: ID @owner): Int @auth g(by: ID): Int @auth }
      type T implements J { f(by: ID): Int g(by: ID = "ada"): Int } type Query { t: T @auth f(by: ID = "ada"): Int @auth }`;
    expect(problemsOf(createTestSchema(sdl))).toEqual([]);
  });
});
