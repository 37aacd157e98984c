import { getIntrospectionQuery } from 'graphql';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { comparableText, errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { EXPENSIVE_CLASSES } from './expensive-documents.ts';
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

const EXPENSIVE = Object.values(EXPENSIVE_CLASSES).flatMap(([small, large, write]) => [write(small), write(large)]);

describe.each(Object.entries(EXPENSIVE_CLASSES))('%s', (name, [small, large, write]) => {
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

  // covers: LIMIT-05
  test.each([
    ['of graphql-js', {}],
    ['of GraphiQL', { schemaDescription: true, inputValueDeprecation: true }],
    [
      'of Apollo Sandbox',
      { specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true },
    ],
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
