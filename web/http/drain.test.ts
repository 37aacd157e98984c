import { Agent, createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { drainable } from './drain.ts';

test('a request under way is answered, idle connections go, and then new ones are refused', async () => {
  const waiting: ServerResponse[] = [];
  const arrived = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    if (request.url === '/fast') return response.end('fast');
    waiting.push(response);
    arrived.resolve();
  });
  const drain = drainable(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = (path: string) =>
    new Promise<string>((resolve, reject) => {
      // As a browser does: each connection is kept for a next request.
      get(origin + path, { agent: new Agent({ keepAlive: true }) }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        response.on('end', () => resolve(body));
      }).on('error', reject);
    });

  await expect(ask('/fast')).resolves.toBe('fast');
  const slow = ask('/slow');
  await arrived.promise;
  const drained = drain();
  // It may have been on its way when the order came.
  await expect(ask('/fast')).resolves.toBe('fast');
  waiting[0]?.end('slow');
  await expect(slow).resolves.toBe('slow');
  await expect(drained).resolves.toBeUndefined();
  await expect(ask('/fast')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
