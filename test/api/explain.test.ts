import { buildClientSchema, getIntrospectionQuery, type GraphQLSchema, type IntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { minimalOperations } from '../../server/access/properties/minimal-operation.ts';
import { executableSchema } from '../../server/executable-schema.ts';
import type { Explanation } from '../../runtime/explanation.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { type ApiResponse, startTestApi, WEB_URL } from '../support/test-api.ts';
import { NOW, signToken } from '../support/test-token.ts';

const fixture = setUpApiFixture({}, { EXPLAIN: 'on', EXPLORER_ORIGINS: ['https://explorer.example'] });
const ASKING = { 'x-explain': '1' };

const explanationOf = ({ body }: ApiResponse) =>
  (body as { extensions?: { explain?: Explanation } } | null)?.extensions?.explain;
const send = (query: string, token?: string, variables = {}) =>
  fixture.executeCounted(query, { headers: ASKING, variables, ...(token !== undefined && { token }) });
const bobs = (changes = {}) => signToken(fixture.seeded.bob, changes);

describe('extensions.explain', () => {
  // covers: EXPLORE-02
  test('names the rule, file and line that refuse another user’s id, and no statement', async () => {
    const { response } = await send('query ($id: ID!) { tasks(userId: $id) { totalCount } }', bobs(), {
      id: fixture.seeded.alice,
    });
    const explanation = explanationOf(response);
    expect([response.status, explanation?.verdict, explanation?.reason, explanation?.statements]).toEqual([
      403,
      'refused',
      'FORBIDDEN',
      0,
    ]);
    const [refused, ...others] = explanation?.coordinates.filter(({ verdict }) => verdict === 'refused') ?? [];
    expect(others).toEqual([]);
    expect(refused).toMatchObject({
      coordinate: 'Query.tasks(userId:)',
      reason: 'FORBIDDEN',
      rules: [
        {
          directive: '@owner',
          at: 'Query.tasks(userId:)',
          location: { file: 'schema/task.graphql', line: expect.any(Number) as number },
          refuses: true,
        },
      ],
    });
  });

  // covers: EXPLORE-02
  test('names the rules of an allowed operation, the owner rule of its rows, and the number of statements', async () => {
    const { response, statements } = await send('{ tasks { nodes { steps { title } } } }', bobs());
    const explanation = explanationOf(response);
    expect([explanation?.verdict, explanation?.reason, explanation?.hidden]).toEqual(['allowed', null, false]);
    expect(explanation?.statements).toBe(statements.length);
    expect(statements).toHaveLength(2);
    expect(explanation?.coordinates[0]).toMatchObject({
      coordinate: 'Query.tasks',
      verdict: 'allowed',
      rules: [{ directive: '@auth', at: 'Query.tasks', refuses: false }],
    });
    expect(explanation?.rows.map(({ type, rules }) => [type, rules.map(({ directive }) => directive)])).toEqual([
      ['Task', ['@owner(field: "userId")']],
      ['Step', ['@owner(field: "userId")']],
    ]);
  });

  test('counts the statements of a mutation, also of one that is rolled back', async () => {
    const created = await send('mutation { createTask(input: { title: "t" }) { id steps { id } } }', bobs());
    expect(explanationOf(created.response)?.statements).toBe(created.statements.length);
    const conflict = await send(
      'mutation ($id: ID!) { updateTask(id: $id, input: { title: "u" }, expectedVersion: 99) { id } }',
      bobs(),
      { id: fixture.seeded.bobsTask },
    );
    expect(conflict.response.body?.errors).toHaveLength(1);
    expect(explanationOf(conflict.response)?.statements).toBe(1);
  });

  // covers: EXPLORE-03
  test('differs in nothing for another user’s row and a missing row', async () => {
    const query = 'query ($id: ID!) { task(id: $id) { title } }';
    const [foreign, missing] = [
      await send(query, bobs(), { id: fixture.seeded.alicesTask }),
      await send(query, bobs(), { id: '00000000-0000-7000-8000-000000000000' }),
    ];
    expect(foreign.response.text).toBe(missing.response.text);
    expect(explanationOf(foreign.response)?.statements).toBe(1);
  });

  // covers: EXPLORE-01
  test('tells an anonymous caller of a field of ADMIN no more than its 401', async () => {
    const { response } = await send('{ securityLog { nodes { id } } }');
    expect([response.status, explanationOf(response)]).toEqual([
      401,
      { verdict: 'refused', reason: 'UNAUTHENTICATED', coordinates: [], rows: [], hidden: true, statements: 0 },
    ]);
  });

  test('is left out of a response to a rejected token, an invalid document and a deleted viewer', async () => {
    const ghost = signToken('00000000-0000-4000-8000-0000000000ff');
    for (const [query, token] of [
      ['{ viewer { id } }', `${bobs()}x`],
      ['{ viewer { nothing } }', bobs()],
      ['{ viewer { id } }', ghost],
    ] as const) {
      const { response } = await send(query, token);
      expect([response.body?.errors?.length, explanationOf(response)], response.text).toEqual([1, undefined]);
    }
  });
});

/** The schema that introspection shows to a caller. */
async function introspected(token: string | undefined): Promise<GraphQLSchema> {
  const { body } = await fixture.api.execute(getIntrospectionQuery(), token === undefined ? {} : { token });
  return buildClientSchema(body?.data as unknown as IntrospectionQuery);
}

/** Whether a schema has an element; an argument counts with its field. */
function has(schema: GraphQLSchema, coordinate: string): boolean {
  const [typeName = '', field] = (coordinate.split('(', 1)[0] ?? '').split('.');
  const type = schema.getType(typeName);
  if (type === undefined || field === undefined) return type !== undefined;
  return 'getFields' in type && field in type.getFields();
}

// covers: EXPLORE-01
describe.each([
  ['an anonymous caller', () => undefined],
  ['a user', () => bobs()],
  [
    'a user whose address is not verified and whose sign-in is old',
    () => bobs({ email_verified: false, auth_time: NOW - 9_999 }),
  ],
  ['an administrator', () => bobs({ role: 'ADMIN' })],
])('an explanation for %s', (audience, tokenOf) => {
  test(`shows ${audience} only what introspection shows, for every field of the schema`, async () => {
    const schema = executableSchema();
    const visible = await introspected(tokenOf());
    const hidden: string[] = [];
    for (const { text, coordinates } of minimalOperations(schema, fixture.seeded.bobsTask)) {
      const { response } = await send(text, tokenOf());
      const explanation = explanationOf(response);
      if (explanation === undefined) continue;
      const named = [
        ...explanation.coordinates.map(({ coordinate }) => coordinate),
        ...explanation.rows.map(({ type }) => type),
        ...[...explanation.coordinates, ...explanation.rows].flatMap(({ rules }) =>
          rules.flatMap(({ at }) => at ?? []),
        ),
      ];
      expect(
        named.filter((coordinate) => !has(visible, coordinate)),
        text,
      ).toEqual([]);
      expect(explanation.hidden, text).toBe(coordinates.some((coordinate) => !has(visible, coordinate)));
      if (explanation.hidden) hidden.push(text);
      // The reasons of @public are for reviewers: introspection does not show them.
      expect(response.text).not.toContain('reason: ');
    }
    expect(hidden.length > 0).toBe(audience !== 'an administrator');
  });
});

describe('explanations are off', () => {
  // covers: EXPLORE-04
  test('for a request without the header, with the same bytes as where EXPLAIN is off', async () => {
    const off = await startTestApi(fixture.seeded.source);
    for (const query of ['{ status { ok } }', '{ viewer { id } }', '{ securityLog { nodes { id } } }']) {
      const token = bobs();
      const [plain, disabled] = [await fixture.api.execute(query, { token }), await off.execute(query, { token })];
      expect(plain.text).toBe(disabled.text);
    }
    await off.close();
  });

  // covers: EXPLORE-04
  test.each(['off', undefined] as const)('where EXPLAIN is %s, also for a request with the header', async (EXPLAIN) => {
    const off = await startTestApi(fixture.seeded.source, 'on', EXPLAIN === undefined ? {} : { settings: { EXPLAIN } });
    const response = await off.execute('{ viewer { id } }', { token: bobs(), headers: ASKING });
    expect(response.body).toEqual({ data: { viewer: { id: fixture.seeded.bob } } });
    await off.close();
  });

  test.each(['0', 'true', '', '1, 1'])('for the header value %j', async (value) => {
    const response = await fixture.api.execute('{ viewer { id } }', { token: bobs(), headers: { 'x-explain': value } });
    expect(explanationOf(response)).toBeUndefined();
  });
});

describe('CORS with EXPLAIN on', () => {
  const allowedTo = async (origin: string) => {
    const { headers } = await fixture.api.send('/graphql', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-explain' },
    });
    return [headers.get('access-control-allow-origin'), headers.get('access-control-allow-headers')?.split(', ')];
  };

  test('allows the web app and explorers to send x-explain', async () => {
    expect(await allowedTo(WEB_URL)).toEqual([WEB_URL, ['authorization', 'content-type', 'traceparent', 'x-explain']]);
    expect(await allowedTo('https://explorer.example')).toEqual([
      'https://explorer.example',
      expect.arrayContaining(['x-explain']),
    ]);
  });

  test('allows another origin nothing', async () => {
    expect((await allowedTo('https://evil.example'))[0]).toBeNull();
  });
});
