import { buildASTSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessDirectiveSdl } from '../directives.ts';
import { problemsOf } from '../test-harness.ts';

/** Builds a schema without graphql-js' SDL validation, as a schema transform does. */
const problemsUnvalidated = (sdl: string) =>
  problemsOf(
    buildASTSchema(parse(`${sdl} ${accessDirectiveSdl} enum Role { ADMIN } type Query { t: T @auth }`), {
      assumeValidSDL: true,
    }),
  );
const second = (coordinate: string, name: string, line: number) => ({
  rule: 'oneApplicationEach',
  coordinate,
  location: { file: 'GraphQL request', line },
  message: `@${name} is applied a second time`,
  fix: 'apply it once, with all conditions',
});

const AUTH = '@auth(roles: [ADMIN])';
const OWNER = '@owner(field: "id")';
const PUBLIC = '@public(reason: "x")';

describe.each([
  ['auth', AUTH],
  ['owner', OWNER],
  ['public', PUBLIC],
])('oneApplicationEach reports a second @%s', (name, rule) => {
  test.each([
    ['T', `type T ${rule}\nRULE { id: ID! }`, `type T ${rule} { id: ID! }`],
    ['T', `type T ${rule} { id: ID! }\nextend type T RULE`, `type T ${rule} { id: ID! }\nextend type T { more: Int }`],
    ['T.id', `type T { id: ID! ${rule}\nRULE }`, `type T { id: ID! ${rule} more: Int ${rule} }`],
    ['I', `type T @auth { id: ID! } interface I ${rule}\nRULE { id: ID! }`, 'type T @auth { id: ID! }'],
    ['I.id', `type T @auth { id: ID! } interface I { id: ID! ${rule}\nRULE }`, 'type T @auth { id: ID! }'],
  ])('reports the second application on %s (%j)', (coordinate, sdl, neighbour) => {
    expect(problemsUnvalidated(sdl.replace('RULE', rule))).toEqual([second(coordinate, name, 2)]);
    expect(problemsUnvalidated(neighbour)).toEqual([]);
  });
});

test.each([
  ['T.a(by:)', 'type T @auth { a(by: ID @owner\n@owner): Int }'],
  ['N.by', 'type T @auth { a: Int } input N { by: ID @owner\n@owner }'],
])('oneApplicationEach reports a second @owner on %s', (coordinate, sdl) => {
  expect(problemsUnvalidated(sdl)).toEqual([second(coordinate, 'owner', 2)]);
});

test('oneApplicationEach reports the second of two extensions with the same directive', () => {
  const sdl = 'type T { a: Int }\nextend type T @auth\nextend type T @auth(maxAge: 5)';
  expect(problemsUnvalidated(sdl)).toEqual([second('T', 'auth', 3)]);
});

test('oneApplicationEach reports each directive of each element once, even if it is applied three times', () => {
  const sdl = `type T @auth @auth @auth { id: ID!\na: ID ${OWNER} ${OWNER} @auth\n@auth }`;
  expect(problemsUnvalidated(sdl)).toEqual([
    second('T', 'auth', 1),
    second('T.a', 'auth', 3),
    second('T.a', 'owner', 2),
  ]);
});

test('oneApplicationEach accepts two different access directives on one element', () => {
  expect(problemsUnvalidated(`type T ${AUTH} ${OWNER} { id: ID! ${AUTH} ${OWNER} }`)).toEqual([]);
});
