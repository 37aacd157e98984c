import { METHODS, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rejectRequest } from './reject-request.ts';
import { createHttpServer } from '../../runtime/http/server.ts';

/** A server that answers requests that were not rejected with their method and URL. */
const { server } = createHttpServer(
  (incoming, response) => {
    if (!rejectRequest(incoming, response)) response.end(`${incoming.method} ${incoming.url}`);
  },
  { trustedProxies: [] },
);
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

function send(method: string, path: string, headers: Record<string, string> = {}) {
  const { port } = server.address() as AddressInfo;
  return new Promise<{
    status: number | undefined;
    location: string | undefined;
    allow: string | undefined;
    body: string;
  }>((resolve, reject) => {
    const outgoing = request({ port, host: '127.0.0.1', method, path, headers }, (response) => {
      const { location, allow } = response.headers;
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => resolve({ status: response.statusCode, location, allow, body }));
    });
    outgoing.on('error', reject).end();
  });
}

const PAGES = ['/', '/tasks', '/sign-in', '/nowhere', '/_next/image?url=x', '/api', '//api/auth'];
const OTHERS = METHODS.filter((method) => !['GET', 'HEAD', 'CONNECT'].includes(method));

describe('a page', () => {
  test.each(PAGES)('accepts GET and HEAD for %s', async (path) => {
    expect(await send('GET', path)).toMatchObject({ status: 200, body: `GET ${path}` });
    expect(await send('HEAD', path)).toMatchObject({ status: 200 });
  });

  // covers: WEB-02
  test.each(OTHERS)('rejects %s for pages with 405', async (method) => {
    for (const path of [
      '/',
      '/tasks',
      '/nowhere',
      '/_next/image',
      '/sign-inside',
      '//api/auth',
      '/Sign-in',
      '/account/devices',
      '/accounts',
    ])
      expect(await send(method, path, { 'next-action': 'a' }), path).toMatchObject({
        status: 405,
        allow: 'GET, HEAD',
        body: '',
      });
  });

  test('redirects a POST to an account page to its empty form', async () => {
    for (const path of ['/sign-in', '/sign-up?next=%2Ftasks', '/account', '/account/password', '/account/data'])
      expect(await send('POST', path, { 'next-action': 'a' })).toMatchObject({ status: 303, location: path, body: '' });
  });
});

test('accepts GET, POST and OPTIONS for /api/auth', async () => {
  for (const method of ['GET', 'POST', 'OPTIONS'])
    expect(await send(method, '/api/auth/x')).toMatchObject({ status: 200, body: `${method} /api/auth/x` });
  expect(await send('TRACE', '/api/auth/x')).toMatchObject({ status: 405, allow: 'GET, HEAD, POST, OPTIONS' });
});

describe('a target', () => {
  // covers: WEB-02
  test.each([
    ['http://evil.example/tasks?a=b', '/tasks?a=b'],
    ['HTTPS://evil.example', '/'],
    ['http://user:password@evil.example:1/x', '/x'],
  ])('replaces an absolute-form target by its path: %s', async (target, path) => {
    expect(await send('GET', target)).toMatchObject({ status: 200, body: `GET ${path}` });
  });

  // covers: WEB-02
  test.each(['*', 'evil.example:443', 'ftp://evil.example/', 'http:', 'javascript:1', 'tasks'])(
    'rejects a target that is not a path with 400: %s',
    async (target) => {
      for (const method of ['GET', 'POST', 'OPTIONS'])
        expect(await send(method, target)).toMatchObject({ status: 400, body: '' });
    },
  );
});

describe('a query', () => {
  const repeated = (count: number, name: (index: number) => string) => Array.from({ length: count }, (_, i) => name(i));
  // covers: WEB-01
  test.each([
    ['of one name', () => 'a'],
    ['of many names', (index: number) => `a${index}=b`],
    ['without a name', () => ''],
    ['as a list', () => 'a[]=b'],
  ])('accepts 32 parameters %s, and rejects 33', async (_, name) => {
    for (const path of ['/', '/sign-in', '/api/auth/get-session', '/nowhere']) {
      expect((await send('GET', `${path}?${repeated(32, name).join('&')}`)).status).toBe(200);
      expect((await send('GET', `${path}?${repeated(33, name).join('&')}`)).status).toBe(400);
      expect((await send('GET', `${path}?${repeated(500, name).join('&')}`)).status).toBe(400);
    }
  });

  test('rejects a target of more than 4,096 characters with 414', async () => {
    expect((await send('GET', `/sign-in?next=${'a'.repeat(4_082)}`)).status).toBe(200);
    expect((await send('GET', `/sign-in?next=${'a'.repeat(4_083)}`)).status).toBe(414);
    expect((await send('GET', `http://evil.example/${'a'.repeat(4_096)}`)).status).toBe(414);
  });
});

test('accepts an unknown Expect header', async () => {
  expect(await send('GET', '/', { expect: '200-ok' })).toMatchObject({ status: 200 });
});
