import { buildASTSchema, GraphQLObjectType, GraphQLSchema, GraphQLString, parse, Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import { problemsOf, createTestSchema } from './test-harness.ts';
import { AccessPolicyError } from './schema-problem.ts';
import { InvalidSchemaError, loadSchema } from './load-schema.ts';

/** Returns the problems, each as `rule coordinate`. */
const formatProblems = (...texts: string[]) =>
  problemsOf(createTestSchema(...texts)).map(({ rule, coordinate }) => `${rule} ${coordinate}`);

const OPEN = 'type Query { open: String @public(reason: "For everyone.") }';

describe('checkSchema with a valid schema', () => {
  test.each([
    ['a field with its own rule', 'type Query { me: String @auth }'],
    ['a type with a rule', 'type Query @auth { me: String you: String }'],
    ['a rule on an extension', 'type Query { me: Int @auth } extend type Query @auth { you: Int }'],
    [
      "an interface's rule",
      'interface Node @auth { id: ID! } type Thing implements Node { id: ID! size: Int } type Query { t: Thing @auth }',
    ],
    [
      'an interface of an interface',
      'interface A @auth { id: ID! } interface B implements A { id: ID! } type T implements A & B { id: ID! } type Query { t: T @auth }',
    ],
    [
      "an interface's field",
      'interface Node { id: ID! @auth } type T implements Node { id: ID! } type Query { t: T @auth }',
    ],
    [
      'a public interface that covers the fields it declares',
      'interface I @public(reason: "x") { id: ID! } type T implements I { id: ID! more: Int @auth } type Query { t: T @auth }',
    ],
    ['an unreachable type without rules', `${OPEN} type Lonely { field: Int }`],
    [
      'a restricted field in a public type',
      'type Query @public(reason: "For everyone.") { open: Int closed: Int @auth }',
    ],
    ['an owner field of another name', 'type T @owner(field: "by") { by: String! } type Query { t: T @auth }'],
    [
      'a nullable owner field with orRoles',
      'type T @owner(field: "by", orRoles: [ADMIN]) { by: ID } type Query { t: T @auth }',
    ],
    [
      'owner arguments of every id type',
      'input I { by: ID @owner all: [ID!] @owner } type Query { t(a: ID @owner, b: [String!]! @owner, c: I): Int @auth }',
    ],
  ])('accepts %s', (_, sdl) => {
    expect(formatProblems(sdl)).toEqual([]);
  });

  test('accepts a directive in otherDirectives', () => {
    const schema = createTestSchema(
      'directive @cost(of: Int) on FIELD_DEFINITION type Query { me: Int @auth @cost(of: 1) }',
    );
    expect(problemsOf(schema, { otherDirectives: ['cost'] })).toEqual([]);
  });
});

// covers: ACCESS-02
describe('checkSchema with an invalid schema', () => {
  test.each([
    ['everyFieldHasRule Query.leak', 'a field without a rule', 'type Query { leak: Int }'],
    ['everyFieldHasRule Query.leak', 'a field of an extension', `${OPEN} extend type Query { leak: Int }`],
    [
      'everyFieldHasRule T.leak',
      'a type reached only through a union',
      'type T { leak: Int } union U = T type Query { u: U @auth }',
    ],
    [
      'everyFieldHasRule T.leak',
      'a type reached only through an interface',
      'interface I { id: ID! } type T implements I { id: ID! @auth leak: Int } type Query { i: I @auth }',
    ],
    ['everyFieldHasRule T.leak', 'a mutation’s payload', `type T { leak: Int } ${OPEN} type Mutation { m: T @auth }`],
    [
      'everyFieldHasRule T.more',
      'a field that its public interface does not declare',
      'interface I @public(reason: "x") { id: ID! } type T implements I { id: ID! @public(reason: "x") more: Int } type Query { t: T @auth }',
    ],
    [
      'onlyKnownDirectives Query.me',
      'a misspelt directive',
      'directive @isOwner on FIELD_DEFINITION type Query { me: Int @auth @isOwner }',
    ],
    [
      'onlyKnownDirectives E.A',
      'an unknown directive on an enum value',
      `directive @x on ENUM_VALUE enum E { A @x } ${OPEN} extend type Query { e: E @auth }`,
    ],
    [
      'valuesAreReadable Query.me',
      'a role that the enum lacks',
      'type Query @public(reason: "x") { me: Int @auth(roles: [ADMN]) }',
    ],
    ['valuesAreReadable Query.me', 'null for roles', 'type Query { me: Int @auth(roles: null) }'],
    [
      'valuesAreReadable T',
      'null for an owner field',
      'type T @owner(field: null) { userId: ID! } type Query { t: T @auth }',
    ],
    ['publicIsAllOrNothing Query.open', 'a blank reason', 'type Query { open: Int @public(reason: "  ") }'],
    [
      'publicIsAllOrNothing T.a',
      'a public field in a restricted type',
      'type T @auth { a: Int @public(reason: "x") } type Query { t: T @auth }',
    ],
    [
      'publicIsAllOrNothing T.a',
      'a public field that its interface restricts',
      'interface I @auth { a: Int } type T implements I { a: Int @public(reason: "x") } type Query { t: T @auth }',
    ],
    [
      'publicIsAllOrNothing Query.a',
      '@public and @auth on one field',
      'type Query { a: Int @public(reason: "x") @auth }',
    ],
    ['conditionsCanBeMet Query.a', 'an empty list of roles', 'type Query { a: Int @auth(roles: []) }'],
    ['conditionsCanBeMet Query.a', 'a maxAge of zero', 'type Query { a: Int @auth(maxAge: 0) }'],
    ['conditionsCanBeMet Query.a', 'a negative maxAge', 'type Query { a: Int @auth(maxAge: -5) }'],
    ['conditionsCanBeMet Query.a', 'emailVerified: false', 'type Query { a: Int @auth(emailVerified: false) }'],
    ['conditionsCanBeMet T', 'empty orRoles', 'type T @owner(orRoles: []) { userId: ID! } type Query { t: T @auth }'],
    ['ownersAreNamed T', 'a missing owner field', 'type T @owner { id: ID! } type Query { t: T @auth }'],
    [
      'ownersAreNamed T',
      'a wrong name of an owner field',
      'type T @owner(field: "who") { userId: ID! } type Query { t: T @auth }',
    ],
    ['ownersAreNamed T', 'a nullable owner field', 'type T @owner { userId: ID } type Query { t: T @auth }'],
    ['ownersAreNamed T', 'an owner field of the type Int', 'type T @owner { userId: Int! } type Query { t: T @auth }'],
    ['ownersAreNamed T', 'several owners', 'type T @owner { userId: [ID!]! } type Query { t: T @auth }'],
    [
      'ownersAreNamed I',
      'an interface without its owner field',
      'interface I @owner { id: ID! } type T implements I { id: ID! } type Query { t: T @auth }',
    ],
    [
      'ownersAreNamed T.a',
      'a missing owner field of a field rule',
      'type T { a: Int @owner } type Query { t: T @auth }',
    ],
    [
      'ownerInputsAreAssertions Query.a(x:)',
      '`field` on an argument',
      'type Query { a(x: ID @owner(field: "id")): Int @auth }',
    ],
    [
      'ownerInputsAreAssertions Query.a(x:)',
      '`orRoles` on an argument',
      'type Query { a(x: ID @owner(orRoles: [ADMIN])): Int @auth }',
    ],
    [
      'ownerInputsAreAssertions Query.a(x:)',
      'a default value of an owner argument',
      'type Query { a(x: ID = "ada" @owner): Int @auth }',
    ],
    [
      'ownerInputsAreAssertions I.x',
      'a default value of an owner input field',
      'input I { x: ID = "ada" @owner } type Query { a(i: I): Int @auth }',
    ],
    [
      'ownerInputsAreAssertions Query.a(x:)',
      'an owner argument of the type Int',
      'type Query { a(x: Int @owner): Int @auth }',
    ],
    ['entryPointsAreSupported Subscription', 'a subscription root', `${OPEN} type Subscription { s: Int @auth }`],
    ['entryPointsAreSupported @defer', 'incremental delivery', `directive @defer on FRAGMENT_SPREAD ${OPEN}`],
    [
      'entryPointsAreSupported Query._service',
      'a federation entry point',
      `${OPEN} extend type Query { _service: Int @auth }`,
    ],
  ])('reports %s: %s', (expected, _, sdl) => {
    expect(formatProblems(sdl)).toContain(expected);
  });

  test.each([
    ['itself', 'type Query { t: T @public(reason: "x") }'],
    ['in a list', 'type Query { t: [[T!]!] @public(reason: "x") }'],
    ['by its type', 'type Query @public(reason: "x") { t: T }'],
    ['through a union', 'union U = T type Query { t: U @public(reason: "x") }'],
  ])('reports a public field that returns an owned object, %s', (_, sdl) => {
    expect(formatProblems(`type T @owner { userId: ID! } ${sdl}`)).toEqual(['publicIsAllOrNothing Query.t']);
  });

  test('reports an abstract type with an owned member and without resolveType', () => {
    const schema = createTestSchema('type T @owner { userId: ID! } union U = T type Query { u: U @auth }');
    Object.assign(schema.getType('U') ?? {}, { resolveType: undefined });
    expect(problemsOf(schema).map(({ rule, coordinate }) => `${rule} ${coordinate}`)).toEqual([
      'abstractTypesResolve U',
    ]);
  });

  test('reports missing and different definitions of the access directives', () => {
    const bare = loadSchema([new Source('type Query { a: Int }')]);
    expect(problemsOf(bare).map(({ rule }) => rule)).toContain('policyDirectivesAreDefined');
    const weaker = loadSchema([
      new Source(
        'directive @public(reason: String!) on OBJECT enum Role { A } directive @auth(roles: [Role]) on OBJECT directive @owner on OBJECT type Query { a: Int }',
      ),
    ]);
    expect(problemsOf(weaker).filter(({ rule }) => rule === 'policyDirectivesAreDefined')).toHaveLength(3);
  });

  // covers: ACCESS-02
  test('reports a directive applied both to a definition and to its extension', () => {
    const twice = [
      'type T @auth(roles: [ADMIN]) { a: Int } type Query { t: T @auth }',
      '\nextend type T @auth(roles: [USER]) { b: Int }',
    ];
    expect(() => createTestSchema(...twice)).toThrow(
      'more-1.graphql:2 The directive "@auth" can only be used once at this location.',
    );
    // The same for a schema built without graphql-js' validation.
    const document = parse(`${accessDirectiveSdl} enum Role { USER ADMIN } ${twice.join(' ')}`);
    const schema = buildASTSchema(document, { assumeValidSDL: true });
    expect(problemsOf(schema).map(({ rule, coordinate }) => `${rule} ${coordinate}`)).toEqual(['oneApplicationEach T']);
  });

  test('reports a field that a transform added by code', () => {
    const query = new GraphQLObjectType({ name: 'Query', fields: { added: { type: GraphQLString } } });
    const { directives } = createTestSchema(OPEN).toConfig();
    const [problem] = problemsOf(new GraphQLSchema({ query, directives }));
    expect(problem).toMatchObject({ coordinate: 'Query.added', location: null });
  });
});

describe('the error of an invalid schema', () => {
  // covers: ENGINE-01
  test('the error lists every problem with file, line, coordinate, rule and fix', () => {
    const schema = createTestSchema(
      'type Query {\n  me: Int @auth\n}',
      'extend type Query {\n  leak: Int\n  old: Int @auth(maxAge: 0)\n}',
    );
    expect(() => checkSchema(schema)).toThrow(AccessPolicyError);
    expect(() => checkSchema(schema)).toThrow(
      [
        'The schema is not a complete access policy (2 problems):',
        '  more-1.graphql:2 Query.leak: no access rule [everyFieldHasRule]',
        '    fix: write `leak: … @auth` for signed-in users, or `@public(reason: "…")` for anyone',
        '  more-1.graphql:3 Query.old: maxAge is 0 [conditionsCanBeMet]',
        '    fix: write a number of seconds, 1 or more, or omit maxAge',
      ].join('\n'),
    );
  });

  // covers: ENGINE-02
  test('the error lists every file that does not parse, with the line of the error', () => {
    const sources = [
      new Source('type Query {\n  a: Int @\n}', 'a.graphql'),
      new Source('type Fine { a: Int }', 'fine.graphql'),
      new Source('', 'empty.graphql'),
      new Source('type {', 'cut.md', { line: 40, column: 1 }),
    ];
    expect(() => loadSchema(sources)).toThrow(InvalidSchemaError);
    expect(() => loadSchema(sources)).toThrow(
      [
        'The files are not a valid schema:',
        '  a.graphql:3 Syntax Error: Expected Name, found "}".',
        '  empty.graphql:1 Syntax Error: Unexpected <EOF>.',
        '  cut.md:40 Syntax Error: Expected Name, found "{".',
      ].join('\n'),
    );
  });

  test('the error says what to do if two sources define the access directives', () => {
    const definitions = ['a.graphql', 'b.graphql'].map((name) => new Source(accessDirectiveSdl, name));
    const schema = new Source('enum Role { USER } type Query { a: Int @auth }', 'schema.graphql');
    expect(() => loadSchema([...definitions, schema])).toThrow('load one of them');
    expect(() => loadSchema([schema])).not.toThrow('load one of them');
  });

  test('loadSchema lists the errors of a schema that is not valid GraphQL before the schema rules apply', () => {
    expect(() => loadSchema([new Source('type Query { a: Missing }', 'a.graphql')])).toThrow(
      'a.graphql:1 Unknown type "Missing"',
    );
    const invalidSdl = 'interface I { a: Int } type Query implements I { b: Int }';
    expect(() => loadSchema([new Source(invalidSdl, 'b.graphql')])).toThrow(
      'b.graphql:1 Interface field I.a expected but Query does not provide it.',
    );
  });
});
