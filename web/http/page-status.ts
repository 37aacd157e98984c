import { AsyncLocalStorage } from 'node:async_hooks';
import { channel, subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers a request; Next's own handler is one. */
type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Seconds after which a client may ask again, as /api/auth says it. */
const RETRY_AFTER = '5';

/** Next bundles pages apart from `serve.ts`, so they share no module. A named channel is shared by the process. */
const NAME = 'fieldgate:page-unavailable';
const unavailable = channel(NAME);

/**
 * Sets the status of the page that is being rendered to 503, with `Retry-After`: Next lets a page choose 404, 401 and 403,
 * and answers 500 to every error. Does nothing where `withPageStatus` does not serve, as under `next dev`.
 */
export function markUnavailable(): void {
  unavailable.publish({});
}

/**
 * Makes `markUnavailable` work in pages, each for its own response. Next sends a document after it has rendered the page, so
 * the status is known before the first byte. It begins to send the payload of a navigation (header `RSC`) before that: such
 * a response keeps its status 200, and its content is the message.
 * @param handle Next's request handler
 */
export function withPageStatus(handle: Handler): Handler {
  const responses = new AsyncLocalStorage<ServerResponse>();
  // A subscriber runs at once, in the asynchronous context of the page.
  subscribe(NAME, () => {
    const response = responses.getStore();
    if (response === undefined || response.headersSent) return;
    response.statusCode = 503;
    response.setHeader('Retry-After', RETRY_AFTER);
  });
  return (request, response) => responses.run(response, () => handle(request, response));
}
