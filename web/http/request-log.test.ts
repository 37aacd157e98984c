import { createServer, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { logRequests, loggedPath } from './request-log.ts';

const SECRET = 'S3cretT0kenOf24Characters';

let server: Server;
let url: string;
let seenId: unknown;
const info = vi.fn<(fields: object, message: string) => void>();

beforeAll(async () => {
  const listener = logRequests(
    (request, response) => {
      seenId = request.headers['x-request-id'];
      request.url = '/rewritten';
      if (request.method === 'DELETE') return void response.destroy();
      response.writeHead(404, { 'set-cookie': `session=${SECRET}` }).end('no');
    },
    { log: { info }, isTrusted: (address) => address === '127.0.0.1' },
  );
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => info.mockClear());

/** Resolves with the fields of the one line that is logged. */
const loggedLine = async () => {
  await vi.waitFor(() => expect(info).toHaveBeenCalledOnce());
  return info.mock.lastCall;
};

// covers: ACCOUNT-41
test('a response has an X-Request-Id, and the log has one line with it', async () => {
  const headers = { 'x-request-id': 'forged', 'x-forwarded-for': '203.0.113.9', cookie: `session=${SECRET}` };
  const response = await fetch(`${url}/api/auth/sign-in/email?token=${SECRET}`, {
    method: 'POST',
    headers,
    body: SECRET,
  });
  const requestId = response.headers.get('x-request-id');
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(seenId).toBe(requestId);
  expect(await loggedLine()).toEqual([
    {
      requestId,
      method: 'POST',
      path: '/api/auth/sign-in/email',
      status: 404,
      milliseconds: expect.any(Number),
      address: '203.0.113.9',
    },
    'answered',
  ]);
  expect(JSON.stringify(info.mock.calls)).not.toContain(SECRET);
});

test('two requests have different ids', async () => {
  const ids = [await fetch(url), await fetch(url)].map(({ headers }) => headers.get('x-request-id'));
  expect(new Set(ids).size).toBe(2);
});

test('a request without a response is logged as aborted, without a status', async () => {
  await new Promise<void>((resolve) => {
    send(url, { method: 'DELETE' })
      .on('error', () => resolve())
      .end();
  });
  expect(await loggedLine()).toEqual([expect.objectContaining({ status: null, aborted: true }), 'answered']);
});

describe('loggedPath', () => {
  // covers: ACCOUNT-41
  test.each([
    ['/', '/'],
    ['/tasks', '/tasks'],
    ['/api/auth/sign-in/email', '/api/auth/sign-in/email'],
    ['/api/auth/two-factor/verify-totp', '/api/auth/two-factor/verify-totp'],
    ['/icon.svg', '/icon.svg'],
    ['/_next/static/chunks/0d3bfa.js', '/_next/static/'],
    ['/tasks?next=/x#y', '/tasks'],
    [`/api/auth/reset-password/${SECRET}`, '/api/auth/reset-password/*'],
    [`/api/auth/reset-password/${SECRET}?callbackURL=/`, '/api/auth/reset-password/*'],
    ['/api/auth/verify-email?token=eyJhbGciOi.x.y', '/api/auth/verify-email'],
    ['/eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl', '/*'],
    ['/ada@example.com', '/*'],
    ['/01900000-0000-7000-8000-00000000000a', '/*'],
    ['/%2e%2e/x', '/*/x'],
    ['http://evil.example/x', '*'],
    ['', '*'],
  ])('the path of %j is logged as %j', (target, logged) => {
    expect(loggedPath(target)).toBe(logged);
  });

  test('a path of a thousand segments is logged with the first eight', () => {
    expect(loggedPath('/a'.repeat(1_000))).toBe('/a/a/a/a/a/a/a/a');
  });
});
