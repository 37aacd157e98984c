import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publishedJwks } from './test-token.ts';

/** What publishes keys where the web app would. */
export interface KeyServer {
  /** Its origin: WEB_URL. */
  readonly origin: string;
  /** The paths that were asked for, in order. */
  readonly requestedPaths: string[];
  /** What it answers from now on; `stall` never ends an answer. */
  handler: RequestListener;
  close(): Promise<void>;
}

/** Publishes the public keys of the forge. */
export async function startKeyServer(): Promise<KeyServer> {
  const keyServer: Omit<KeyServer, 'origin'> = {
    requestedPaths: [],
    handler: (_, response) => response.setHeader('content-type', 'application/json').end(publishedJwks()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer((request, response) => {
    keyServer.requestedPaths.push(request.url ?? '');
    keyServer.handler(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return Object.assign(keyServer, { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
