import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../test-harness.ts';

const QUERY = 'type Query { a: Int @auth }';
const problem = (coordinate: string, message: string, fix: string, line = 2) => ({
  rule: 'entryPointsAreSupported',
  coordinate,
  location: { file: 'schema.graphql', line },
  message,
  fix,
});
const SUBSCRIPTIONS = ['subscriptions are not supported', 'remove the subscription root type'] as const;
const INCREMENTAL = ['incremental delivery is not supported', 'remove the directive'] as const;
const FEDERATION = ['federation would bypass authorization', 'remove the field'] as const;

describe('entryPointsAreSupported and subscriptions', () => {
  test.each([
    ['with @auth', 'Subscription', `${QUERY}\ntype Subscription @auth { s: Int }`],
    ['with @public', 'Subscription', `${QUERY}\ntype Subscription { s: Int @public(reason: "x") }`],
    [
      'of another name',
      'Stream',
      `schema { query: Query subscription: Stream } ${QUERY}\ntype Stream @auth { s: Int }`,
    ],
    [
      'added by an extension of the schema',
      'Stream',
      `schema { query: Query } extend schema { subscription: Stream } ${QUERY}\ntype Stream @auth { s: Int }`,
    ],
  ])('reports a subscription root type %s', (_, coordinate, sdl) => {
    expect(problemsOf(createTestSchema(sdl))).toEqual([problem(coordinate, ...SUBSCRIPTIONS)]);
  });
  test('accepts a type named Subscription that is not a root type', () => {
    expect(problemsOf(createTestSchema(`schema { query: Query } ${QUERY} type Subscription { s: Int }`))).toEqual([]);
  });
});

describe('entryPointsAreSupported and incremental delivery', () => {
  // covers: ACCESS-09
  test.each(['defer', 'stream'])(
    'reports the directive @%s in any location, even if it is in otherDirectives',
    (name) => {
      for (const location of ['FIELD', 'FRAGMENT_SPREAD | INLINE_FRAGMENT', 'FIELD_DEFINITION'])
        expect(
          problemsOf(createTestSchema(`${QUERY}\ndirective @${name} on ${location}`), { otherDirectives: [name] }),
        ).toEqual([problem(`@${name}`, ...INCREMENTAL)]);
      expect(problemsOf(createTestSchema(`${QUERY}\ndirective @${name}red on FIELD`))).toEqual([]);
    },
  );
});

// covers: ACCESS-09
describe('entryPointsAreSupported and federation', () => {
  test.each(['_entities', '_service'])(
    'reports the query field %s, but not a field of that name on another type',
    (name) => {
      expect(problemsOf(createTestSchema(`type Query { a: Int @auth\n${name}: Int @auth }`))).toEqual([
        problem(`Query.${name}`, ...FEDERATION),
      ]);
      expect(
        problemsOf(
          createTestSchema(`${QUERY} extend type Query @public(reason: "x") {\n${name}: Int }`.replace('@auth', '')),
        ),
      ).toEqual([problem(`Query.${name}`, ...FEDERATION)]);
      const renamed = `schema { query: Root } type Root { a: Int @auth\n${name}: Int @auth }`;
      expect(problemsOf(createTestSchema(renamed))).toEqual([problem(`Root.${name}`, ...FEDERATION)]);
      expect(
        problemsOf(createTestSchema(`type Query @auth { t: T } type T @auth { ${name}: Int ${name.slice(1)}: Int }`)),
      ).toEqual([]);
    },
  );
});

test('entryPointsAreSupported reports every unsupported entry point at once', () => {
  const sdl =
    'directive @defer on FIELD\ndirective @stream on FIELD\ntype Query @auth { a: Int\n_entities: Int\n_service: Int }\ntype Subscription @auth { s: Int }';
  expect(problemsOf(createTestSchema(sdl))).toEqual([
    problem('Subscription', ...SUBSCRIPTIONS, 6),
    problem('@defer', ...INCREMENTAL, 1),
    problem('@stream', ...INCREMENTAL, 2),
    problem('Query._entities', ...FEDERATION, 4),
    problem('Query._service', ...FEDERATION, 5),
  ]);
});
