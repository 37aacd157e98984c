import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectLoadClient, type LoadClient, parseResponse } from './load-client.ts';

const REQUEST = Buffer.from('GET / HTTP/1.1\r\nhost: bench.test\r\n\r\n');
const BODY = Buffer.from('{"data":"ä"}');
let responseCount = 0;
const server = createServer((_request, response) => {
  responseCount++;
  response.writeHead(200, { 'content-length': BODY.length }).end(BODY);
});
let load: LoadClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  load = await connectLoadClient((server.address() as AddressInfo).port, 4);
});
afterAll(() => {
  load.close();
  server.close();
});

test('sends the requested number of requests and checks every response', async () => {
  responseCount = 0;
  await load.run([{ request: REQUEST, status: 200, body: BODY }], 101);
  expect(responseCount).toBe(101);
});

test.each([
  ['another status', { status: 403, body: BODY }],
  ['another body of the same size', { status: 200, body: Buffer.from('{"data":"ö"}') }],
  ['a shorter body', { status: 200, body: BODY.subarray(0, -1) }],
  ['a body without data, where there has to be some', { status: 200, body: null }],
])('%s is an error', async (_, expected) => {
  await expect(load.run([{ request: REQUEST, ...expected }], 1)).rejects.toThrow(/but received 200 \{"data":"ä"\}/);
});

test('a connection that the server closed fails at once', async () => {
  const closing = await connectLoadClient((server.address() as AddressInfo).port, 1);
  server.closeAllConnections();
  await expect(closing.send(REQUEST)).rejects.toThrow();
  await expect(closing.send(REQUEST)).rejects.toThrow('The server closed the connection.');
  load.close();
  closing.close();
});

test('reads a response once it is complete, wherever it was split', () => {
  const whole = Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 13\r\nA: b\r\n\r\n'), BODY]);
  for (let end = 0; end < whole.length; end++) expect(parseResponse(whole.subarray(0, end))).toBeNull();
  expect(parseResponse(Buffer.concat([whole, Buffer.from('HTTP')]))).toEqual({
    status: 200,
    body: BODY,
    length: whole.length,
  });
});

test('rejects a response without Content-Length', () => {
  expect(() => parseResponse(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'))).toThrow(
    'A response without Content-Length',
  );
});
