import { getIntrospectionQuery } from 'graphql';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { comparableText, errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';

let token: string;

const fixture = setUpApiFixture();
beforeAll(() => {
  token = signToken(fixture.seeded.bob);
});
beforeEach(() => {
  fixture.statements.length = 0;
});

const times = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');
const nested = (count: number, open: string, inside: string, close: string) =>
  open.repeat(count) + inside + close.repeat(count);
const doubling = (length: number, end: string) =>
  `${times(length, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F${length} on Query { ${end} }`;
const PAGE = 'tasks(first: 100) { nodes { id } edges { node { id } } }';

/** Classes of expensive operations, each in a small size above its limit and in the largest size that fits a body. */
const CLASSES: Record<string, readonly [small: number, large: number, write: (size: number) => string]> = {
  width: [600, 3_900, (n) => `{ ${times(n, (i) => `x${i}`)} }`],
  'repeated fields': [200, 3_900, (n) => `{ ${times(n, () => '__typename')} }`],
  'repeated fields with arguments': [120, 300, (n) => `{ ${times(n, () => 'task(id: "a") { id }')} }`],
  'repeated fields in repeated fields': [
    20,
    60,
    (n) => `{ ${times(n, () => `tasks { ${times(20, () => 'totalCount')} }`)} }`,
  ],
  aliases: [100, 1_900, (n) => `{ ${times(n, (i) => `a${i}: __typename`)} }`],
  'aliased pages': [25, 30, (n) => `{ ${times(n, (i) => `a${i}: ${PAGE}`)} }`],
  'pages of long texts': [6, 30, (n) => `{ ${times(n, (i) => `a${i}: tasks(first: 100) { nodes { description } }`)} }`],
  'repeated long texts': [6, 30, (n) => `{ tasks(first: 100) { nodes { ${times(n, (i) => `a${i}: description`)} } } }`],
  'aliased mutations': [40, 300, (n) => `mutation { ${times(n, (i) => `a${i}: deleteTask(id: "x")`)} }`],
  depth: [40, 1_300, (n) => nested(n, '{ a ', '', '}')],
  'inline fragments': [40, 1_300, (n) => `{ ${nested(n, '... { ', '__typename ', '}')} }`],
  'a chain of fragments': [
    30,
    500,
    (n) =>
      `{ ...F0 } ${times(n, (i) => `fragment F${i} on Query { ...F${i + 1} }`)} fragment F${n} on Query { __typename }`,
  ],
  'doubling fragments': [10, 400, (n) => `{ ...F0 } ${doubling(n, '__typename')}`],
  'directives on one field': [20, 700, (n) => `{ __typename ${times(n, () => '@include(if: true)')} }`],
  'unknown directives': [20, 1_300, (n) => `{ __typename ${times(n, (i) => `@d${i}`)} }`],
  'directives on many fields': [120, 450, (n) => `{ ${times(n, () => '... @skip(if: true) { __typename }')} }`],
  operations: [60, 600, (n) => times(n, (i) => `query q${i} { __typename }`)],
  fragments: [60, 500, (n) => `{ __typename } ${times(n, (i) => `fragment F${i} on Query { __typename }`)}`],
  variables: [60, 800, (n) => `query (${times(n, (i) => `$v${i}: Int`)}) { __typename }`],
  'lists in a value': [20, 1_900, (n) => `{ tasks(after: ${nested(n, '[', '', ']')}) { totalCount } }`],
  'objects in a value': [20, 950, (n) => `{ tasks(after: ${nested(n, '{a:', '1', '}')}) { totalCount } }`],
  'lists in a type': [20, 1_900, (n) => `query ($v: ${nested(n, '[', 'Int', ']')}) { __typename }`],
  'introspection in breadth': [
    6,
    8,
    (n) =>
      `{ __schema { types { ${times(n, (i) => `a${i}: fields { type { ${times(n, (j) => `b${j}: fields { type { name } }`)} } }`)} } } }`,
  ],
  'repeated introspection': [
    15,
    29,
    (n) => `{ ${times(n, (i) => `a${i}: __schema { types { fields { args { type { name } } type { name } } } }`)} }`,
  ],
  tokens: [4_001, 40_000, (n) => `{ ${times(n, () => 'a')} }`],
};
const EXPENSIVE = Object.values(CLASSES).flatMap(([small, large, write]) => [write(small), write(large)]);

describe.each(Object.entries(CLASSES))('%s', (name, [small, large, write]) => {
  // covers: HTTP-01
  test.each([small, large])(
    `rejects ${name}, size %i, with the same 400 TOO_COMPLEX, without a statement`,
    async (size) => {
      const response = await fixture.api.execute(write(size), { token });
      expect([response.status, errorCodes(response)], response.text).toEqual([400, ['TOO_COMPLEX']]);
      const message = 'The operation is too complex.';
      expect(response.body).toEqual({ errors: [{ message, extensions: { code: 'TOO_COMPLEX' } }] });
      expect(comparableText(response)).toBe(
        comparableText(await fixture.api.execute(`{ ${times(600, (i) => `x${i}`)} }`, { token })),
      );
      expect(fixture.statements).toEqual([]);
    },
  );
});

describe('variables', () => {
  const query = 'query ($v: String) { tasks(after: $v) { totalCount } }';
  // covers: HTTP-02
  test.each([
    ['a long list', Array.from({ length: 20_000 }, () => 1)],
    ['a large object', Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, 1]))],
    ['nested lists', JSON.parse(nested(500, '[', '1', ']')) as unknown],
  ])('rejects variables of %s with 400 TOO_COMPLEX', async (_, v) => {
    const response = await fixture.api.execute(query, { token, variables: { v } });
    expect([response.status, errorCodes(response)]).toEqual([400, ['TOO_COMPLEX']]);
    expect(fixture.statements).toEqual([]);
  });

  // covers: HTTP-02
  test('counts undeclared variables towards the limit', async () => {
    const variables = { other: Array.from({ length: 20_000 }, () => 1) };
    expect(errorCodes(await fixture.api.execute('{ status { ok } }', { variables }))).toEqual(['TOO_COMPLEX']);
  });
});

