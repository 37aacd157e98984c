import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executableSchema } from '../../server/executable-schema.ts';
import { DISABLE_ROW_SECURITY } from '../walls/disabled-layers.ts';
import { recordStatements } from '../support/recording-pool.ts';
import { type SeededFixture, createSeededFixture } from '../support/seeded-fixture.ts';
import { type TestApi, errorCodes, startTestApi } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';

let seeded: SeededFixture;
let api: TestApi;
/** An API of which PostgreSQL rejects every statement. */
let failingApi: TestApi;

beforeAll(async () => {
  seeded = await createSeededFixture(DISABLE_ROW_SECURITY);
  api = await startTestApi(seeded.source, 'off');
  const isWork = (text: string) => text !== 'commit' && text !== 'rollback';
  const failingPool = recordStatements(seeded.source.pool, {
    rewrite: (text) => (isWork(text) ? `selekt '${seeded.alice}' ${text}` : text),
  });
  failingApi = await startTestApi({ mapping: seeded.source.mapping, pool: failingPool.pool });
});
afterAll(async () => {
  await api.close();
  await failingApi.close();
  await seeded.end();
});

const executeAsBob = (query: string, variables?: Record<string, unknown>) =>
  api.execute(query, { token: signToken(seeded.bob), ...(variables && { variables }) });

/** Every name of the schema without its last letter: graphql-js would suggest the full name. */
const types = Object.values(executableSchema().getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const MISSPELLED = types.flatMap((type) => {
  const short = type.name.slice(0, -1);
  const fields = 'getFields' in type ? Object.keys(type.getFields()).map((name) => name.slice(0, -1)) : [];
  return [
    `{ ... on ${short} { x } }`,
    `query ($v: ${short}) { status { ok } }`,
    `fragment F on ${short} { x } { ...F }`,
    ...fields.flatMap((field) => [
      `{ ${field} }`,
      `{ tasks(${field}: 1) { totalCount } }`,
      `{ status { ${field} } tasks { ${field} nodes { ${field} } } viewer { ${field} } }`,
      `mutation { ${field} createTask(input: { title: "t", ${field}: 1 }) { id } }`,
      `{ status @${field} { ok } }`,
    ]),
  ];
});

describe('names of the schema', () => {
  // covers: HTTP-16
  test('suggests no name for a misspelt one', async () => {
    expect(MISSPELLED.length).toBeGreaterThan(100);
    for (const query of MISSPELLED) {
      const { status, text } = await executeAsBob(query);
      expect(status, query).toBe(400);
      expect(text, query).not.toMatch(/did you mean/i);
    }
  });

  // covers: HTTP-16
  test.each([
    ['an input field', { title: 't', titl: 't', descriptio: 't' }],
    ['an enum value', { title: 't', priority: 'HIG' }],
    ['an enum value in lower case', { title: 't', priority: 'high' }],
  ])('suggests no name when a variable cannot be coerced: %s', async (_, v) => {
    const { status, text } = await executeAsBob('mutation ($v: CreateTaskInput!) { createTask(input: $v) { id } }', {
      v,
    });
    expect(status).toBe(400);
    expect(text).not.toMatch(/did you mean|NORMAL|dueAt/i);
  });

  test('rejects introspection where INTROSPECTION is off', async () => {
    for (const query of [
      '{ __schema { types { name } } }',
      '{ __type(name: "Task") { name } }',
      '{ status { ok } __schema { queryType { name } } }',
    ]) {
      const response = await executeAsBob(query);
      expect([response.status, new Set(errorCodes(response))]).toEqual([400, new Set(['GRAPHQL_VALIDATION_FAILED'])]);
      expect(response.body).not.toHaveProperty('data');
    }
    expect((await executeAsBob('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
    expect((await failingApi.execute('{ __schema { queryType { name } } }')).status).toBe(200);
  });
});

describe('a database error', () => {
  const fields = ['viewer { id }', 'tasks { totalCount }', 'task(id: "01900000-0000-7000-8000-00000000000a") { id }'];
  const operations = [
    ...fields.map((field) => `{ ${field} }`),
    'mutation { createTask(input: { title: "t" }) { id } }',
    'mutation { deleteTask(id: "01900000-0000-7000-8000-00000000000a") }',
  ];
  // covers: HTTP-15
  test.each(operations)('hides a database error from the client and logs it in full: %s', async (query) => {
    const response = await failingApi.execute(query, { token: signToken(seeded.bob) });
    expect(errorCodes(response)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(response.body?.errors?.[0]?.message).toBe('Something went wrong on our side.');
    expect(response.text).not.toMatch(/select|insert|delete from|syntax|user_id|stack|node_modules|\.ts/i);
    expect(response.text).not.toContain(seeded.alice);
    const entry = failingApi.log.find(
      ({ requestId, level }) => requestId === response.headers.get('x-request-id') && Number(level) >= 50,
    );
    expect(entry).toMatchObject({ err: { message: expect.stringContaining('syntax error') } });
  });
});

describe('documents that overflow a parser', () => {
  const nested = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times);
  // covers: HTTP-15
  test.each([
    ['lists', `{ tasks(after: ${nested('[', ']', 1_990)}) { totalCount } }`],
    ['objects', `{ tasks(after: ${nested('{a:', '}', 990)}) { totalCount } }`],
    ['types', `query ($v: ${nested('[', ']', 1_900)}) { status { ok } }`],
    ['selections', nested('{ a ', '}', 1_300)],
    ['inline fragments', `{ ${'... { '.repeat(1_300)} __typename ${'}'.repeat(1_300)} }`],
    ['cyclic fragments', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
    ['thousands of tokens', `{ ${'__typename '.repeat(5_000)} }`],
  ])('answers a deep or long document without internal details: %s', async (_, query) => {
    const { status, text } = await executeAsBob(query);
    expect([200, 400]).toContain(status);
    expect(text).not.toMatch(/call stack|RangeError|heap|INTERNAL/i);
  });

  test('rejects a body of deeply nested lists', async () => {
    const query = 'query ($v: String) { tasks(after: $v) { totalCount } }';
    const response = await api.send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${signToken(seeded.bob)}` },
      body: `{"query":"${query}","variables":{"v":${nested('[', ']', 40_000)}}}`,
    });
    expect([response.status, errorCodes(response)]).toEqual([400, ['TOO_COMPLEX']]);
  });
});
