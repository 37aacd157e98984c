import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type ApiResponse, errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';

const fixture = setUpApiFixture();

const GOOD = '{"query":"{ status { ok } }"}';
const post = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}, path = '/graphql') =>
  fixture.api.send(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

const NO_JSON = [
  '',
  '{',
  '{"query":',
  'query { status }',
  "{'query':'x'}",
  `${GOOD},`,
  `${GOOD}${GOOD}`,
  'undefined',
  'NaN',
];
const NO_OPERATIONS = ['null', 'true', '0', '""', '{}', '[]', '[[]]', '[null]', `[${GOOD}]`, `[${GOOD},${GOOD}]`];
const FORMS = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
const NEARLY_JSON = ['text/json', 'application/jsonx', 'application/json+x', 'application/graphql+json'];
const OTHER_TYPES = [...FORMS, ...NEARLY_JSON, 'application/graphql', 'application/xml', '*/*', 'application/*'];

/** Codings of a body, known and unknown, alone, in other letter case and in lists. */
const CODINGS = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'x-compress', 'aes128gcm', 'identityx', '*'];
const CODED = CODINGS.flatMap((coding) => [
  coding,
  coding.toUpperCase(),
  `${coding}, ${coding}`,
  `identity, ${coding}`,
  `${coding},identity`,
  `, ${coding}`,
]);

/** Every refusal is JSON in one form, has a name, and says nothing of the inside. */
function refused(response: ApiResponse, status: number, code: string): void {
  expect([response.status, errorCodes(response)], response.text).toEqual([status, [code]]);
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.body).not.toHaveProperty('data');
  expect(response.text).not.toMatch(/stack|node_modules|FST_|SyntaxError|Unexpected token/);
}

