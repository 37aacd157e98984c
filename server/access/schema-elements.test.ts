import { buildASTSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessDirectiveSdl } from './directives.ts';
import { readElements } from './schema-elements.ts';
import { createTestSchema } from './test-harness.ts';

const elementsOf = (...texts: string[]) => readElements(createTestSchema(...texts));
const at = (coordinate: string, line: number, file = 'schema.graphql') => ({ coordinate, location: { file, line } });

describe('readElements', () => {
  test('returns every element that can carry a directive, with its kind, except introspection types', () => {
    const elements = elementsOf(`type Query implements I { a(b: ID): Int } interface I { a(b: ID): Int }
      input N { n: Int } enum E { V } scalar S union U = Query directive @d(a: Int) on FIELD
      schema { query: Query }`);
    const own = [...elements.values()].filter(({ location }) => location?.file === 'schema.graphql');
    expect(own.map(({ coordinate, kind }) => `${kind}: ${coordinate}`)).toEqual([
      'type: Query',
      'field: Query.a',
      'argument: Query.a(b:)',
      'type: I',
      'field: I.a',
      'argument: I.a(b:)',
      'other: N',
      'input field: N.n',
      'other: E',
      'other: E.V',
      'other: S',
      'other: U',
      'other: @d',
      'other: @d(a:)',
      'other: schema',
    ]);
    expect([...elements.keys()].filter((coordinate) => coordinate.startsWith('__'))).toEqual([]);
  });
});

describe('readElements and rules', () => {
  test.each([
    ['@public(reason: "For everyone.")', { kind: 'public', reason: 'For everyone.' }],
    ['@auth', { kind: 'auth', roles: null, maxAge: null, emailVerified: false, scopes: null, onRefusal: 'REJECT' }],
    [
      '@auth(scopes: [["a", "b"], ["c"]])',
      {
        kind: 'auth',
        roles: null,
        maxAge: null,
        emailVerified: false,
        scopes: [['a', 'b'], ['c']],
        onRefusal: 'REJECT',
      },
    ],
    [
      '@auth(roles: ADMIN, maxAge: 5, emailVerified: true)',
      { kind: 'auth', roles: ['ADMIN'], maxAge: 5, emailVerified: true, scopes: null, onRefusal: 'REJECT' },
    ],
    [
      '@auth(emailVerified: false, roles: [])',
      { kind: 'auth', roles: [], maxAge: null, emailVerified: false, scopes: null, onRefusal: 'REJECT' },
    ],
    [
      '@auth(onRefusal: REJECT)',
      { kind: 'auth', roles: null, maxAge: null, emailVerified: false, scopes: null, onRefusal: 'REJECT' },
    ],
    [
      '@auth(onRefusal: NULL)',
      { kind: 'auth', roles: null, maxAge: null, emailVerified: false, scopes: null, onRefusal: 'NULL' },
    ],
    ['@owner', { kind: 'owner', field: 'userId', orRoles: [] }],
    ['@owner(field: "by", orRoles: [ADMIN, USER])', { kind: 'owner', field: 'by', orRoles: ['ADMIN', 'USER'] }],
  ])('reads %s as %j', (directive, rule) => {
    const texts = [`type Query {\na: Int\n${directive} }`, `\nextend type Query ${directive} { b: Int }`];
    const elements = elementsOf(...texts);
    expect(elements.get('Query.a')?.rules).toEqual([{ ...rule, ...at('Query.a', 3) }]);
    expect(elements.get('Query')?.rules).toEqual([{ ...rule, ...at('Query', 2, 'more-1.graphql') }]);
    expect(elements.get('Query.b')?.rules).toEqual([]);
  });

  test.each(['Query.a(by:)', 'N.by'])(
    'reads @owner on %s without a field, because the value is the id',
    (coordinate) => {
      const elements = elementsOf('type Query { a(by: ID @owner, n: N): Int } input N { by: ID @owner }');
      expect(elements.get(coordinate)?.rules).toEqual([
        { kind: 'owner', field: null, orRoles: [], ...at(coordinate, 1) },
      ]);
    },
  );

  // covers: ACCESS-03
  test('reads the rules of a definition and of each extension', () => {
    const texts = ['type Query @auth { a: ID! }', 'extend type Query @owner(field: "a")'];
    const query = elementsOf(...texts).get('Query');
    expect(query?.rules.map(({ kind, location }) => `${kind} ${location?.file}`)).toEqual([
      'auth schema.graphql',
      'owner more-1.graphql',
    ]);
    expect(query?.directives.map(({ name }) => name.value)).toEqual(['auth', 'owner']);
    expect(query?.location).toEqual({ file: 'schema.graphql', line: 1 });
  });

  test('reads a directive applied twice as two rules, without merging their roles', () => {
    const sdl = `${accessDirectiveSdl} enum Role { ADMIN USER }
      type Query @auth(roles: [ADMIN]) { a: Int } extend type Query @auth(roles: [USER])`;
    const schema = buildASTSchema(parse(sdl), { assumeValidSDL: true });
    expect(readElements(schema).get('Query')?.rules).toMatchObject([{ roles: ['ADMIN'] }, { roles: ['USER'] }]);
  });

  test('returns directives with invalid values in invalidDirectives', () => {
    const element = elementsOf('type Query { id: ID! @auth(roles: [ADMN]) @owner(field: "id") }').get('Query.id');
    expect(element?.rules.map(({ kind }) => kind)).toEqual(['owner']);
    expect(element?.invalidDirectives.map(({ node, message }) => [node.name.value, message])).toEqual([
      ['auth', expect.stringMatching(/^Argument "(roles|@auth\(roles:\))" has invalid value/)],
    ]);
  });
});

test('readElements reads the directives of a schema extension without a schema definition', () => {
  const extended = createTestSchema('directive @stray on SCHEMA extend schema @stray type Query { a: Int @auth }');
  expect(
    readElements(extended)
      .get('schema')
      ?.directives.map(({ name }) => name.value),
  ).toEqual(['stray']);
});