describe('clients within the limits', () => {
  // covers: HTTP-01
  test('serves clients within the limits while it rejects others', async () => {
    const sendAccepted = async () => {
      const { body } = await fixture.api.execute(
        '{ viewer { id } tasks(first: 100) { totalCount nodes { id title } } }',
        {
          token,
        },
      );
      expect(body?.data).toMatchObject({ viewer: { id: fixture.seeded.bob }, tasks: { totalCount: 1 } });
    };
    const sendRejected = async (query: string) =>
      expect((await fixture.api.execute(query, { token })).status).toBe(400);
    await Promise.all([...EXPENSIVE, ...EXPENSIVE].flatMap((query) => [sendAccepted(), sendRejected(query)]));
  });

  test.each([
    ['of graphql-js', {}],
    [
      'with all options',
      {
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      },
    ],
    ['without descriptions', { descriptions: false }],
  ])('answers the introspection query %s, with and without a token', async (_, options) => {
    for (const requestOptions of [{}, { token }]) {
      const response = await fixture.api.execute(getIntrospectionQuery(options), requestOptions);
      expect([response.status, errorCodes(response)]).toEqual([200, []]);
    }
  });

  test('allows all fields of two full pages and the viewer, in fragments', async () => {
    const query = `query ($first: Int) { viewer { ...U } open: tasks(first: $first) { ...C } all: tasks(first: $first) { ...C } }
      fragment U on User { id name email emailVerified role createdAt }
      fragment C on TaskConnection { totalCount nodes { ...T } edges { cursor node { ...T } } pageInfo { endCursor hasNextPage } }
      fragment T on Task { id userId title description done dueAt priority position version createdAt updatedAt completedAt }`;
    expect(errorCodes(await fixture.api.execute(query, { token, variables: { first: 100 } }))).toEqual([]);
  });
});

test('prints no warning to the console for a rejected operation', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  for (const query of EXPENSIVE) await fixture.api.execute(query, { token });
  expect(warn).not.toHaveBeenCalled();
});
