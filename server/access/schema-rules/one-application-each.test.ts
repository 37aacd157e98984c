import { buildASTSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessDirectiveSdl } from '../directives.ts';
import { problemsOf } from '../testing/harness.ts';

/** A schema as a transform makes it: graphql-js itself has not looked at it. */
const unlooked = (sdl: string) =>
  problemsOf(
    buildASTSchema(parse(`${sdl} ${accessDirectiveSdl} enum Role { ADMIN } type Query { t: T @auth }`), {
      assumeValidSDL: true,
    }),
  );
const second = (coordinate: string, name: string, line: number) => ({
  rule: 'oneApplicationEach',
  coordinate,
  location: { file: 'GraphQL request', line },
  message: `@${name} stands here a second time`,
  fix: 'say it once, with all it asks',
});

const AUTH = '@auth(roles: [ADMIN])';
const OWNER = '@owner(field: "id")';
const PUBLIC = '@public(reason: "x")';

describe.each([
  ['auth', AUTH],
  ['owner', OWNER],
  ['public', PUBLIC],
])('a second @%s', (name, rule) => {
  test.each([
    ['T', `type T ${rule}\nRULE { id: ID! }`, `type T ${rule} { id: ID! }`],
    ['T', `type T ${rule} { id: ID! }\nextend type T RULE`, `type T ${rule} { id: ID! }\nextend type T { more: Int }`],
    ['T.id', `type T { id: ID! ${rule}\nRULE }`, `type T { id: ID! ${rule} more: Int ${rule} }`],
    ['I', `type T @auth { id: ID! } interface I ${rule}\nRULE { id: ID! }`, 'type T @auth { id: ID! }'],
    ['I.id', `type T @auth { id: ID! } interface I { id: ID! ${rule}\nRULE }`, 'type T @auth { id: ID! }'],
  ])('on %s (%j)', (coordinate, sdl, neighbour) => {
    expect(unlooked(sdl.replace('RULE', rule))).toEqual([second(coordinate, name, 2)]);
    expect(unlooked(neighbour)).toEqual([]);
  });
});

test.each([
  ['T.a(by:)', 'type T @auth { a(by: ID @owner\n@owner): Int }'],
  ['N.by', 'type T @auth { a: Int } input N { by: ID @owner\n@owner }'],
])('a second @owner on %s', (coordinate, sdl) => {
  expect(unlooked(sdl)).toEqual([second(coordinate, 'owner', 2)]);
});

test('of two extensions, where the definition says nothing, the second is too many', () => {
  const sdl = 'type T { a: Int }\nextend type T @auth\nextend type T @auth(maxAge: 5)';
  expect(unlooked(sdl)).toEqual([second('T', 'auth', 3)]);
});

test('a third is told of with the second, and each word and each coordinate by itself', () => {
  const sdl = `type T @auth @auth @auth { id: ID!\na: ID ${OWNER} ${OWNER} @auth\n@auth }`;
  expect(unlooked(sdl)).toEqual([second('T', 'auth', 1), second('T.a', 'auth', 3), second('T.a', 'owner', 2)]);
});

test('two words of the policy may stand at one place', () => {
  expect(unlooked(`type T ${AUTH} ${OWNER} { id: ID! ${AUTH} ${OWNER} }`)).toEqual([]);
});
