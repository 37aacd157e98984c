import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { requestAddress, trustedProxies } from '../../runtime/http/client-address.ts';
import { replaceForwardedHeaders } from '../../web/http/forwarded-headers.ts';
import { securityHeaders } from '../../web/http/security-headers.ts';
import { createFastify, type FastifyOptions, HttpError } from './fastify-server.ts';

/** Creates a server with routes that return the client's address, fail with a status, and return the body. */
async function createServer(options: Partial<FastifyOptions> = {}, log: string[] = []) {
  const logger = pino({ base: null }, { write: (line: string) => void log.push(line) });
  const http = await createFastify({ logger, origins: [], trustedProxies: [], ...options });
  onTestFinished(() => http.close());
  http.get('/address', async ({ ip }) => ({ ip }));
  http.post('/read', async ({ body }) => ({ body }));
  http.get<{ Querystring: { status: string } }>('/fail', async ({ query }) => {
    throw Object.assign(new Error('select secret from inside'), { statusCode: Number(query.status), code: 'INSIDE' });
  });
  http.get('/refuse', async () => {
    throw new HttpError('UNAVAILABLE', undefined, { 'retry-after': '1' });
  });
  return http;
}

describe('the logged address of a request', () => {
  /** Returns the address in the log line of a request with this header. */
  async function loggedAddress(forwardedFor: string, proxies: readonly string[]): Promise<unknown> {
    const log: string[] = [];
    const http = await createServer({ trustedProxies: proxies }, log);
    await http.inject({ url: '/address', headers: { 'x-forwarded-for': forwardedFor } });
    return (JSON.parse(log.at(-1) ?? '') as Record<string, unknown>)['address'];
  }
  const PROXIES = ['127.0.0.1', '10.0.0.0/8', '2001:db8:ffff::/48'];

  test('is that of the connection, not that in X-Forwarded-For of an untrusted client', async () => {
    expect(await loggedAddress('203.0.113.9, 198.51.100.1', [])).toBe('127.0.0.1');
  });

  // covers: ACCOUNT-04
  test.each([
    ['203.0.113.9, 198.51.100.1', '198.51.100.1'],
    ['1.1.1.1, 203.0.113.9, 10.0.0.3', '203.0.113.9'],
    ['1.1.1.1, 203.0.113.9, 10.0.0.3,2001:db8:ffff::3', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['203.0.113.9, ::ffff:10.0.0.3', '203.0.113.9'],
    ['no address', '127.0.0.1'],
    ['203.0.113.9, no address', '127.0.0.1'],
    ['203.0.113.9, no address, 10.0.0.3', '10.0.0.3'],
    ['203.0.113.9:1234, 10.0.0.3', '10.0.0.3'],
    ['', '127.0.0.1'],
    [',', '127.0.0.1'],
  ])('behind trusted proxies with X-Forwarded-For %j is %s, as in limits and the web app', async (header, address) => {
    expect(await loggedAddress(header, PROXIES)).toBe(address);
    const isTrusted = trustedProxies(PROXIES);
    const request = { headers: { 'x-forwarded-for': header }, socket: { remoteAddress: '127.0.0.1' } };
    expect(requestAddress(request, isTrusted)).toBe(address);
    replaceForwardedHeaders(request.headers, '127.0.0.1', { webUrl: new URL('https://web.test'), isTrusted });
    expect(request.headers['x-forwarded-for']).toBe(address);
  });
});

describe('an error of a route', () => {
  test.each([
    [400, 400, 'BAD_REQUEST'],
    [404, 404, 'NOT_FOUND'],
    [413, 413, 'PAYLOAD_TOO_LARGE'],
    [415, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [503, 503, 'UNAVAILABLE'],
    [500, 500, 'INTERNAL_SERVER_ERROR'],
    [418, 500, 'INTERNAL_SERVER_ERROR'],
    [200, 500, 'INTERNAL_SERVER_ERROR'],
    [Number.NaN, 500, 'INTERNAL_SERVER_ERROR'],
  ])('with status %d is sent as %d %s without its message', async (thrown, status, code) => {
    const answer = await (await createServer()).inject(`/fail?status=${thrown}`);
    expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([status, code]);
    expect(answer.body).not.toMatch(/select|INSIDE|stack/);
  });

  test('with a status of 500 is logged with its message, and one with 400 is not', async () => {
    const log: string[] = [];
    const http = await createServer({}, log);
    await http.inject('/fail?status=500');
    expect(log.join('')).toContain('select secret from inside');
    log.length = 0;
    await http.inject('/fail?status=400');
    expect(log.join('')).not.toContain('select secret from inside');
  });

  test('that is an HttpError has the headers of the HttpError', async () => {
    const { statusCode, headers } = await (await createServer()).inject('/refuse');
    expect([statusCode, headers['retry-after']]).toEqual([503, '1']);
  });
});

describe('a request body', () => {
  const read = async (payload: string | Buffer, options: Partial<FastifyOptions> = {}) =>
    (await createServer(options)).inject({
      method: 'POST',
      url: '/read',
      headers: { 'content-type': 'application/json' },
      payload,
    });

  test('is accepted up to `bodyLimit`, and above it is 413', async () => {
    const ofSize = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
    expect((await read(ofSize(1_000), { bodyLimit: 1_000 })).statusCode).toBe(200);
    expect((await read(ofSize(1_001), { bodyLimit: 1_000 })).statusCode).toBe(413);
    expect((await read(ofSize(100_000))).statusCode).toBe(200);
    expect((await read(ofSize(100_001))).statusCode).toBe(413);
  });

  // covers: HTTP-07
  test('with a `__proto__` key is 400; `__proto__` as a value and `constructor` as a key are accepted', async () => {
    expect((await read('{"a":"__proto__","constructor":1}')).json()).toEqual({
      body: { a: '__proto__', constructor: 1 },
    });
    expect((await read('{"a":{"__proto__":{"b":1}}}')).statusCode).toBe(400);
  });
});

describe('a client that sends too slowly', () => {
  const HEAD = 'POST /read HTTP/1.1\r\nhost: api\r\ncontent-type: application/json\r\ncontent-length: 100\r\n';
  // covers: HTTP-09
  test.each([
    ['its headers', HEAD],
    ['its body', `${HEAD}\r\n{"a":`],
  ])('%s receives 408 and its connection is closed, while others are served', async (_, part) => {
    const http = await createServer();
    const url = new URL(await http.listen({ port: 0, host: '127.0.0.1' }));
    expect([http.server.headersTimeout, http.server.requestTimeout]).toEqual([10_000, 10_000]);
    Object.assign(http.server, { headersTimeout: 50, requestTimeout: 50 });
    const slow = connect(Number(url.port), url.hostname, () => slow.write(part));
    onTestFinished(() => void slow.destroy());
    const [head, body = ''] = (await text(slow)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 408 [^]*content-type: application\/json[^]*connection: close/);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_TIMEOUT' } }] });
    expect((await http.inject('/address')).statusCode).toBe(200);
  });
});

test('the server ignores a request id of the client, and gives each request a unique id', async () => {
  const http = await createServer();
  const ids = new Set<unknown>();
  for (let count = 0; count < 3; count++)
    ids.add(
      (await http.inject({ url: '/address', headers: { 'request-id': 'mine', 'x-request-id': 'mine' } })).headers[
        'x-request-id'
      ],
    );
  expect(ids.size).toBe(3);
  expect(ids).not.toContain('mine');
});

// covers: FR-024.1, WEB-09
describe('every response of an API with an https origin has Strict-Transport-Security', () => {
  const REQUESTS = [
    'GET /address HTTP/1.1\r\nhost: api\r\nconnection: close\r\n\r\n',
    'GET /nothing HTTP/1.1\r\nhost: api\r\nconnection: close\r\n\r\n',
    'GET /fail?status=500 HTTP/1.1\r\nhost: api\r\nconnection: close\r\n\r\n',
    'GET /refuse HTTP/1.1\r\nhost: api\r\nconnection: close\r\n\r\n',
    'OPTIONS /graphql HTTP/1.1\r\nhost: api\r\norigin: http://web.test\r\nconnection: close\r\n\r\n',
    'GET /% HTTP/1.1\r\nhost: api\r\nconnection: close\r\n\r\n',
    'GET /address HTTP/1.1\r\nconnection: close\r\n\r\n',
    'no http\r\n\r\n',
    `GET /address HTTP/1.1\r\nhost: api\r\nx: ${'x'.repeat(17_000)}\r\n\r\n`,
    'POST /read HTTP/1.1\r\nhost: api\r\ncontent-encoding: gzip\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
  ];
  const answer = async (http: Awaited<ReturnType<typeof createServer>>, request: string) => {
    const { port } = new URL(await http.listen({ port: 0, host: '127.0.0.1' }));
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request));
    return text(socket);
  };

  test.each(REQUESTS)('as does the response to %.40j', async (request) => {
    const webAppValue = securityHeaders(new URL('https://tasks.example'))['Strict-Transport-Security'];
    const expected = `strict-transport-security: ${webAppValue}\r\n`;
    expect(await answer(await createServer({ apiUrl: 'https://api.example' }), request)).toContain(expected);
    expect(await answer(await createServer({ apiUrl: 'http://localhost:4000' }), request)).not.toContain(
      'strict-transport',
    );
  });
});

