import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { sendTo } from './raw-http.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../runtime/http/server.ts';

/** A server of `runtime/http` that listens during a test. */
export interface Listening extends HttpServer {
  readonly port: number;
  /** Connects from a local address, one of 127.0.0.0/8, and sends bytes. Reads nothing. */
  send(bytes: string, address?: string): Socket;
}

/** Starts a server. After the test, its connections are closed. */
export async function listening(
  listener: (request: IncomingMessage, response: ServerResponse, own: HttpServer) => void,
  options: Partial<HttpServerOptions> = {},
): Promise<Listening> {
  const handler: RequestListener = (request, response) => listener(request, response, own);
  const own = createHttpServer(handler, { trustedProxies: [], ...options });
  await new Promise<void>((resolve) => own.server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    own.server.closeAllConnections();
    own.server.close();
  });
  const { port } = own.server.address() as AddressInfo;
  return { ...own, port, send: (bytes, address) => sendTo(port, bytes, address) };
}

/** Returns a GET request as text, with these header lines. */
export function get(path: string, lines: readonly string[] = []): string {
  return [`GET ${path} HTTP/1.1`, 'host: test', ...lines, '', ''].join('\r\n');
}
