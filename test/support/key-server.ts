import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publishedJwks } from './test-token.ts';

/** An HTTP server that publishes keys in place of the web app. */
export interface KeyServer {
  /** Its origin: WEB_URL. */
  readonly origin: string;
  /** The requested paths, in order. */
  readonly requestedPaths: string[];
  /** Answers requests; a test may replace it. */
  handler: RequestListener;
  close(): Promise<void>;
}

/** Starts the server; it publishes the public keys of `KEY_PAIR_FORGE`. */
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
