import { buildASTSchema, Kind, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessDirectiveSdl } from '../directives.ts';
import { problemsOf, createTestSchema } from '../testing/harness.ts';

const QUERY = 'type Query { q(a: I): T @auth }';
const LOCATIONS =
  'SCHEMA | SCALAR | OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION | INTERFACE | UNION | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION';
const REST = `input I { i: Int } type T @auth { t: Int } ${QUERY}`;

const unknown = (name: string, coordinate: string, line: number) => ({
  rule: 'onlyKnownDirectives',
  coordinate,
  location: { file: 'more-1.graphql', line },
  message: `@${name} is not a directive of the policy`,
  fix: `write @public, @auth or @owner, or name "${name}" in otherDirectives if it has nothing to do with access`,
});

/** Every kind of place, with a directive on it on the second line. */
const PLACES: readonly (readonly [string, string])[] = [
  ['T', 'extend type T\n@DIRECTIVE'],
  ['O', 'type O\n@DIRECTIVE { o: Int }'],
  ['O.o', 'type O { o: Int\n@DIRECTIVE }'],
  ['T.more', 'extend type T { more: Int\n@DIRECTIVE }'],
  ['O.o(a:)', 'type O { o(a: Int\n@DIRECTIVE): Int }'],
  ['F', 'interface F\n@DIRECTIVE { f: Int }'],
  ['F', 'interface F { f: Int } extend interface F\n@DIRECTIVE'],
  ['F.f', 'interface F { f: Int\n@DIRECTIVE }'],
  ['F.f(a:)', 'interface F { f(a: Int\n@DIRECTIVE): Int }'],
  ['U', 'union U\n@DIRECTIVE = T'],
  ['U', 'union U = T extend union U\n@DIRECTIVE'],
  ['E', 'enum E\n@DIRECTIVE { A }'],
  ['E', 'enum E { A } extend enum E\n@DIRECTIVE'],
  ['E.A', 'enum E { A\n@DIRECTIVE }'],
  ['S', 'scalar S\n@DIRECTIVE'],
  ['S', 'scalar S extend scalar S\n@DIRECTIVE'],
  ['N', 'input N\n@DIRECTIVE { n: Int }'],
  ['I', 'extend input I\n@DIRECTIVE'],
  ['N.n', 'input N { n: Int\n@DIRECTIVE }'],
  ['schema', 'schema\n@DIRECTIVE { query: Query }'],
  ['schema', 'schema { query: Query } extend schema\n@DIRECTIVE'],
  ['@d(a:)', 'directive @d(a: Int\n@DIRECTIVE) on FIELD'],
];

describe.each(PLACES)('on %s (%j)', (coordinate, place) => {
  // covers: ACCESS-02
  test.each(['isOwner', 'Auth', 'authenticated'])('@%s is not taken for decoration', (name) => {
    const sdl = [`directive @${name} on ${LOCATIONS} ${REST}`, place.replace('DIRECTIVE', name)];
    expect(problemsOf(createTestSchema(...sdl))).toEqual([unknown(name, coordinate, 2)]);
    expect(problemsOf(createTestSchema(...sdl), { otherDirectives: ['another', name] })).toEqual([]);
  });
});

test('a directive is vouched for by its exact name, without its sign', () => {
  const sdl = [`directive @cost on OBJECT ${REST}`, 'extend type T @cost'];
  for (const otherDirectives of [[], ['Cost'], ['@cost'], ['cos'], ['']])
    expect(problemsOf(createTestSchema(...sdl), { otherDirectives })).toEqual([unknown('cost', 'T', 1)]);
});

test('every unknown directive is named, two at one place as two', () => {
  const sdl = [
    `directive @x repeatable on OBJECT directive @y on FIELD_DEFINITION ${REST}`,
    'extend type T @x\n@x { more: Int\n@y }',
  ];
  expect(problemsOf(createTestSchema(...sdl))).toEqual([
    unknown('x', 'T', 1),
    unknown('x', 'T', 2),
    unknown('y', 'T.more', 3),
  ]);
});

test('a directive that is defined and stands nowhere says nothing', () => {
  expect(problemsOf(createTestSchema(`directive @isOwner on ${LOCATIONS} ${REST}`))).toEqual([]);
});

test.each([
  'extend type T { old: Int @deprecated }',
  'extend type T { old(a: Int @deprecated(reason: "x")): Int }',
  'enum E { A @deprecated }',
  'extend input I { old: Int @deprecated }',
  'scalar S @specifiedBy(url: "https://example.org")',
])("GraphQL's own are known: %s", (place) => {
  expect(problemsOf(createTestSchema(REST, place))).toEqual([]);
});

/** Where a word of the policy says nothing. GraphQL's own validation refuses these; a schema may be made without it. */
describe('a word of the policy is not taken for decoration either', () => {
  const said = (...texts: string[]) => {
    const sources = [accessDirectiveSdl, 'enum Role { USER }', REST, ...texts];
    const { definitions } = parse(sources.join('\n'));
    const schema = buildASTSchema({ kind: Kind.DOCUMENT, definitions }, { assumeValidSDL: true });
    return problemsOf(schema).map(({ rule, coordinate, message }) => [rule, coordinate, message]);
  };

  test.each([
    ['a schema', 'schema', 'schema @auth { query: Query }'],
    ['a union', 'U', 'union U @auth = T'],
    ['an enum', 'E', 'enum E @auth { A }'],
    ['an enum value', 'E.A', 'enum E { A @auth }'],
    ['a scalar', 'S', 'scalar S @auth'],
    ['an input', 'N', 'input N @auth { n: Int }'],
    ['an input field', 'N.n', 'input N { n: Int @auth }'],
    ['an argument', 'T.more(a:)', 'extend type T { more(a: Int @auth): Int }'],
    ["a directive's argument", '@d(a:)', 'directive @d(a: ID @auth) on FIELD'],
  ])('on %s', (_, coordinate, sdl) => {
    expect(said(sdl)).toEqual([['onlyKnownDirectives', coordinate, '@auth says nothing here']]);
    expect(said(sdl.replace('@auth', ''))).toEqual([]);
  });
});
