import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type ApiResponse, errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';

const fixture = setUpApiFixture();

const GOOD = '{"query":"{ status { ok } }"}';
const post = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}, path = '/graphql') =>
  fixture.api.send(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

const INVALID_JSON = [
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
const NON_REQUESTS = ['null', 'true', '0', '""', '{}', '[]', '[[]]', '[null]', `[${GOOD}]`, `[${GOOD},${GOOD}]`];
const FORMS = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
const NEARLY_JSON = ['text/json', 'application/jsonx', 'application/json+x', 'application/graphql+json'];
const OTHER_TYPES = [...FORMS, ...NEARLY_JSON, 'application/graphql', 'application/xml', '*/*', 'application/*'];

/** Content codings, known and unknown, alone, in upper case and in lists. */
const CODINGS = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'x-compress', 'aes128gcm', 'identityx', '*'];
const CODED = CODINGS.flatMap((coding) => [
  coding,
  coding.toUpperCase(),
  `${coding}, ${coding}`,
  `identity, ${coding}`,
  `${coding},identity`,
  `, ${coding}`,
]);

/** Expects an error in JSON with a request id and without internal details. */
function expectRejected(response: ApiResponse, status: number, code: string): void {
  expect([response.status, errorCodes(response)], response.text).toEqual([status, [code]]);
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.body).not.toHaveProperty('data');
  expect(response.text).not.toMatch(/stack|node_modules|FST_|SyntaxError|Unexpected token/);
}

