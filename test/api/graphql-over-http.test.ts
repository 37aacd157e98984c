import fs from 'node:fs';
import { serverAudits } from 'graphql-http';
import { afterAll, describe, expect, test } from 'vitest';
import { inRoot } from '../../server/operations/paths.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { errorCodes } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';

const fixture = setUpApiFixture();

/** The audits that do not pass, by id. Decision 047 explains each. */
const EXPLAINED: Readonly<Record<string, 'warn' | 'notice'>> = {
  // "SHOULD use 200 … when accepting application/json": the draft of 2026 has the full range of status codes instead.
  '572B': 'warn',
  FDE2: 'warn',
  '7B9B': 'warn',
  // "MAY accept … GET requests".
  '5A70': 'notice',
  D6D5: 'notice',
  '6A70': 'notice',
};
const DECISION = 'docs/decisions/047-graphql-over-http.md';

// covers: HTTPSPEC-01
describe.each(['when-needed', 'always'] as const)(
  'the audit of the package graphql-http, Apollo’s pipeline %s',
  (setting) => {
    const audited = setUpApiFixture({}, { APOLLO_PIPELINE: setting });
    const audits = serverAudits({ url: () => `${audited.api.url}/graphql` });
    const unread: Response[] = [];
    afterAll(() => Promise.all(unread.map(async (response) => response.body?.cancel())));

    test.each(audits)('$id: $name', async ({ id, fn }) => {
      const result = await fn();
      if (result.status !== 'ok' && !result.response.bodyUsed) unread.push(result.response);
      const reason = result.status === 'ok' ? '' : result.reason;
      expect(result.status, reason).toBe(EXPLAINED[id] ?? 'ok');
    });

    test('decision 047 explains each audit that does not pass', () => {
      const text = fs.readFileSync(inRoot(DECISION), 'utf8');
      for (const id of Object.keys(EXPLAINED)) expect(text).toContain(`\`${id}\``);
      expect(audits.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(EXPLAINED)));
    });
  },
);

const JSON_TYPE = 'application/json; charset=utf-8';
const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8';

/** One request for each way in which a response can come about. */
const REQUESTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'data without errors': { query: '{ status { ok } }' },
  'a property that the specification does not know': { query: '{ status { ok } }', unknown: 1 },
  'an error of a field, with data': { query: '{ viewer { id tasks(first: 0) { totalCount } } }' },
  'a mutation without effect': { query: 'mutation { deleteTask(id: "x") }' },
  'no parameter': {},
  'a document that does not parse': { query: '{' },
  'a document that is not valid': { query: '{ nothing }' },
  'an invalid literal': { query: '{ tasks(first: "x") { totalCount } }' },
  'an invalid variable': { query: 'query ($v: Int) { tasks(first: $v) { totalCount } }', variables: { v: 'x' } },
  'variables that are a list': { query: '{ status { ok } }', variables: [7] },
  'an unknown operation': { query: 'query A { status { ok } }', operationName: 'B' },
  'two operations without a name': { query: 'query A { status { ok } } query B { status { ok } }' },
  'an operation that is not allowed': { query: '{ securityLog { pageInfo { hasNextPage } } }' },
  'an operation that is too complex': { query: `{ ${'viewer { id } '.repeat(300)} }` },
  'a persisted query': { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
  'a persisted query with its document': {
    query: '{ status { ok } }',
    extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } },
  },
  'null in place of the hash of a persisted query': {
    query: '{ status { ok } }',
    extensions: { persistedQuery: null },
  },
  'a mutation with false in place of the hash of a persisted query': {
    query: 'mutation { createTask(input: { title: "kept" }) { title } }',
    extensions: { persistedQuery: false },
  },
};

describe('GraphQL over HTTP, §"Status Codes"', () => {
  const send = (body: Readonly<Record<string, unknown>>, accept: string) =>
    fixture.api.send('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept,
        authorization: `Bearer ${signToken(fixture.seeded.bob)}`,
      },
      body: JSON.stringify(body),
    });

  // covers: HTTPSPEC-02
  test.each(Object.entries(REQUESTS))(
    'a response has status 2xx exactly if it has data, in UTF-8 and the media type asked for: %s',
    async (_, body) => {
      const { status, headers, body: response } = await send(body, RESPONSE_TYPE);
      const { data, errors } = response ?? {};
      expect(data !== undefined || errors !== undefined).toBe(true);
      expect(status >= 200 && status < 300, `${status}`).toBe(data !== undefined);
      if (errors === undefined) expect(status).toBe(200);
      expect(headers.get('content-type')).toBe(RESPONSE_TYPE);
    },
  );

  // covers: HTTPSPEC-02
  test.each(Object.entries(REQUESTS))(
    'a client of the older media type gets the same status and body as application/json, except for persisted queries: %s',
    async (name, body) => {
      const [older, newer] = [await send(body, 'application/json'), await send(body, RESPONSE_TYPE)];
      expect(older.headers.get('content-type')).toBe(JSON_TYPE);
      expect(older.body).toEqual(newer.body);
      // Apollo's clients of that media type look for the error in a successful response, and then send the document.
      expect(older.status).toBe(name.startsWith('a persisted query') ? 200 : newer.status);
    },
  );

  // covers: HTTPSPEC-02
  test('a rejected token is 401 also with the hash of a persisted query: clients renew their token', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const response = await fixture.api.send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: RESPONSE_TYPE, authorization: 'Bearer x' },
      body: JSON.stringify({ extensions }),
    });
    expect([response.status, errorCodes(response)]).toEqual([401, ['UNAUTHENTICATED']]);
  });

  // covers: HTTPSPEC-03
  test.each([
    ['GET', '/graphql?query=%7Bstatus%7Bok%7D%7D'],
    ['GET', '/graphql?query=mutation%7BclearTasks%7D'],
    ['PUT', '/graphql'],
    ['DELETE', '/graphql'],
  ])('%s %s is 405 with Allow: POST', async (method, path) => {
    const response = await fixture.api.send(path, { method, headers: { accept: RESPONSE_TYPE } });
    expect([response.status, errorCodes(response), response.headers.get('allow')]).toEqual([
      405,
      ['METHOD_NOT_ALLOWED'],
      'POST',
    ]);
  });

  // covers: HTTPSPEC-03
  test('a request without a supported media type is 406 or 415, never with the media type of GraphQL responses', async () => {
    const notAcceptable = await send({ query: '{ status { ok } }' }, 'text/csv');
    const unsupported = await fixture.api.send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/graphql', accept: RESPONSE_TYPE },
      body: '{ status { ok } }',
    });
    expect([notAcceptable.status, unsupported.status]).toEqual([406, 415]);
    for (const { headers } of [notAcceptable, unsupported]) expect(headers.get('content-type')).toBe(JSON_TYPE);
  });
});
