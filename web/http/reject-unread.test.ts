import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpServer } from '../../runtime/http/server.ts';
import { rejectUnread } from './reject-unread.ts';

const headers = new Headers({ 'x-content-type-options': 'nosniff' });
/** A server that answers 'reached' to requests that were not rejected. */
const httpServer = createHttpServer(
  (request, response) => {
    const overload = request.url === '/caller' ? 'caller' : request.url === '/server' ? 'server' : null;
    if (rejectUnread(request, response, { headers, overload })) return;
    request.resume().on('end', () => response.end('reached'));
  },
  { trustedProxies: [] },
);
beforeAll(() => new Promise<void>((resolve) => httpServer.server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void httpServer.server.close());

/** Sends a request; returns the status, head and body of the response. */
async function send(lines: readonly string[], path = '/api/auth/sign-in/email') {
  const request = [`POST ${path} HTTP/1.1`, 'host: web', ...lines, '', '2\r\n{}\r\n0\r\n\r\n'].join('\r\n');
  const socket = connect((httpServer.server.address() as AddressInfo).port, '127.0.0.1', () => socket.end(request));
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body };
}
const CHUNKED = 'transfer-encoding: chunked';

describe('a Content-Encoding', () => {
  // covers: HTTP-08
  test.each(['gzip', 'GZIP', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'identity, gzip', 'gzip,identity', '*'])(
    'rejects the Content-Encoding %s with 415',
    async (coding) => {
      const { status, head, body } = await send([CHUNKED, `content-encoding: ${coding}`]);
      expect([status, JSON.parse(body)]).toEqual([
        415,
        { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'Send the body without a Content-Encoding.' },
      ]);
      expect(head).toMatch(/accept-encoding: identity\r\n/);
      expect(head).toContain('x-content-type-options: nosniff');
    },
  );

  test.each(['identity', 'Identity', ' identity '])('accepts the Content-Encoding %j', async (coding) => {
    expect((await send([CHUNKED, `content-encoding: ${coding}`])).body).toContain('reached');
  });
});

describe('a Transfer-Encoding', () => {
  // covers: HTTP-08
  test.each([
    [['transfer-encoding: gzip, chunked']],
    [['transfer-encoding: chunked, chunked']],
    [[CHUNKED, CHUNKED]],
    [[CHUNKED, 'Transfer-Encoding: identity']],
    [['transfer-encoding: identity, chunked']],
    [['transfer-encoding: gzip']],
    [['transfer-encoding: identity']],
    [['transfer-encoding: xchunked']],
  ])('rejects %j with 400 and closes the connection', async (lines) => {
    const { status, head, body } = await send(lines);
    expect(status).toBe(400);
    expect(head).toContain('connection: close');
    expect(body).not.toContain('reached');
  });

  test.each(['chunked', 'CHUNKED'])('accepts the Transfer-Encoding %s', async (coding) => {
    expect((await send([`transfer-encoding: ${coding}`])).body).toContain('reached');
  });
});

test.each([
  ['/caller', 429, 'TOO_MANY_REQUESTS'],
  ['/server', 503, 'UNAVAILABLE'],
])(
  'rejects a request while a limit on buffered bytes is reached (%s) with %i and Retry-After',
  async (path, status, code) => {
    const response = await send([CHUNKED], path);
    expect([response.status, JSON.parse(response.body)]).toMatchObject([status, { code }]);
    expect(response.head).toMatch(/retry-after: 1\r\n/);
  },
);