// covers: HTTP-07
describe('malformed bodies', () => {
  test.each([
    ...INVALID_JSON,
    ...NON_REQUESTS,
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
  ])('rejects a malformed body with 400: %.70s', async (body) => {
    expectRejected(await post(body), 400, 'BAD_REQUEST');
  });

  // covers: HTTP-07
  test.each([
    ['a byte that UTF-8 does not use', [0xff]],
    ['a lone continuation byte', [0x80]],
    ['an overlong quotation mark', [0xc0, 0xa2]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a truncated sequence', [0xe2, 0x82]],
  ])('rejects invalid UTF-8 with 400: %s', async (_, bytes) => {
    const body = Buffer.concat([
      Buffer.from('{"query":"{ status { ok } } #'),
      Uint8Array.from(bytes),
      Buffer.from('"}'),
    ]);
    expectRejected(await post(body), 400, 'BAD_REQUEST');
  });

  test('leaves Object.prototype unchanged by bodies with __proto__', () => {
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test.each(['{ status {', 'query', '{ status { ok } } }', '\ufeff{', '{ a: }', '"""', '{ status @ }', '\0'])(
    'rejects a document that does not parse: %j',
    async (query) => {
      expectRejected(await fixture.api.execute(query), 400, 'GRAPHQL_PARSE_FAILED');
    },
  );

  test.each([
    '{ nothing }',
    '{ status }',
    '{ status { ok { a } } }',
    '{ ...F }',
    '{ status @nothing { ok } }',
    'query ($a: Int) { status { ok } }',
  ])('rejects a document that is invalid under the schema: %s', async (query) => {
    expectRejected(await fixture.api.execute(query), 400, 'GRAPHQL_VALIDATION_FAILED');
  });

  test.each([
    ['an unknown operationName', { query: 'query a { status { ok } }', operationName: 'b' }],
    ['operationName __proto__', { query: 'query a { status { ok } }', operationName: '__proto__' }],
    ['two unnamed operations', { query: 'query a { status { ok } } query b { status { ok } }' }],
    ['a subscription', { query: 'subscription { status { ok } }' }],
    ['only a fragment', { query: 'fragment F on Query { status { ok } }' }],
  ])('rejects a request with %s', async (_, body) => {
    const response = await post(JSON.stringify(body));
    expect(response.status).toBe(400);
    expect(['OPERATION_RESOLUTION_FAILURE', 'GRAPHQL_VALIDATION_FAILED']).toContain(errorCodes(response)[0]);
  });
});

// covers: ACCESS-24
test('answers a persisted query with PERSISTED_QUERY_NOT_SUPPORTED', async () => {
  const persisted = { version: 1, sha256Hash: 'a'.repeat(64) };
  const response = await post(JSON.stringify({ extensions: { persistedQuery: persisted } }));
  const message = 'PersistedQueryNotSupported';
  expect(response.body?.errors).toEqual([{ message, extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }]);
});

// covers: HTTP-07
describe('content types and encodings', () => {
  test.each([
    ...OTHER_TYPES,
    ...['utf-16', 'utf-16le', 'latin1', 'iso-8859-1', 'us-ascii', 'utf-7'].map((c) => `application/json; charset=${c}`),
  ])('rejects Content-Type: %s with 415', async (type) => {
    expectRejected(await post(GOOD, { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  test('rejects a request without Content-Type with 415', async () => {
    expectRejected(
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
  ])('accepts Content-Type: %s', async (type) => {
    expect((await post(GOOD, { 'content-type': type })).status).toBe(200);
  });

  // covers: HTTP-07
  test('rejects a gzipped body with 415 without unpacking it', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000, ' '));
    expectRejected(await post(bomb, { 'content-encoding': 'gzip' }), 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  // covers: HTTP-07
  test.each(CODED)('rejects Content-Encoding: %j with 415, even on a plain body', async (coding) => {
    const response = await post(GOOD, { 'content-encoding': coding });
    expectRejected(response, 415, 'UNSUPPORTED_MEDIA_TYPE');
    expect(response.headers.get('accept-encoding')).toBe('identity');
  });

  test.each(['identity', 'IDENTITY', ' identity ', 'identity, identity', ','])(
    'accepts Content-Encoding: %j',
    async (coding) => {
      expect((await post(GOOD, { 'content-encoding': coding })).status).toBe(200);
    },
  );
});

// covers: HTTP-14
describe('content negotiation', () => {
  test.each([
    'text/html',
    'text/event-stream',
    'multipart/mixed',
    'application/xml',
    'application/json;q=0',
    'image/*',
  ])('rejects Accept: %s with 406 before execution', async (accept) => {
    const mutation = JSON.stringify({ query: 'mutation { createTask(input: { title: "unwanted" }) { id } }' });
    fixture.statements.length = 0;
    expectRejected(
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
  ])('answers Accept: %j with %s', async (accept, type) => {
    const response = await post(GOOD, { accept });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  });
});

describe('other methods and paths', () => {
  // covers: HTTP-13
  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'LINK'])(
    'rejects %s /graphql with 405 and Allow: POST',
    async (method) => {
      const response = await fixture.api.send(`/graphql?query=${encodeURIComponent('{ status { ok } }')}`, { method });
      expectRejected(response, 405, 'METHOD_NOT_ALLOWED');
      expect(response.headers.get('allow')).toBe('POST');
    },
  );

  test.each(['/healthz', '/readyz'])('rejects POST %s with 405 and Allow: GET, HEAD', async (path) => {
    const response = await post(GOOD, {}, path);
    expectRejected(response, 405, 'METHOD_NOT_ALLOWED');
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
  ])('answers POST %s with 404', async (path) => {
    expectRejected(await post(GOOD, {}, path), 404, 'NOT_FOUND');
  });

  test.each(['/%', '/%ff', '/graphql%'])('rejects the malformed path %s with 400', async (path) => {
    expectRejected(await fixture.api.send(path), 400, 'BAD_REQUEST');
  });
});

describe('every response', () => {
  // covers: HTTP-19
  test('gives every response a unique x-request-id that is in the log and that the client cannot choose', async () => {
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

  test('forbids caching and content sniffing in every response', async () => {
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
  test('forbids caching of every /graphql response, whatever the token or the outcome', async () => {
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
