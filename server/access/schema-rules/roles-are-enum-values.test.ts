import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildASTSchema, GraphQLEnumType, GraphQLSchema, parse, Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessDirectiveSdl } from '../directives.ts';
import { problemsOf, createTestSchema } from '../testing/harness.ts';

/** A schema with a type `Role` of its own, on the second line. */
function withRole(role: string): GraphQLSchema {
  const sdl = `type Query { a: Int @auth(roles: [ADMIN]) }\n${role}\n${accessDirectiveSdl}`;
  return buildASTSchema(parse(new Source(sdl, 'schema.graphql')), { assumeValidSDL: true, assumeValid: true });
}
const ofRoles = (schema: GraphQLSchema) => problemsOf(schema).filter(({ rule }) => rule === 'rolesAreEnumValues');

describe('a type Role that is no enum', () => {
  // covers: ACCESS-08
  test.each([
    ['a scalar', 'scalar Role'],
    ['an input object', 'input Role { ADMIN: Int }'],
    ['no enum', 'type Role { ADMIN: Int @auth }'],
    ['no enum', 'union Role = Query'],
  ])('is refused: %s (%s)', (kind, role) => {
    expect(ofRoles(withRole(role))).toEqual([
      {
        rule: 'rolesAreEnumValues',
        coordinate: 'Role',
        place: { file: 'schema.graphql', line: 2 },
        message: `is ${kind}, which takes a misspelt role`,
        fix: 'write `enum Role { … }` with a value for each role',
      },
    ]);
    expect(ofRoles(withRole('enum Role { ADMIN }'))).toEqual([]);
  });

  test('is one problem and no more, where its values can be read all the same', () => {
    expect(problemsOf(withRole('scalar Role'))).toHaveLength(1);
  });
});

describe('a role with an internal value', () => {
  const typeDefs = createTestSchema('type Query { a: Int @auth(roles: [ADMIN]) b: Int @auth }');

  // covers: ACCESS-08
  test.each<[string, Record<string, unknown>]>([
    ['another word', { ADMIN: 'administrator' }],
    ['the name of another role', { ADMIN: 'USER', USER: 'ADMIN' }],
    ['its name in small letters', { ADMIN: 'admin' }],
    ['a number', { ADMIN: 1 }],
    ['null', { ADMIN: null }],
    ['an object', { ADMIN: { name: 'ADMIN' } }],
  ])('is refused, each by itself: %s', (_, Role) => {
    const problems = problemsOf(makeExecutableSchema({ typeDefs, resolvers: { Role } }));
    expect(problems.filter(({ rule }) => rule === 'rolesAreEnumValues')).toEqual(
      ['USER', 'ADMIN'].flatMap((name) =>
        name in Role
          ? [
              {
                rule: 'rolesAreEnumValues',
                coordinate: `Role.${name}`,
                place: { file: 'access.graphql', line: expect.any(Number) as number },
                message: 'has an internal value, and roles are compared by name',
                fix: `take the internal value of ${name} away, and map it to the name where viewers are made`,
              },
            ]
          : [],
      ),
    );
  });

  test('is refused where the enum reads its names in another way', () => {
    const schema = createTestSchema('type Query { a: Int @auth }');
    const role = schema.getType('Role') as GraphQLEnumType;
    role.parseLiteral = (node) => (node.kind === 'EnumValue' ? node.value.toLowerCase() : null);
    expect(ofRoles(schema).map(({ coordinate }) => coordinate)).toEqual(['Role.USER', 'Role.ADMIN', 'Role.AUDITOR']);
  });

  test('starts where it is the name itself', () => {
    const Role = { USER: 'USER', ADMIN: 'ADMIN', AUDITOR: 'AUDITOR' };
    expect(problemsOf(makeExecutableSchema({ typeDefs, resolvers: { Role } }))).toEqual([]);
  });

  test('starts where another enum has one', () => {
    const base = createTestSchema('type Query { a(k: Kind): Int @auth } enum Kind { A }');
    expect(problemsOf(makeExecutableSchema({ typeDefs: base, resolvers: { Kind: { A: 5 } } }))).toEqual([]);
  });
});
