import { METHODS } from 'node:http';
import { expect, test } from 'vitest';
import { codes } from './api.ts';
import { apiOnScene } from './on-scene.ts';
import { posted, speak } from './wire.ts';

const on = apiOnScene();

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
  ['two lengths', posted(['content-length: 3']), 400, 'BAD_REQUEST'],
  ['a length beside chunks', posted(['transfer-encoding: chunked']), 400, 'BAD_REQUEST'],
  ['a bad chunk', posted(['transfer-encoding: chunked']).replace(/content-length: \d+\r\n/, ''), 400, 'BAD_REQUEST'],
  ['a header over two lines', posted(['x-folded: a', ' b']), 400, 'BAD_REQUEST'],
  ['a space before the colon', posted(['x-spaced : a']), 400, 'BAD_REQUEST'],
  ['a line feed in a header', posted(['x-fed: a\nb']), 400, 'BAD_REQUEST'],
  ['17 KB of headers', posted([`x-long: ${'x'.repeat(17_000)}`]), 431, 'HEADERS_TOO_LARGE'],
  ['a token of 17 KB', posted([`authorization: Bearer ${'x'.repeat(17_000)}`]), 431, 'HEADERS_TOO_LARGE'],
  ['no host', posted([]).replace('host: api\r\n', ''), 400, 'BAD_REQUEST'],
  ['two hosts', posted(['host: other']), 400, 'BAD_REQUEST'],
  ['one host twice', posted(['Host: api']), 400, 'BAD_REQUEST'],
])('%s is refused in JSON too', async (_, request, status, code) => {
  const answer = await speak(on.api.url, request);
  expect(answer.status).toBe(status);
  expect(answer.head).toMatch(/content-type: application\/json; charset=utf-8\r\n/);
  expect(answer.head).toMatch(/x-request-id: [0-9a-f-]{36}/);
  expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ extensions: { code } }] });
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

test.each([
  ...TRANSFERS.map((value) => transferred([`transfer-encoding: ${value}`])),
  ...['chunked', 'gzip', 'identity'].flatMap((one) =>
    ['chunked', 'Chunked', 'x'].map((other) =>
      transferred([`transfer-encoding: ${one}`, `Transfer-Encoding: ${other}`]),
    ),
  ),
  transferred(['transfer-encoding: chunked'], 'HTTP/1.0'),
])('a Transfer-Encoding that is anything but one `chunked` is 400 and ends the connection: %j', async (request) => {
  const { status, head, body } = await speak(on.api.url, request.replace('connection: close\r\n', ''));
  expect([status, body]).toEqual([400, expect.stringContaining('"code":"BAD_REQUEST"')]);
  expect(head).toContain('connection: close');
});

test.each(['chunked', 'CHUNKED', 'Chunked', '  chunked  '])('a body in chunks is read: %j', async (value) => {
  const { status, body } = await speak(on.api.url, transferred([`transfer-encoding: ${value}`]));
  expect([status, body]).toEqual([200, expect.stringContaining('"ok":true')]);
});

test('a body over 100 kB is 413, declared or not', async () => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: `#${'x'.repeat(100_001)}` });
  const whole = await on.api.send('/graphql', { method: 'POST', headers, body });
  expect([whole.status, codes(whole)]).toEqual([413, ['PAYLOAD_TOO_LARGE']]);
  const declared = await speak(
    on.api.url,
    `${posted([]).split('\r\n\r\n')[0]}\r\n\r\n`.replace(/content-length: \d+/, 'content-length: 1000000000'),
  );
  expect([declared.status, declared.body]).toEqual([413, expect.stringContaining('PAYLOAD_TOO_LARGE')]);
});

test.each([...METHODS, 'FOO'])('%s never repeats what came with it', async (method) => {
  const said = 'Authorization: Bearer c2VjcmV0';
  const { status, head, body } = await speak(
    on.api.url,
    `${method} /graphql HTTP/1.1\r\nhost: api\r\n${said}\r\nconnection: close\r\n\r\n`,
  );
  expect(status).not.toBe(200);
  expect(head + body).not.toContain('c2VjcmV0');
});

test.each([
  ['an expectation that nobody knows', posted(['expect: 200-ok'])],
  ['no host, before HTTP/1.1', posted([]).replace('HTTP/1.1', 'HTTP/1.0').replace('host: api\r\n', '')],
])('%s is no reason to refuse', async (_, request) => {
  const { status, body } = await speak(on.api.url, request);
  expect([status, body]).toEqual([200, expect.stringContaining('"ok":true')]);
});
