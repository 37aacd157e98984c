import { buildASTSchema, GraphQLObjectType, GraphQLSchema, GraphQLString, parse, Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import { problemsOf, createTestSchema } from './testing/harness.ts';
import { AccessPolicyError } from './schema-problem.ts';
import { InvalidSchemaError, loadSchema } from './load-schema.ts';

/** Problems in a line each: rule and coordinate. */
const found = (...texts: string[]) =>
  problemsOf(createTestSchema(...texts)).map(({ rule, coordinate }) => `${rule} ${coordinate}`);

const OPEN = 'type Query { open: String @public(reason: "A door.") }';

describe('a schema that is a whole policy starts', () => {
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
      'a public interface opens its own fields',
      'interface I @public(reason: "x") { id: ID! } type T implements I { id: ID! more: Int @auth } type Query { t: T @auth }',
    ],
    ['a type nobody can reach', `${OPEN} type Lonely { field: Int }`],
    ['a narrower field in a public type', 'type Query @public(reason: "A door.") { open: Int closed: Int @auth }'],
    ['an owner by a field of another name', 'type T @owner(field: "by") { by: String! } type Query { t: T @auth }'],
    [
      'an owner who may be null, where a role may see it',
      'type T @owner(field: "by", orRoles: [ADMIN]) { by: ID } type Query { t: T @auth }',
    ],
    [
      'an owner argument of every form',
      'input I { by: ID @owner all: [ID!] @owner } type Query { t(a: ID @owner, b: [String!]! @owner, c: I): Int @auth }',
    ],
  ])('%s', (_, sdl) => {
    expect(found(sdl)).toEqual([]);
  });

  test('a directive that the owner of the schema vouches for', () => {
    const schema = createTestSchema(
      'directive @cost(of: Int) on FIELD_DEFINITION type Query { me: Int @auth @cost(of: 1) }',
    );
    expect(problemsOf(schema, { otherDirectives: ['cost'] })).toEqual([]);
  });
});