// covers: HTTP-07
describe('a body that is no request is 400 in JSON:', () => {
  test.each([
    ...NO_JSON,
    ...NO_OPERATIONS,
    ...['null', '0', '[]', '{}', 'true', '""', '["{ status { ok } }"]', '{"kind":"Document"}'].map(
      (q) => `{"query":${q}}`,
    ),
    ...['variables', 'extensions', 'operationName'].flatMap((name) =>
      ['1', 'true', '[]', '[1]'].map((value) => `{"query":"{ status { ok } }","${name}":${value}}`),
    ),
    ...['__proto__', '\\u005f_proto__'].flatMap((name) => [
      `{"query":"{ status { ok } }","${name}":{"a":1}}`,
      `{"query":"{ status { ok } }","variables":{"${name}":{"a":1}}}`,
      `{"query":"{ status { ok } }","variables":{"a":[{"${name}":1}]}}`,
    ]),
    `{"a":${'['.repeat(40_000)}`,
  ])('%.70s', async (body) => {
    refused(await post(body), 400, 'BAD_REQUEST');
  });

  // covers: HTTP-07
  test.each([
    ['a byte that UTF-8 has not', [0xff]],
    ['a lone continuation', [0x80]],
    ['an overlong quote', [0xc0, 0xa2]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a sequence cut short', [0xe2, 0x82]],
  ])('invalid UTF-8: %s', async (_, bytes) => {
    const body = Buffer.concat([
      Buffer.from('{"query":"{ status { ok } } #'),
      Uint8Array.from(bytes),
      Buffer.from('"}'),
    ]);
    refused(await post(body), 400, 'BAD_REQUEST');
  });

  test('and no prototype is changed by any', () => {
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test.each(['{ status {', 'query', '{ status { ok } } }', '\ufeff{', '{ a: }', '"""', '{ status @ }', '\0'])(
    'a document that is not GraphQL: %j',
    async (query) => {
      refused(await fixture.api.execute(query), 400, 'GRAPHQL_PARSE_FAILED');
    },
  );

  test.each([
    '{ nothing }',
    '{ status }',
    '{ status { ok { a } } }',
    '{ ...F }',
    '{ status @nothing { ok } }',
    'query ($a: Int) { status { ok } }',
    '{ tasks(first: "1") { totalCount } }',
  ])('a document that does not fit the schema: %s', async (query) => {
    refused(await fixture.api.execute(query), 400, 'GRAPHQL_VALIDATION_FAILED');
  });

  test.each([
    ['an operation that is not there', { query: 'query a { status { ok } }', operationName: 'b' }],
    ['the name of a prototype', { query: 'query a { status { ok } }', operationName: '__proto__' }],
    ['one of two unnamed', { query: 'query a { status { ok } } query b { status { ok } }' }],
    ['a subscription', { query: 'subscription { status { ok } }' }],
    ['only a fragment', { query: 'fragment F on Query { status { ok } }' }],
  ])('%s', async (_, body) => {
    const response = await post(JSON.stringify(body));
    expect(response.status).toBe(400);
    expect(['OPERATION_RESOLUTION_FAILURE', 'GRAPHQL_VALIDATION_FAILED']).toContain(errorCodes(response)[0]);
  });
});

// covers: ACCESS-24
test('a client that tries a persisted query is told to send the document', async () => {
  const persisted = { version: 1, sha256Hash: 'a'.repeat(64) };
  const response = await post(JSON.stringify({ extensions: { persistedQuery: persisted } }));
  const message = 'PersistedQueryNotSupported';
  expect(response.body?.errors).toEqual([{ message, extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }]);
});

// covers: HTTP-07
describe('what is not JSON in UTF-8 is 415:', () => {
  test.each([
    ...OTHER_TYPES,
    ...['utf-16', 'utf-16le', 'latin1', 'iso-8859-1', 'us-ascii', 'utf-7'].map((c) => `application/json; charset=${c}`),
  ])('%s', async (type) => {
    refused(await post(GOOD, { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  test('no content type', async () => {
    refused(
      await fixture.api.send('/graphql', { method: 'POST', body: Buffer.from(GOOD) }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    );
  });

  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
  ])('but not %s', async (type) => {
    expect((await post(GOOD, { 'content-type': type })).status).toBe(200);
  });

  // covers: HTTP-07
  test('a gzipped body is not unpacked: no bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000, ' '));
    refused(await post(bomb, { 'content-encoding': 'gzip' }), 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  // covers: HTTP-07
  test.each(CODED)('a body with Content-Encoding: %j, also where it is not what it says', async (coding) => {
    const response = await post(GOOD, { 'content-encoding': coding });
    refused(response, 415, 'UNSUPPORTED_MEDIA_TYPE');
    expect(response.headers.get('accept-encoding')).toBe('identity');
  });

  test.each(['identity', 'IDENTITY', ' identity ', 'identity, identity', ','])(
    'but not one with Content-Encoding: %j',
    async (coding) => {
      expect((await post(GOOD, { 'content-encoding': coding })).status).toBe(200);
    },
  );
});

// covers: HTTP-14
describe('what cannot be answered in JSON is 406 before anything runs:', () => {
  test.each([
    'text/html',
    'text/event-stream',
    'multipart/mixed',
    'application/xml',
    'application/json;q=0',
    'image/*',
  ])('%s', async (accept) => {
    const mutation = JSON.stringify({ query: 'mutation { createTask(input: { title: "unwanted" }) { id } }' });
    fixture.statements.length = 0;
    refused(
      await post(mutation, { accept, authorization: `Bearer ${signToken(fixture.seeded.bob)}` }),
      406,
      'NOT_ACCEPTABLE',
    );
    expect(fixture.statements).toEqual([]);
  });

  test.each([
    ['*/*', 'application/json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json; charset=utf-8'],
    ['text/html, */*;q=0.1', 'application/json; charset=utf-8'],
    ['application/json; charset=utf-8', 'application/json; charset=utf-8'],
    ['application/json;charset="UTF-8";q=0.5, text/html', 'application/json; charset=utf-8'],
    // The example of the specification, GraphQL over HTTP §"Legacy Watershed".
    [
      'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8',
      'application/graphql-response+json; charset=utf-8',
    ],
    ['', 'application/json; charset=utf-8'],
  ])('but not %j', async (accept, type) => {
    const response = await post(GOOD, { accept });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  });
});

describe('other ways to ask', () => {
  // covers: HTTP-13
  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'LINK'])(
    '%s /graphql is 405 and says what is allowed',
    async (method) => {
      const response = await fixture.api.send(`/graphql?query=${encodeURIComponent('{ status { ok } }')}`, { method });
      refused(response, 405, 'METHOD_NOT_ALLOWED');
      expect(response.headers.get('allow')).toBe('POST');
    },
  );

  test.each(['/healthz', '/readyz'])('%s is only read', async (path) => {
    const response = await post(GOOD, {}, path);
    refused(response, 405, 'METHOD_NOT_ALLOWED');
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  // covers: HTTP-13
  test.each([
    '/',
    '/graphql/',
    '/GRAPHQL',
    '//graphql',
    '/graphql/x',
    '/graphql%2f',
    '/graphql%00',
    '/metrics',
    '/.env',
    '/../package.json',
    '/__proto__',
  ])('%s is 404', async (path) => {
    refused(await post(GOOD, {}, path), 404, 'NOT_FOUND');
  });

  test.each(['/%', '/%ff', '/graphql%'])('%s is 400: no path is written so', async (path) => {
    refused(await fixture.api.send(path), 400, 'BAD_REQUEST');
  });
});

describe('every answer', () => {
  // covers: HTTP-19
  test('has a name of its own, which the log knows and the caller cannot choose', async () => {
    const chosen = '00000000-0000-0000-0000-000000000000';
    const names = new Set<string>();
    for (const path of ['/graphql', '/nothing', '/healthz', '/%']) {
      const { headers } = await fixture.api.send(path, { headers: { 'x-request-id': chosen, 'request-id': chosen } });
      names.add(headers.get('x-request-id') ?? 'none');
    }
    expect(names.size).toBe(4);
    expect(names).not.toContain(chosen);
    expect(names).not.toContain('none');
    const [first] = names;
    expect(fixture.api.log).toContainEqual(expect.objectContaining({ requestId: first, status: 405 }));
  });

  test('is kept by nobody, and read as what it says it is', async () => {
    for (const [path, method] of [
      ['/healthz', 'GET'],
      ['/readyz', 'GET'],
      ['/nothing', 'GET'],
      ['/graphql', 'GET'],
      ['/graphql', 'POST'],
      ['/graphql', 'OPTIONS'],
    ] as const) {
      const { headers } = await fixture.api.send(path, { method });
      expect(headers.get('cache-control'), `${method} ${path}`).toContain('no-store');
      expect(headers.get('x-content-type-options'), `${method} ${path}`).toBe('nosniff');
    }
  });

  // covers: ACCESS-23
  test('of /graphql is kept by nobody: whoever asks, whatever comes of it', async () => {
    const responses = [
      await fixture.api.execute('{ viewer { id } }', { token: signToken(fixture.seeded.bob) }),
      await fixture.api.execute('{ viewer { id } }', { token: 'x' }),
      await fixture.api.execute('{ viewer { id } }'),
      await fixture.api.execute('{'),
      await post('{'),
      await post(GOOD, { accept: 'text/html' }),
    ];
    for (const { headers } of responses) {
      expect(headers.get('cache-control')).toBe('private, no-store');
      expect(headers.get('vary')).toBe('Authorization, Accept, Origin');
    }
  });
});
