import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { markUnavailable, withPageStatus } from './page-status.ts';

let server: Server;
let url: string;

/** Pages: /late sends a byte before it is marked, /fine is not marked, others are marked before the first byte. */
const handle = withPageStatus(async ({ url: path }, response) => {
  if (path === '/late') response.write('<p>first</p>');
  // Like a database query, during which other pages are rendered.
  await new Promise((resolve) => setImmediate(resolve));
  if (path !== '/fine') markUnavailable();
  response.end('<p>page</p>');
});

beforeAll(async () => {
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe('markUnavailable', () => {
  test('a page marked as unavailable is answered with 503 and Retry-After, and no other page is', async () => {
    const paths = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? '/fine' : '/unavailable'));
    const responses = await Promise.all(paths.map((path) => fetch(url + path)));
    expect(responses.map(({ status }) => status)).toEqual(paths.map((path) => (path === '/fine' ? 200 : 503)));
    const waits = responses.map(({ headers }) => headers.get('retry-after'));
    expect(waits).toEqual(paths.map((path) => (path === '/fine' ? null : '5')));
  });

  test('markUnavailable does not change a response whose first byte has been sent', async () => {
    const response = await fetch(`${url}/late`);
    expect([response.status, await response.text()]).toEqual([200, '<p>first</p><p>page</p>']);
  });

  test('markUnavailable does nothing outside of a response', () => {
    expect(() => markUnavailable()).not.toThrow();
  });
});
