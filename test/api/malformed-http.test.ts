import { METHODS } from 'node:http';
import { expect, test } from 'vitest';
import { errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { postRequestText, sendRawRequest } from '../support/raw-http.ts';

const fixture = setUpApiFixture();

// covers: HTTP-08, TOKEN-10
test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
  ['two lengths', postRequestText(['content-length: 3']), 400, 'BAD_REQUEST'],
  ['a length beside chunks', postRequestText(['transfer-encoding: chunked']), 400, 'BAD_REQUEST'],
  [
    'a bad chunk',
    postRequestText(['transfer-encoding: chunked']).replace(/content-length: \d+\r\n/, ''),
    400,
    'BAD_REQUEST',
  ],
  ['a header over two lines', postRequestText(['x-folded: a', ' b']), 400, 'BAD_REQUEST'],
  ['a space before the colon', postRequestText(['x-spaced : a']), 400, 'BAD_REQUEST'],
  ['a line feed in a header', postRequestText(['x-fed: a\nb']), 400, 'BAD_REQUEST'],
  ['17 KB of headers', postRequestText([`x-long: ${'x'.repeat(17_000)}`]), 431, 'HEADERS_TOO_LARGE'],
  ['a token of 17 KB', postRequestText([`authorization: Bearer ${'x'.repeat(17_000)}`]), 431, 'HEADERS_TOO_LARGE'],
  ['no host', postRequestText([]).replace('host: api\r\n', ''), 400, 'BAD_REQUEST'],
  ['two hosts', postRequestText(['host: other']), 400, 'BAD_REQUEST'],
  ['one host twice', postRequestText(['Host: api']), 400, 'BAD_REQUEST'],
])('%s is refused in JSON too', async (_, request, status, code) => {
  const response = await sendRawRequest(fixture.api.url, request);
  expect(response.status).toBe(status);
  expect(response.head).toMatch(/content-type: application\/json; charset=utf-8\r\n/);
  expect(response.head).toMatch(/x-request-id: [0-9a-f-]{36}/);
  expect(JSON.parse(response.body)).toMatchObject({ errors: [{ extensions: { code } }] });
});

/** Transfer-Encodings that two readers may read differently: all but one `chunked`. */
const ODD = [
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
  ...ODD,
  ...['chunked', 'gzip', 'identity', 'x'].map((coding) => `${coding}, chunked`),
  'chunked,chunked',
  'chunked,',
  ',chunked',
  'Chunked, CHUNKED',
  'gzip,chunked,gzip',
];
const transferred = (lines: readonly string[], version = 'HTTP/1.1') =>
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
  ...TRANSFERS.map((value) => transferred([`transfer-encoding: ${value}`])),
  ...['chunked', 'gzip', 'identity'].flatMap((one) =>
    ['chunked', 'Chunked', 'x'].map((other) =>
      transferred([`transfer-encoding: ${one}`, `Transfer-Encoding: ${other}`]),
    ),
  ),
  transferred(['transfer-encoding: chunked'], 'HTTP/1.0'),
])('a Transfer-Encoding that is anything but one `chunked` is 400 and ends the connection: %j', async (request) => {
  const { status, head, body } = await sendRawRequest(fixture.api.url, request.replace('connection: close\r\n', ''));
  expect([status, body]).toEqual([400, expect.stringContaining('"code":"BAD_REQUEST"')]);
  expect(head).toContain('connection: close');
});

test.each(['chunked', 'CHUNKED', 'Chunked', '  chunked  '])('a body in chunks is read: %j', async (value) => {
  const { status, body } = await sendRawRequest(fixture.api.url, transferred([`transfer-encoding: ${value}`]));
  expect([status, body]).toEqual([200, expect.stringContaining('"ok":true')]);
});

// covers: HTTP-07
test('a body over 100 kB is 413, declared or not', async () => {
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

test.each([...METHODS, 'FOO'])('%s never repeats what came with it', async (method) => {
  const credentials = 'Authorization: Bearer c2VjcmV0';
  const { status, head, body } = await sendRawRequest(
    fixture.api.url,
    `${method} /graphql HTTP/1.1\r\nhost: api\r\n${credentials}\r\nconnection: close\r\n\r\n`,
  );
  expect(status).not.toBe(200);
  expect(head + body).not.toContain('c2VjcmV0');
});

test.each([
  ['an expectation that nobody knows', postRequestText(['expect: 200-ok'])],
  ['no host, before HTTP/1.1', postRequestText([]).replace('HTTP/1.1', 'HTTP/1.0').replace('host: api\r\n', '')],
])('%s is no reason to refuse', async (_, request) => {
  const { status, body } = await sendRawRequest(fixture.api.url, request);
  expect([status, body]).toEqual([200, expect.stringContaining('"ok":true')]);
});
