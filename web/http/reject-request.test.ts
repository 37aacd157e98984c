import { METHODS, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rejectRequest } from './reject-request.ts';
import { createHttpServer } from '../../runtime/http/server.ts';

/** A site behind the door, which says what it was asked for. */
const { server } = createHttpServer(
  (incoming, response) => {
    if (!rejectRequest(incoming, response)) response.end(`${incoming.method} ${incoming.url}`);
  },
  { trustedProxies: [] },
);
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

function ask(method: string, path: string, headers: Record<string, string> = {}) {
  const { port } = server.address() as AddressInfo;
  return new Promise<{
    status: number | undefined;
    location: string | undefined;
    allow: string | undefined;
    body: string;
  }>((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method, path, headers }, (response) => {
      const { location, allow } = response.headers;
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => resolve({ status: response.statusCode, location, allow, body }));
    });
    sent.on('error', reject).end();
  });
}

const PAGES = ['/', '/tasks', '/sign-in', '/nowhere', '/_next/image?url=x', '/api', '//api/auth'];
const OTHERS = METHODS.filter((method) => !['GET', 'HEAD', 'CONNECT'].includes(method));

describe('a page', () => {
  test.each(PAGES)('%s is read', async (path) => {
    expect(await ask('GET', path)).toMatchObject({ status: 200, body: `GET ${path}` });
    expect(await ask('HEAD', path)).toMatchObject({ status: 200 });
  });

  // covers: WEB-02
  test.each(OTHERS)('is not reached by %s', async (method) => {
    for (const path of ['/', '/tasks', '/nowhere', '/_next/image', '/sign-inside', '//api/auth', '/Sign-in'])
      expect(await ask(method, path, { 'next-action': 'a' }), path).toMatchObject({
        status: 405,
        allow: 'GET, HEAD',
        body: '',
      });
  });

  test('whose form came without its scripts is shown anew, and nothing that was sent reaches it', async () => {
    for (const path of ['/sign-in', '/sign-up?next=%2Ftasks'])
      expect(await ask('POST', path, { 'next-action': 'a' })).toMatchObject({ status: 303, location: path, body: '' });
  });
});

test('accounts are asked and told', async () => {
  for (const method of ['GET', 'POST', 'OPTIONS'])
    expect(await ask(method, '/api/auth/x')).toMatchObject({ status: 200, body: `${method} /api/auth/x` });
  expect(await ask('TRACE', '/api/auth/x')).toMatchObject({ status: 405, allow: 'GET, HEAD, POST, OPTIONS' });
});

describe('a target', () => {
  // covers: WEB-02
  test.each([
    ['http://evil.example/tasks?a=b', '/tasks?a=b'],
    ['HTTPS://evil.example', '/'],
    ['http://user:password@evil.example:1/x', '/x'],
  ])('as proxies write it is the path in it: %s', async (target, path) => {
    expect(await ask('GET', target)).toMatchObject({ status: 200, body: `GET ${path}` });
  });

  // covers: WEB-02
  test.each(['*', 'evil.example:443', 'ftp://evil.example/', 'http:', 'javascript:1', 'tasks'])(
    'that is no path is 400: %s',
    async (target) => {
      for (const method of ['GET', 'POST', 'OPTIONS'])
        expect(await ask(method, target)).toMatchObject({ status: 400, body: '' });
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
  ])('has 32 parameters %s, and not one more', async (_, name) => {
    for (const path of ['/', '/sign-in', '/api/auth/get-session', '/nowhere']) {
      expect((await ask('GET', `${path}?${repeated(32, name).join('&')}`)).status).toBe(200);
      expect((await ask('GET', `${path}?${repeated(33, name).join('&')}`)).status).toBe(400);
      expect((await ask('GET', `${path}?${repeated(500, name).join('&')}`)).status).toBe(400);
    }
  });

  test('is no longer than a target may be', async () => {
    expect((await ask('GET', `/sign-in?next=${'a'.repeat(4_082)}`)).status).toBe(200);
    expect((await ask('GET', `/sign-in?next=${'a'.repeat(4_083)}`)).status).toBe(414);
    expect((await ask('GET', `http://evil.example/${'a'.repeat(4_096)}`)).status).toBe(414);
  });
});

test('an expectation that nobody knows is no reason to refuse', async () => {
  expect(await ask('GET', '/', { expect: '200-ok' })).toMatchObject({ status: 200 });
});
