import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildASTSchema, GraphQLEnumType, GraphQLSchema, parse, Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessDirectiveSdl } from '../directives.ts';
import { problemsOf, createTestSchema } from '../test-harness.ts';

/** Builds a schema with this definition of `Role` on the second line. */
function withRole(role: string): GraphQLSchema {
  const sdl = `type Query { a: Int @auth(roles: [ADMIN]) }\n${role}\n${accessDirectiveSdl}`;
  return buildASTSchema(parse(new Source(sdl, 'schema.graphql')), { assumeValidSDL: true, assumeValid: true });
}
const roleProblems = (schema: GraphQLSchema) => problemsOf(schema).filter(({ rule }) => rule === 'rolesAreEnumValues');

describe('rolesAreEnumValues with a type Role that is not an enum', () => {
  // covers: ACCESS-08
  test.each([
    ['a scalar', 'scalar Role'],
    ['an input object', 'input Role { ADMIN: Int }'],
    ['not an enum', 'type Role { ADMIN: Int @auth }'],
    ['not an enum', 'union Role = Query'],
  ])('reports that Role is %s (%s)', (kind, role) => {
    expect(roleProblems(withRole(role))).toEqual([
      {
        rule: 'rolesAreEnumValues',
        coordinate: 'Role',
        location: { file: 'schema.graphql', line: 2 },
        message: `is ${kind}, so a misspelt role would be accepted`,
        fix: 'write `enum Role { … }` with a value for each role',
      },
    ]);
    expect(roleProblems(withRole('enum Role { ADMIN }'))).toEqual([]);
  });

  test('reports nothing else if the roles are valid values of that type', () => {
    expect(problemsOf(withRole('scalar Role'))).toHaveLength(1);
  });
});

describe('rolesAreEnumValues with an internal value', () => {
  const typeDefs = createTestSchema('type Query { a: Int @auth(roles: [ADMIN]) b: Int @auth }');

  // covers: ACCESS-08
  test.each<[string, Record<string, unknown>]>([
    ['another string', { ADMIN: 'administrator' }],
    ['the name of another role', { ADMIN: 'USER', USER: 'ADMIN' }],
    ['its name in lower case', { ADMIN: 'admin' }],
    ['a number', { ADMIN: 1 }],
    ['null', { ADMIN: null }],
    ['an object', { ADMIN: { name: 'ADMIN' } }],
  ])('reports each role whose internal value is %s', (_, Role) => {
    const problems = problemsOf(makeExecutableSchema({ typeDefs, resolvers: { Role } }));
    expect(problems.filter(({ rule }) => rule === 'rolesAreEnumValues')).toEqual(
      ['USER', 'ADMIN'].flatMap((name) =>
        name in Role
          ? [
              {
                rule: 'rolesAreEnumValues',
                coordinate: `Role.${name}`,
                location: { file: 'access.graphql', line: expect.any(Number) as number },
                message: 'has another internal value, but roles are compared by name',
                fix: `remove the internal value of ${name}, and convert it to the name where viewers are created`,
              },
            ]
          : [],
      ),
    );
  });

  test('reports every role of an enum whose parseLiteral returns other values', () => {
    const schema = createTestSchema('type Query { a: Int @auth }');
    const role = schema.getType('Role') as GraphQLEnumType;
    const parseLiteral: typeof role.parseLiteral = (node) =>
      node.kind === 'EnumValue' ? node.value.toLowerCase() : null;
    // 17 calls it coerceInputLiteral.
    Object.assign(role, { parseLiteral, coerceInputLiteral: parseLiteral });
    expect(roleProblems(schema).map(({ coordinate }) => coordinate)).toEqual([
      'Role.USER',
      'Role.ADMIN',
      'Role.AUDITOR',
    ]);
  });

  test('accepts an internal value that equals the name', () => {
    const Role = { USER: 'USER', ADMIN: 'ADMIN', AUDITOR: 'AUDITOR' };
    expect(problemsOf(makeExecutableSchema({ typeDefs, resolvers: { Role } }))).toEqual([]);
  });

  test('accepts internal values of other enums', () => {
    const base = createTestSchema('type Query { a(k: Kind): Int @auth } enum Kind { A }');
    expect(problemsOf(makeExecutableSchema({ typeDefs: base, resolvers: { Kind: { A: 5 } } }))).toEqual([]);
  });
});
