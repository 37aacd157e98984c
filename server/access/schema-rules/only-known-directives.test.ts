import { buildASTSchema, Kind, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessDirectiveSdl } from '../directives.ts';
import { problemsOf, createTestSchema } from '../test-harness.ts';

const QUERY = 'type Query { q(a: I): T @auth }';
const LOCATIONS =
  'SCHEMA | SCALAR | OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION | INTERFACE | UNION | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION';
const REST = `input I { i: Int } type T @auth { t: Int } ${QUERY}`;

const unknown = (name: string, coordinate: string, line: number) => ({
  rule: 'onlyKnownDirectives',
  coordinate,
  location: { file: 'more-1.graphql', line },
  message: `@${name} is not an access directive`,
  fix: `write an access directive in its place, or list "${name}" in otherDirectives if it has nothing to do with access`,
});

/** Every kind of element, with a directive on the second line. */
const ELEMENTS: readonly (readonly [string, string])[] = [
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

describe.each(ELEMENTS)('onlyKnownDirectives on %s (%j)', (coordinate, element) => {
  // covers: ACCESS-02
  test.each(['isOwner', 'Auth', 'authenticated'])('reports @%s, unless it is listed in otherDirectives', (name) => {
    const sdl = [`directive @${name} on ${LOCATIONS} ${REST}`, element.replace('DIRECTIVE', name)];
    expect(problemsOf(createTestSchema(...sdl))).toEqual([unknown(name, coordinate, 2)]);
    expect(problemsOf(createTestSchema(...sdl), { otherDirectives: ['another', name] })).toEqual([]);
  });
});

test('onlyKnownDirectives compares otherDirectives by the exact name, without @', () => {
  const sdl = [`directive @cost on OBJECT ${REST}`, 'extend type T @cost'];
  for (const otherDirectives of [[], ['Cost'], ['@cost'], ['cos'], ['']])
    expect(problemsOf(createTestSchema(...sdl), { otherDirectives })).toEqual([unknown('cost', 'T', 1)]);
});

test('onlyKnownDirectives reports every application of an unknown directive', () => {
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

test('onlyKnownDirectives ignores a directive that is defined but not applied', () => {
  expect(problemsOf(createTestSchema(`directive @isOwner on ${LOCATIONS} ${REST}`))).toEqual([]);
});

test.each([
  'extend type T { old: Int @deprecated }',
  'extend type T { old(a: Int @deprecated(reason: "x")): Int }',
  'enum E { A @deprecated }',
  'extend input I { old: Int @deprecated }',
  'scalar S @specifiedBy(url: "https://example.org")',
])('onlyKnownDirectives accepts the directives specified by GraphQL: %s', (sdl) => {
  expect(problemsOf(createTestSchema(REST, sdl))).toEqual([]);
});

/** GraphQL's validation rejects these too, but a schema may be built without it. */
describe('onlyKnownDirectives and access directives without effect', () => {
  const problemsUnvalidated = (...texts: string[]) => {
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
    ['an argument', 'T.more(a:)', 'extend type T { more(a: Int @auth): Int }'],
    ["a directive's argument", '@d(a:)', 'directive @d(a: ID @auth) on FIELD'],
  ])('reports an access directive on %s, where it has no effect', (_, coordinate, sdl) => {
    expect(problemsUnvalidated(sdl)).toEqual([['onlyKnownDirectives', coordinate, '@auth has no effect here']]);
    expect(problemsUnvalidated(sdl.replace('@auth', ''))).toEqual([]);
  });

  // covers: RULES-02
  test('reports @public on an input field, and accepts @auth there', () => {
    expect(problemsUnvalidated('input N { n: Int @public(reason: "x") }')).toEqual([
      ['onlyKnownDirectives', 'N.n', '@public has no effect here'],
    ]);
    expect(problemsUnvalidated('input N { n: Int @auth m: Int }')).toEqual([]);
  });

  // covers: RULES-01
  test.each([
    ['a type', 'T', 'extend type T @tokenScopes(names: ["a"])'],
    ['an input field', 'N.n', 'input N { n: Int @tokenScopes(names: ["a"]) }'],
  ])('reports @tokenScopes on %s', (_, coordinate, sdl) => {
    expect(problemsUnvalidated(sdl)).toEqual([
      ['onlyKnownDirectives', coordinate, '@tokenScopes is not an access directive'],
    ]);
    expect(problemsUnvalidated('schema @tokenScopes(names: ["a"]) { query: Query }')).toEqual([]);
  });
});
