import { METHODS } from 'node:http';
import { expect, test } from 'vitest';
import { errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { postRequestText, sendRawRequest } from '../support/raw-http.ts';

const fixture = setUpApiFixture();

// covers: HTTP-08, TOKEN-10
test.each([
  ['bytes that are not HTTP', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
  ['two Content-Length headers', postRequestText(['content-length: 3']), 400, 'BAD_REQUEST'],
  [
    'Content-Length with chunked Transfer-Encoding',
    postRequestText(['transfer-encoding: chunked']),
    400,
    'BAD_REQUEST',
  ],
  [
    'a malformed chunk',
    postRequestText(['transfer-encoding: chunked']).replace(/content-length: \d+\r\n/, ''),
    400,
    'BAD_REQUEST',
  ],
  ['a folded header', postRequestText(['x-folded: a', ' b']), 400, 'BAD_REQUEST'],
  ['a space before a header’s colon', postRequestText(['x-spaced : a']), 400, 'BAD_REQUEST'],
  ['a bare line feed in a header', postRequestText(['x-fed: a\nb']), 400, 'BAD_REQUEST'],
  ['17 KB of headers', postRequestText([`x-long: ${'x'.repeat(17_000)}`]), 431, 'HEADERS_TOO_LARGE'],
  ['a token of 17 KB', postRequestText([`authorization: Bearer ${'x'.repeat(17_000)}`]), 431, 'HEADERS_TOO_LARGE'],
  ['no Host header', postRequestText([]).replace('host: api\r\n', ''), 400, 'BAD_REQUEST'],
  ['two Host headers', postRequestText(['host: other']), 400, 'BAD_REQUEST'],
  ['the same Host header twice', postRequestText(['Host: api']), 400, 'BAD_REQUEST'],
])('rejects %s with an error in JSON', async (_, request, status, code) => {
  const response = await sendRawRequest(fixture.api.url, request);
  expect(response.status).toBe(status);
  expect(response.head).toMatch(/content-type: application\/json; charset=utf-8\r\n/);
  expect(response.head).toMatch(/x-request-id: [0-9a-f-]{36}/);
  expect(JSON.parse(response.body)).toMatchObject({ errors: [{ extensions: { code } }] });
});

/** Transfer-Encodings that two parsers may read differently (request smuggling). */
const NOT_CHUNKED = [
  'gzip',
  'identity',
  'xchunked',
  'chunked2',
  'chunked;q=1',
  '"chunked"',
  'chunked, identity',
  'x',
  '\x0bchunked',
  '\x00chunked',
];
const TRANSFERS = [
  ...NOT_CHUNKED,
  ...['chunked', 'gzip', 'identity', 'x'].map((coding) => `${coding}, chunked`),
  'chunked,chunked',
  'chunked,',
  ',chunked',
  'Chunked, CHUNKED',
  'gzip,chunked,gzip',
];
const chunkedRequest = (lines: readonly string[], version = 'HTTP/1.1') =>
  [
    `POST /graphql ${version}`,
    'host: api',
    'connection: close',
    'content-type: application/json',
    ...lines,
    '',
    '1d\r\n{"query":"{ status { ok } }"}\r\n0\r\n\r\n',
  ].join('\r\n');

// covers: HTTP-08
test.each([
  ...TRANSFERS.map((value) => chunkedRequest([`transfer-encoding: ${value}`])),
  ...['chunked', 'gzip', 'identity'].flatMap((one) =>
    ['chunked', 'Chunked', 'x'].map((other) =>
      chunkedRequest([`transfer-encoding: ${one}`, `Transfer-Encoding: ${other}`]),
    ),
  ),
  chunkedRequest(['transfer-encoding: chunked'], 'HTTP/1.0'),
])('rejects a Transfer-Encoding other than one `chunked` with 400 and closes the connection: %j', async (request) => {
  const { status, head, body } = await sendRawRequest(fixture.api.url, request.replace('connection: close\r\n', ''));
  expect([status, body]).toEqual([400, expect.stringContaining('"code":"BAD_REQUEST"')]);
  expect(head).toContain('connection: close');
});

test.each(['chunked', 'CHUNKED', 'Chunked', '  chunked  '])(
  'accepts a chunked body: Transfer-Encoding: %j',
  async (value) => {
    const { status, body } = await sendRawRequest(fixture.api.url, chunkedRequest([`transfer-encoding: ${value}`]));
    expect([status, body]).toEqual([200, expect.stringContaining('"ok":true')]);
  },
);

// covers: HTTP-07
test('rejects a body over 100 kB with 413, declared or not', async () => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: `#${'x'.repeat(100_001)}` });
  const whole = await fixture.api.send('/graphql', { method: 'POST', headers, body });
  expect([whole.status, errorCodes(whole)]).toEqual([413, ['PAYLOAD_TOO_LARGE']]);
  const declared = await sendRawRequest(
    fixture.api.url,
    `${postRequestText([]).split('\r\n\r\n')[0]}\r\n\r\n`.replace(/content-length: \d+/, 'content-length: 1000000000'),
  );
  expect([declared.status, declared.body]).toEqual([413, expect.stringContaining('PAYLOAD_TOO_LARGE')]);
});

test.each([...METHODS, 'FOO'])('never echoes the credentials of a %s request', async (method) => {
  const credentials = 'Authorization: Bearer c2VjcmV0';
  const { status, head, body } = await sendRawRequest(
    fixture.api.url,
    `${method} /graphql HTTP/1.1\r\nhost: api\r\n${credentials}\r\nconnection: close\r\n\r\n`,
  );
  expect(status).not.toBe(200);
  expect(head + body).not.toContain('c2VjcmV0');
});

test.each([
  ['an unknown Expect header', postRequestText(['expect: 200-ok'])],
  ['HTTP/1.0 without a Host header', postRequestText([]).replace('HTTP/1.1', 'HTTP/1.0').replace('host: api\r\n', '')],
])('accepts %s', async (_, request) => {
  const { status, body } = await sendRawRequest(fixture.api.url, request);
  expect([status, body]).toEqual([200, expect.stringContaining('"ok":true')]);
});
