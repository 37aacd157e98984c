import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../test-harness.ts';

/** Schemas whose only problem is the directive on line 2. */
const onField = (directive: string) =>
  `type Query { t: T @auth } type T @public(reason: "x") { a: Int\n${directive} userId: ID! }`;
const onType = (directive: string) => `type Query { t: T @auth } type T\n${directive} { userId: ID! @auth }`;
const onExtension = (directive: string) =>
  `type Query { t: T @auth } type T { userId: ID! @auth } extend type T\n${directive}`;
const onInterface = (directive: string) =>
  `type Query { t: T @auth } interface I\n${directive} { userId: ID! } type T implements I { userId: ID! @auth }`;

const ELEMENTS = [
  ['T.a', onField],
  ['T', onType],
  ['T', onExtension],
  ['I', onInterface],
] as const;

/** Graphql's sentence: 16 names the argument and prints the value, 17 names the coordinate and says what is wrong. */
const invalidValue = (name: string, argument: string) =>
  new RegExp(`^@${name}: Argument "(${argument}|@${name}\\(${argument}:\\))" has invalid value`);

describe.each(ELEMENTS)('valuesAreReadable at %s (%o)', (coordinate, sdlOf) => {
  test.each([
    '@auth(roles: [USERS])',
    '@auth(roles: [null])',
    '@auth(roles: ["ADMIN"])',
    '@auth(roles: [admin])',
    '@auth(roles: [[ADMIN]])',
    '@auth(maxAge: "300")',
    '@auth(maxAge: 1.5)',
    '@auth(maxAge: 2147483648)',
    '@auth(emailVerified: "true")',
    '@auth(emailVerified: 1)',
    '@owner(field: userId)',
    '@owner(orRoles: [ADMN])',
    '@public(reason: 5)',
  ])('reports %s', (directive) => {
    const [, name = '', argument = ''] = /^@(\w+)\((\w+):/.exec(directive) ?? [];
    expect(problemsOf(createTestSchema(sdlOf(directive))).filter(({ rule }) => rule !== 'everyFieldHasRule')).toEqual([
      {
        rule: 'valuesAreReadable',
        coordinate,
        location: { file: 'schema.graphql', line: 2 },
        message: expect.stringMatching(invalidValue(name, argument)) as string,
        fix: `write a value of the argument's type${/roles/i.test(argument) ? '; the roles are USER, ADMIN, AUDITOR' : ''}`,
      },
    ]);
  });

  test.each([
    ['auth', 'roles'],
    ['auth', 'maxAge'],
    ['auth', 'emailVerified'],
    ['owner', 'field'],
  ])('reports @%s(%s: null)', (name, argument) => {
    expect(problemsOf(createTestSchema(sdlOf(`@${name}(${argument}: null)`)))).toEqual([
      {
        rule: 'valuesAreReadable',
        coordinate,
        location: { file: 'schema.graphql', line: 2 },
        message: `@${name}(${argument}: null) has no effect`,
        fix: `omit ${argument}, or write a value`,
      },
    ]);
  });

  test.each([
    '@auth(roles: ADMIN)',
    '@auth(roles: [ADMIN, AUDITOR])',
    '@auth(maxAge: 1)',
    '@auth(maxAge: 2147483647, emailVerified: true)',
    '@owner(field: "userId", orRoles: ADMIN)',
  ])('accepts %s', (directive) => {
    expect(problemsOf(createTestSchema(sdlOf(directive)))).toEqual([]);
  });
});

test('valuesAreReadable reports `orRoles: null`, and conditionsCanBeMet does not report it as an empty list', () => {
  const problems = problemsOf(createTestSchema(onType('@owner(orRoles: null)')));
  expect(problems.map(({ rule, message }) => [rule, message])).toEqual([
    ['valuesAreReadable', '@owner(orRoles: null) has no effect'],
  ]);
});

test('valuesAreReadable reports each null on its line, and each directive with an invalid value', () => {
  const sdl = `type Query @auth { a: Int @auth(\nroles: null\nmaxAge: null) b: Int\n@auth(roles: [X]) c(d: ID\n@owner(field: null)): Int }`;
  const problems = problemsOf(createTestSchema(sdl)).filter(({ rule }) => rule === 'valuesAreReadable');
  expect(problems.map(({ coordinate, location, message }) => [coordinate, location?.line, message])).toEqual([
    ['Query.a', 2, '@auth(roles: null) has no effect'],
    ['Query.a', 3, '@auth(maxAge: null) has no effect'],
    ['Query.b', 4, expect.stringMatching(invalidValue('auth', 'roles'))],
    ['Query.c(d:)', 5, '@owner(field: null) has no effect'],
  ]);
});

test('valuesAreReadable ignores the arguments of other directives', () => {
  const schema = createTestSchema(
    'directive @cost(of: Int) on FIELD_DEFINITION type Query { a: Int @auth @cost(of: null) }',
  );
  expect(problemsOf(schema, { otherDirectives: ['cost'] })).toEqual([]);
});
