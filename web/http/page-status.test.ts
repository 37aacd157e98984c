import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { markUnavailable, withPageStatus } from './page-status.ts';

let server: Server;
let url: string;

/** Pages: what each does before its first byte, and after. */
const handle = withPageStatus(async ({ url: path }, response) => {
  if (path === '/late') response.write('<p>first</p>');
  // As a database would take its time, while other pages are rendered.
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

describe('a page that is marked as unavailable', () => {
  test('is answered with 503 and Retry-After, and no other page is', async () => {
    const paths = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? '/fine' : '/away'));
    const answers = await Promise.all(paths.map((path) => fetch(url + path)));
    expect(answers.map(({ status }) => status)).toEqual(paths.map((path) => (path === '/fine' ? 200 : 503)));
    const waits = answers.map(({ headers }) => headers.get('retry-after'));
    expect(waits).toEqual(paths.map((path) => (path === '/fine' ? null : '5')));
  });

  test('is left as it is when its first byte has been sent', async () => {
    const answer = await fetch(`${url}/late`);
    expect([answer.status, await answer.text()]).toEqual([200, '<p>first</p><p>page</p>']);
  });

  test('is no fault outside of a response', () => {
    expect(() => markUnavailable()).not.toThrow();
  });
});