// covers: ACCESS-02
describe('a schema does not start', () => {
  test.each([
    ['everyFieldHasRule Query.leak', 'a field that nobody judged', 'type Query { leak: Int }'],
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
      'an interface that is public opens nothing but its own fields',
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
    ['valuesAreReadable Query.me', 'roles that are null', 'type Query { me: Int @auth(roles: null) }'],
    [
      'valuesAreReadable T',
      'an owner field that is null',
      'type T @owner(field: null) { userId: ID! } type Query { t: T @auth }',
    ],
    ['publicIsAllOrNothing Query.open', 'a reason that is blank', 'type Query { open: Int @public(reason: "  ") }'],
    [
      'publicIsAllOrNothing T.a',
      'a public field in a closed type',
      'type T @auth { a: Int @public(reason: "x") } type Query { t: T @auth }',
    ],
    [
      'publicIsAllOrNothing T.a',
      'a public field that its interface closes',
      'interface I @auth { a: Int } type T implements I { a: Int @public(reason: "x") } type Query { t: T @auth }',
    ],
    [
      'publicIsAllOrNothing Query.a',
      'public and closed in one place',
      'type Query { a: Int @public(reason: "x") @auth }',
    ],
    ['conditionsCanBeMet Query.a', 'no roles at all', 'type Query { a: Int @auth(roles: []) }'],
    ['conditionsCanBeMet Query.a', 'an age of zero', 'type Query { a: Int @auth(maxAge: 0) }'],
    ['conditionsCanBeMet Query.a', 'an age below zero', 'type Query { a: Int @auth(maxAge: -5) }'],
    [
      'conditionsCanBeMet Query.a',
      'a verification that is not asked for',
      'type Query { a: Int @auth(emailVerified: false) }',
    ],
    [
      'conditionsCanBeMet T',
      'orRoles that are empty',
      'type T @owner(orRoles: []) { userId: ID! } type Query { t: T @auth }',
    ],
    ['ownersAreNamed T', 'an owner field that is not there', 'type T @owner { id: ID! } type Query { t: T @auth }'],
    [
      'ownersAreNamed T',
      'an owner field by a wrong name',
      'type T @owner(field: "who") { userId: ID! } type Query { t: T @auth }',
    ],
    ['ownersAreNamed T', 'an owner who may be null', 'type T @owner { userId: ID } type Query { t: T @auth }'],
    ['ownersAreNamed T', 'an owner who is a number', 'type T @owner { userId: Int! } type Query { t: T @auth }'],
    ['ownersAreNamed T', 'several owners', 'type T @owner { userId: [ID!]! } type Query { t: T @auth }'],
    [
      'ownersAreNamed I',
      'an interface without its owner field',
      'interface I @owner { id: ID! } type T implements I { id: ID! } type Query { t: T @auth }',
    ],
    ['ownersAreNamed T.a', "a field's owner that is not there", 'type T { a: Int @owner } type Query { t: T @auth }'],
    [
      'ownerInputsAreAssertions Query.a(x:)',
      'a field name on an argument',
      'type Query { a(x: ID @owner(field: "id")): Int @auth }',
    ],
    [
      'ownerInputsAreAssertions Query.a(x:)',
      'roles on an argument',
      'type Query { a(x: ID @owner(orRoles: [ADMIN])): Int @auth }',
    ],
    [
      'ownerInputsAreAssertions Query.a(x:)',
      'a default on an owner argument',
      'type Query { a(x: ID = "ada" @owner): Int @auth }',
    ],
    [
      'ownerInputsAreAssertions I.x',
      'a default on an owner input field',
      'input I { x: ID = "ada" @owner } type Query { a(i: I): Int @auth }',
    ],
    [
      'ownerInputsAreAssertions Query.a(x:)',
      'an owner argument that is a number',
      'type Query { a(x: Int @owner): Int @auth }',
    ],
    ['entryPointsAreSupported Subscription', 'a subscription root', `${OPEN} type Subscription { s: Int @auth }`],
    ['entryPointsAreSupported @defer', 'incremental delivery', `directive @defer on FRAGMENT_SPREAD ${OPEN}`],
    [
      'entryPointsAreSupported Query._service',
      'a federation entry point',
      `${OPEN} extend type Query { _service: Int @auth }`,
    ],
  ])('%s: %s', (expected, _, sdl) => {
    expect(found(sdl)).toContain(expected);
  });

  test.each([
    ['itself', 'type Query { t: T @public(reason: "x") }'],
    ['in a list', 'type Query { t: [[T!]!] @public(reason: "x") }'],
    ['by its type', 'type Query @public(reason: "x") { t: T }'],
    ['through a union', 'union U = T type Query { t: U @public(reason: "x") }'],
  ])('a public field that leads to an owned object, %s', (_, sdl) => {
    expect(found(`type T @owner { userId: ID! } ${sdl}`)).toEqual(['publicIsAllOrNothing Query.t']);
  });

  test('an abstract type over an owned one that cannot tell what its objects are', () => {
    const schema = createTestSchema('type T @owner { userId: ID! } union U = T type Query { u: U @auth }');
    Object.assign(schema.getType('U') ?? {}, { resolveType: undefined });
    expect(problemsOf(schema).map(({ rule, coordinate }) => `${rule} ${coordinate}`)).toEqual([
      'abstractTypesResolve U',
    ]);
  });

  test('without the definitions of the directives, or with others than the engine reads', () => {
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
  test('with a rule that stands twice at one place, definition and extension counted together', () => {
    const twice = [
      'type T @auth(roles: [ADMIN]) { a: Int } type Query { t: T @auth }',
      '\nextend type T @auth(roles: [USER]) { b: Int }',
    ];
    expect(() => createTestSchema(...twice)).toThrow(
      'more-1.graphql:2 The directive "@auth" can only be used once at this location.',
    );
    // The same where the schema was made without graphql-js' own validation.
    const document = parse(`${accessDirectiveSdl} enum Role { USER ADMIN } ${twice.join(' ')}`);
    const schema = buildASTSchema(document, { assumeValidSDL: true });
    expect(problemsOf(schema).map(({ rule, coordinate }) => `${rule} ${coordinate}`)).toEqual(['oneApplicationEach T']);
  });

  test('with a field that a transform added by code', () => {
    const query = new GraphQLObjectType({ name: 'Query', fields: { added: { type: GraphQLString } } });
    const { directives } = createTestSchema(OPEN).toConfig();
    const [problem] = problemsOf(new GraphQLSchema({ query, directives }));
    expect(problem).toMatchObject({ coordinate: 'Query.added', location: null });
  });
});

describe('what a start-up failure says', () => {
  // covers: ENGINE-01
  test('every problem at once, each with file, line, coordinate, rule and what to write', () => {
    const schema = createTestSchema(
      'type Query {\n  me: Int @auth\n}',
      'extend type Query {\n  leak: Int\n  old: Int @auth(maxAge: 0)\n}',
    );
    expect(() => checkSchema(schema)).toThrow(AccessPolicyError);
    expect(() => checkSchema(schema)).toThrow(
      [
        'The schema is not a complete access policy (2 problems):',
        '  more-1.graphql:2 Query.leak: nobody has said who may read this [everyFieldHasRule]',
        '    fix: write `leak: … @auth` for signed-in callers, `@owner` on the type Query for its owner alone, or `@public(reason: "…")` for everybody',
        '  more-1.graphql:3 Query.old: maxAge is 0 [conditionsCanBeMet]',
        '    fix: write a number of seconds from 1 up, or leave maxAge out',
      ].join('\n'),
    );
  });

  // covers: ENGINE-02
  test('every file that does not parse is named, with the line of its mistake', () => {
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

  test('files that do not fit together are refused before they are judged', () => {
    expect(() => loadSchema([new Source('type Query { a: Missing }', 'a.graphql')])).toThrow(
      'a.graphql:1 Unknown type "Missing"',
    );
    const promised = 'interface I { a: Int } type Query implements I { b: Int }';
    expect(() => loadSchema([new Source(promised, 'b.graphql')])).toThrow(
      'b.graphql:1 Interface field I.a expected but Query does not provide it.',
    );
  });
});
