import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { precompress } from './precompress.ts';
import { createStaticFileHandler } from './static-files.ts';

const SCRIPT = 'console.log("a field, and a gate in it");'.repeat(50);
let folder: string;
let server: Server;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fieldgate-static-'));
  await mkdir(path.join(folder, 'static', 'chunks'), { recursive: true });
  await writeFile(path.join(folder, 'static', 'chunks', 'page.js'), SCRIPT);
  await writeFile(path.join(folder, 'static', 'font.woff2'), 'binary');
  await writeFile(path.join(folder, 'secret.js'), 'server side');
  await precompress(folder);
  const serve = await createStaticFileHandler(folder);
  server = createServer((incoming, response) => {
    if (!serve(incoming, response)) response.writeHead(404).end('next');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** Sends a request without fetch, which would decompress the body. */
function get(url: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: Buffer }>(
    (resolve, reject) => {
      const outgoing = request(`${origin}${url}`, { method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      });
      outgoing.on('error', reject).end();
    },
  );
}

const BROTLI = { 'accept-encoding': 'gzip, deflate, br, zstd' };

test('the static file handler serves a script as brotli, cacheable for a year', async () => {
  const { status, headers, body } = await get('/_next/static/chunks/page.js?v=1', BROTLI);
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-encoding': 'br',
    'content-length': String(body.byteLength),
    'content-type': 'text/javascript; charset=utf-8',
    vary: 'Accept-Encoding',
    'x-content-type-options': 'nosniff',
  });
  expect(brotliDecompressSync(body).toString()).toBe(SCRIPT);
  expect(body.byteLength).toBeLessThan(SCRIPT.length / 4);
});

test('the static file handler answers HEAD without a body', async () => {
  const { headers, body } = await get('/_next/static/chunks/page.js', BROTLI, 'HEAD');
  expect(Number(headers['content-length'])).toBeGreaterThan(0);
  expect(body).toHaveLength(0);
});

test.each([
  ['a client without brotli', '/_next/static/chunks/page.js', { 'accept-encoding': 'gzip, brr' }],
  ['a file that was not compressed', '/_next/static/font.woff2', BROTLI],
  ['a file outside of static/', '/_next/static/../secret.js', BROTLI],
  ['a percent-encoded path outside of static/', '/_next/static/%2e%2e/secret.js', BROTLI],
  ['the path of the compressed file', '/_next/static/chunks/page.js.br', BROTLI],
])('the static file handler leaves a request to Next: %s', async (_, url, headers) => {
  await expect(get(url, headers)).resolves.toMatchObject({ status: 404 });
});

test('the static file handler leaves other methods to Next', async () => {
  await expect(get('/_next/static/chunks/page.js', BROTLI, 'POST')).resolves.toMatchObject({ status: 404 });
});
