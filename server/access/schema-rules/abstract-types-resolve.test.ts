import { isAbstractType, isObjectType, isUnionType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../testing/harness.ts';

/** The problems of a schema in which these abstract types say nothing of their objects. */
function problemsWithout(names: readonly string[], sdl: string) {
  const schema = createTestSchema(sdl);
  for (const name of names) {
    const type = schema.getType(name);
    if (!isAbstractType(type)) throw new Error(`The test has no abstract type ${name}.`);
    Object.assign(type, { resolveType: undefined });
  }
  return problemsOf(schema);
}
const unresolved = (name: string, owned: string, line: number) => ({
  rule: 'abstractTypesResolve',
  coordinate: name,
  location: { file: 'schema.graphql', line },
  message: `it can be a ${owned}, which has an owner, and nobody says when`,
  fix: `give ${name} a resolveType`,
});

const QUERY = 'type Query @auth { x: X }';

describe('an abstract type over an owned one says what its objects are', () => {
  test.each([
    ['a union', 'T', `type T @owner { userId: ID! } ${QUERY}\nunion X = T`],
    [
      'a union with one owned member of many',
      'T',
      `type O @auth { a: Int } type T @owner { userId: ID! } ${QUERY}\nunion X = O | T`,
    ],
    [
      'a union that an extension gives it',
      'T',
      `type O @auth { a: Int } type T @owner { userId: ID! } extend union X = T ${QUERY}\nunion X = O`,
    ],
    ['an interface', 'T', `type T implements X @owner { userId: ID! } ${QUERY}\ninterface X { userId: ID! }`],
    [
      'an interface, owned by an extension',
      'T',
      `type T implements X { userId: ID! } extend type T @owner ${QUERY}\ninterface X { userId: ID! }`,
    ],
    [
      'an interface that has the owner itself',
      'T',
      `type T implements X { userId: ID! } ${QUERY}\ninterface X @owner { userId: ID! }`,
    ],
    [
      'a union over a type that its interface owns',
      'T',
      `interface I @owner { userId: ID! } type T implements I { userId: ID! } ${QUERY}\nunion X = T`,
    ],
    [
      'an interface of an interface',
      'T',
      `interface I implements X { userId: ID! } type T implements I & X @owner { userId: ID! } ${QUERY}\ninterface X { userId: ID! }`,
    ],
  ])('%s', (_, owned, sdl) => {
    expect(problemsWithout(['X'], sdl)).toEqual([unresolved('X', owned, 2)]);
    expect(problemsWithout([], sdl)).toEqual([]);
    expect(problemsWithout(['X'], sdl.replaceAll('@owner', '@auth'))).toEqual([]);
  });
});

test('each abstract type that says nothing is named, with its first owned type', () => {
  const sdl =
    'type Query @auth { x: X }\nunion X = S | T\ninterface Y { userId: ID! }\ntype S implements Y @owner { userId: ID! } type T @owner { userId: ID! }';
  expect(problemsWithout(['X', 'Y'], sdl)).toEqual([unresolved('X', 'S', 2), unresolved('Y', 'S', 3)]);
});

test('an isTypeOf on its members is not enough: graphql-js would ask them in turn, and the guard nobody', () => {
  const schema = createTestSchema(`${QUERY}\nunion X = T type T @owner { userId: ID! }`);
  const [type, member] = [schema.getType('X'), schema.getType('T')];
  if (!isUnionType(type) || !isObjectType(member)) throw new Error('The test has no X or T.');
  Object.assign(type, { resolveType: undefined });
  member.isTypeOf = () => true;
  expect(problemsOf(schema)).toEqual([unresolved('X', 'T', 2)]);
});

test('a field with an owner does not own its type', () => {
  expect(problemsWithout(['X'], `${QUERY} type T { id: ID! @owner(field: "id") } union X = T`)).toEqual([]);
});

test('an interface that nothing implements can be nobody’s', () => {
  expect(problemsWithout(['Y'], 'type Query @auth { a: Int } interface Y @owner { userId: ID! }')).toEqual([]);
});
