import { isAbstractType, isObjectType, isUnionType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../test-harness.ts';

/** Returns the problems of a schema whose named abstract types have no `resolveType`. */
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
  message: `can be a ${owned}, which has an owner, but has no resolveType`,
  fix: `add resolveType to ${name}`,
});

const QUERY = 'type Query @auth { x: X }';

describe('abstractTypesResolve reports an abstract type without resolveType that contains an owned type', () => {
  test.each([
    ['a union', 'T', `type T @owner { userId: ID! } ${QUERY}\nunion X = T`],
    [
      'a union with one owned member of many',
      'T',
      `type O @auth { a: Int } type T @owner { userId: ID! } ${QUERY}\nunion X = O | T`,
    ],
    [
      'a union whose owned member is added by an extension',
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
      'an interface that is owned itself',
      'T',
      `type T implements X { userId: ID! } ${QUERY}\ninterface X @owner { userId: ID! }`,
    ],
    [
      'a union with a member owned through its interface',
      'T',
      `interface I @owner { userId: ID! } type T implements I { userId: ID! } ${QUERY}\nunion X = T`,
    ],
    [
      'an interface of an interface',
      'T',
      `interface I implements X { userId: ID! } type T implements I & X @owner { userId: ID! } ${QUERY}\ninterface X { userId: ID! }`,
    ],
  ])('requires a resolveType on %s', (_, owned, sdl) => {
    expect(problemsWithout(['X'], sdl)).toEqual([unresolved('X', owned, 2)]);
    expect(problemsWithout([], sdl)).toEqual([]);
    expect(problemsWithout(['X'], sdl.replaceAll('@owner', '@auth'))).toEqual([]);
  });
});

test('abstractTypesResolve reports each abstract type, with its first owned type', () => {
  const sdl =
    'type Query @auth { x: X }\nunion X = S | T\ninterface Y { userId: ID! }\ntype S implements Y @owner { userId: ID! } type T @owner { userId: ID! }';
  expect(problemsWithout(['X', 'Y'], sdl)).toEqual([unresolved('X', 'S', 2), unresolved('Y', 'S', 3)]);
});

test('abstractTypesResolve does not accept isTypeOf on the members, which the guard does not call', () => {
  const schema = createTestSchema(`${QUERY}\nunion X = T type T @owner { userId: ID! }`);
  const [type, member] = [schema.getType('X'), schema.getType('T')];
  if (!isUnionType(type) || !isObjectType(member)) throw new Error('The test has no X or T.');
  Object.assign(type, { resolveType: undefined });
  member.isTypeOf = () => true;
  expect(problemsOf(schema)).toEqual([unresolved('X', 'T', 2)]);
});

test('abstractTypesResolve ignores a type of which only a field has an owner', () => {
  expect(problemsWithout(['X'], `${QUERY} type T { id: ID! @owner(field: "id") } union X = T`)).toEqual([]);
});

test('abstractTypesResolve ignores an owned interface without implementing types', () => {
  expect(problemsWithout(['Y'], 'type Query @auth { a: Int } interface Y @owner { userId: ID! }')).toEqual([]);
});
