import { BreakingChangeType, buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { breakingChanges } from './breaking-changes.ts';

const CASES: Readonly<Record<BreakingChangeType, readonly [previous: string, next: string, coordinate: string]>> = {
  TYPE_REMOVED: ['type A { a: Int }', '', 'A'],
  TYPE_CHANGED_KIND: ['type A { a: Int }', 'scalar A', 'A'],
  TYPE_REMOVED_FROM_UNION: ['union U = Query | Other', 'union U = Query', 'U'],
  VALUE_REMOVED_FROM_ENUM: ['enum E { A B }', 'enum E { A }', 'E.B'],
  REQUIRED_INPUT_FIELD_ADDED: ['input I { a: Int }', 'input I { a: Int b: Int! }', 'I.b'],
  IMPLEMENTED_INTERFACE_REMOVED: [
    'interface N { a: Int } type A implements N { a: Int }',
    'interface N { a: Int } type A { a: Int }',
    'A',
  ],
  FIELD_REMOVED: ['type A { a: Int b: Int }', 'type A { a: Int }', 'A.b'],
  FIELD_CHANGED_KIND: ['type A { a: Int! }', 'type A { a: Int }', 'A.a'],
  REQUIRED_ARG_ADDED: ['type A { a: Int }', 'type A { a(b: Int!): Int }', 'A.a(b:)'],
  ARG_REMOVED: ['type A { a(b: Int): Int }', 'type A { a: Int }', 'A.a(b:)'],
  ARG_CHANGED_KIND: ['type A { a(b: Int): Int }', 'type A { a(b: ID): Int }', 'A.a(b:)'],
  DIRECTIVE_REMOVED: ['directive @d on FIELD', '', '@d'],
  DIRECTIVE_ARG_REMOVED: ['directive @d(a: Int) on FIELD', 'directive @d on FIELD', '@d(a:)'],
  REQUIRED_DIRECTIVE_ARG_ADDED: ['directive @d on FIELD', 'directive @d(a: Int!) on FIELD', '@d(a:)'],
  DIRECTIVE_REPEATABLE_REMOVED: ['directive @d repeatable on FIELD', 'directive @d on FIELD', '@d'],
  DIRECTIVE_LOCATION_REMOVED: ['directive @d on FIELD | QUERY', 'directive @d on FIELD', '@d'],
};

const schemaWith = (sdl: string) => buildSchema(`type Query { q: Int } type Other { o: Int } ${sdl}`);

// covers: DIFF-02
test.each(Object.values(BreakingChangeType))('breakingChanges has the coordinate of %s', (type) => {
  const [previous, next, coordinate] = CASES[type];
  const found = breakingChanges(schemaWith(previous), schemaWith(next));
  expect(found.map((change) => change.coordinate)).toEqual([coordinate]);
});
