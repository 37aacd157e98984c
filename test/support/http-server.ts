import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../runtime/http/server.ts';

/** A server of http/ that listens while a test runs. */
export interface Listening extends HttpServer {
  readonly port: number;
  /** Connects and sends bytes; nothing is read unless the test does. The address is one of 127.0.0.0/8. */
  send(bytes: string, address?: string): Socket;
}

/** Starts a server; what is still connected when the test has finished is cut off. */
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

/** Connects from an address of this machine, 127.0.0.1 unless said otherwise, and sends bytes. */
export function sendTo(port: number, bytes: string, address = '127.0.0.1'): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress: address }, () => socket.write(bytes));
  onTestFinished(() => void socket.destroy());
  // A server that hangs up is what many tests wait for.
  return socket.on('error', () => {});
}

/** A GET request as text, with these header lines. */
export function get(path: string, lines: readonly string[] = []): string {
  return [`GET ${path} HTTP/1.1`, 'host: test', ...lines, '', ''].join('\r\n');
}
