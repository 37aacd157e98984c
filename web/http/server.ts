import { createServer, type RequestListener, type Server } from 'node:http';

/** How long a request may take to arrive, in milliseconds. */
export interface Arrival {
  /** Its headers; 10 s unless said otherwise. */
  readonly headers?: number;
  /** All of it; 20 s unless said otherwise. */
  readonly body?: number;
}

/** An HTTP server whose connections slow senders hold for so long and no longer. */
export function createWebServer(listener: RequestListener, { headers = 10_000, body = 20_000 }: Arrival = {}): Server {
  const server = createServer(
    {
      headersTimeout: headers,
      requestTimeout: body,
      // Node looks for slow senders every 30 s, and would so let them have three times as long.
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16_384,
    },
    listener,
  );
  // It may be passed over (RFC 9110 §10.1.1); Node would refuse it without our headers.
  server.on('checkExpectation', listener);
  return server;
}