// covers: EDGE-28
test('a stopping server serves requests on keep-alive connections, with `connection: close`', async () => {
  const http = await createServer();
  const { port } = new URL(await http.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
  const request = 'GET /address HTTP/1.1\r\nhost: api\r\n\r\n';
  socket.write(request);
  await once(socket, 'data');
  const closed = http.close();
  await vi.waitUntil(() => !http.server.listening, { interval: 1 });
  socket.write(request);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 [^]*connection: close[^]*127\.0\.0\.1/i);
  await closed;
});

// covers: EDGE-28
test('onClose hooks run after the last request has been served', async () => {
  const http = await createServer();
  const release = Promise.withResolvers<void>();
  const endOrder: string[] = [];
  http.get('/slow', async () => {
    await release.promise;
    endOrder.push('the request');
    return 'slow';
  });
  http.addHook('onClose', async () => void endOrder.push('onClose'));
  const url = await http.listen({ port: 0, host: '127.0.0.1' });
  const answer = fetch(`${url}/slow`);
  await vi.waitUntil(async () => (await fetch(`${url}/address`)).ok);
  const closed = http.close();
  await vi.waitUntil(() => !http.server.listening, { interval: 1 });
  release.resolve();
  expect(await (await answer).text()).toBe('slow');
  await closed;
  expect(endOrder).toEqual(['the request', 'onClose']);
});
