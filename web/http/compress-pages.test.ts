import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withCompression } from './compress-pages.ts';

const PAGE = '<p>Mend the gate.</p>'.repeat(200);
let server: Server;

/** Requests a page; `fetch` would decompress it. */
async function request(path: string, encodings?: string): Promise<{ response: IncomingMessage; body: Buffer }> {
  const { port } = server.address() as AddressInfo;
  const headers = encodings === undefined ? {} : { 'Accept-Encoding': encodings };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, path, headers }, resolve).on('error', reject);
  });
  return { response, body: await buffer(response) };
}

beforeAll(async () => {
  const handle = withCompression((incoming, response) => {
    if (incoming.url === '/fails') return Promise.reject(new Error('The page failed.'));
    response.setHeader('Content-Type', incoming.url === '/picture' ? 'image/png' : 'text/html; charset=utf-8');
    response.end(PAGE);
    return Promise.resolve();
  });
  server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

describe('withCompression', () => {
  // covers: REACH-06
  test('a page is compressed with brotli for a client that accepts it', async () => {
    const { response, body } = await request('/', 'gzip, deflate, br');
    expect(response.headers['content-encoding']).toBe('br');
    expect(response.headers.vary).toBe('Accept-Encoding');
    expect(brotliDecompressSync(body).toString()).toBe(PAGE);
  });

  test('a page is compressed with gzip for a client without brotli, and sent as it is to one without both', async () => {
    const gzip = await request('/', 'gzip');
    expect(gzip.response.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.body).toString()).toBe(PAGE);
    const plain = await request('/');
    expect(plain.response.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe(PAGE);
  });

  test('a picture is not compressed again', async () => {
    expect((await request('/picture', 'br')).response.headers['content-encoding']).toBeUndefined();
  });

  test('a failure of the handler is passed on', async () => {
    expect((await request('/fails', 'br')).response.statusCode).toBe(500);
  });
});
