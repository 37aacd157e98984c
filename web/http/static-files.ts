import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Answers a request with a compressed file; returns false if there is none for it. */
export type ServeStatic = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Creates a handler for the files that `precompress` wrote. It lists them once: no path of a request reaches the file
 * system, which rules out path traversal. Requests for other files, and clients without brotli, are left to Next.
 * @param buildDirectory the output directory of `next build`
 */
export async function createStaticFileHandler(buildDirectory: string): Promise<ServeStatic> {
  const root = path.join(buildDirectory, 'static');
  const names = await readdir(root, { recursive: true });
  const files = new Map<string, { file: string; size: number; type: string }>();
  for (const name of names.filter((entry) => entry.endsWith('.br'))) {
    const original = name.slice(0, -'.br'.length);
    const type = CONTENT_TYPES[path.extname(original)];
    if (type === undefined) continue;
    const file = path.join(root, name);
    const { size } = await stat(file);
    files.set(`/_next/static/${original.split(path.sep).join('/')}`, { file, size, type });
  }

  return (request, response) => {
    const asset = files.get(request.url?.split('?', 1)[0] ?? '');
    const accepts = /(^|[\s,])br($|[\s,;])/.test(request.headers['accept-encoding'] ?? '');
    if (asset === undefined || !accepts || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    response.writeHead(200, {
      'Cache-Control': 'public, max-age=31536000, immutable',
      'Content-Encoding': 'br',
      'Content-Length': asset.size,
      'Content-Type': asset.type,
      'Cross-Origin-Resource-Policy': 'same-origin',
      Vary: 'Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
    });
    if (request.method === 'HEAD') response.end();
    // An error means that the client disconnected: there is no response left to send.
    else pipeline(createReadStream(asset.file), response, () => undefined);
    return true;
  };
}
