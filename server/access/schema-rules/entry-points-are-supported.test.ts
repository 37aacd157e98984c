import { describe, expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../testing/harness.ts';

const QUERY = 'type Query { a: Int @auth }';
const problem = (coordinate: string, message: string, fix: string, line = 2) => ({
  rule: 'entryPointsAreSupported',
  coordinate,
  location: { file: 'schema.graphql', line },
  message,
  fix,
});
const SUBSCRIPTIONS = ['subscriptions are not judged yet', 'take the subscription root away'] as const;
const INCREMENTAL = ['incremental answers are not judged yet', 'take the directive away'] as const;
const FEDERATION = ['federation goes round the judgement', 'take the field away'] as const;

describe('a subscription root keeps the server from starting', () => {
  test.each([
    ['closed', 'Subscription', `${QUERY}\ntype Subscription @auth { s: Int }`],
    ['public', 'Subscription', `${QUERY}\ntype Subscription { s: Int @public(reason: "x") }`],
    [
      'by another name',
      'Stream',
      `schema { query: Query subscription: Stream } ${QUERY}\ntype Stream @auth { s: Int }`,
    ],
    [
      'by an extension of the schema',
      'Stream',
      `schema { query: Query } extend schema { subscription: Stream } ${QUERY}\ntype Stream @auth { s: Int }`,
    ],
  ])('%s', (_, coordinate, sdl) => {
    expect(problemsOf(createTestSchema(sdl))).toEqual([problem(coordinate, ...SUBSCRIPTIONS)]);
  });
  test('but a type of its name that is no root does not', () => {
    expect(problemsOf(createTestSchema(`schema { query: Query } ${QUERY} type Subscription { s: Int }`))).toEqual([]);
  });
});

describe('incremental answers keep it from starting', () => {
  // covers: ACCESS-09
  test.each(['defer', 'stream'])('@%s, whatever it is said to be for', (name) => {
    for (const location of ['FIELD', 'FRAGMENT_SPREAD | INLINE_FRAGMENT', 'FIELD_DEFINITION'])
      expect(
        problemsOf(createTestSchema(`${QUERY}\ndirective @${name} on ${location}`), { otherDirectives: [name] }),
      ).toEqual([problem(`@${name}`, ...INCREMENTAL)]);
    expect(problemsOf(createTestSchema(`${QUERY}\ndirective @${name}red on FIELD`))).toEqual([]);
  });
});

// covers: ACCESS-09
describe('federation keeps it from starting', () => {
  test.each(['_entities', '_service'])('%s', (name) => {
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
  });
});

test('all of them at once', () => {
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
