import { AsyncLocalStorage } from 'node:async_hooks';
import { channel, subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request handler, such as Next's. */
type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Seconds until the client may retry, as in responses of /api/auth. */
const RETRY_AFTER = '5';

/** Next bundles pages separately, so that they share no module with `serve.ts`; a named channel spans the process. */
const CHANNEL_NAME = 'fieldgate:page-unavailable';
const unavailable = channel(CHANNEL_NAME);

/**
 * Sets the status of the page being rendered to 503, with `Retry-After`. Next lets a page choose 404, 401 and 403 alone,
 * and answers every error with 500. Does nothing without `withPageStatus`, as under `next dev`.
 */
export function markUnavailable(): void {
  unavailable.publish({});
}

/**
 * Wraps a request handler so that `markUnavailable` in a page sets the status of that page's response. Next sends a
 * document after it has rendered the page, so the status is known before the first byte. It starts to send the payload
 * of a navigation (header `RSC`) before that: such a response keeps status 200, and its content is the message.
 * @param handle Next's request handler
 */
export function withPageStatus(handle: Handler): Handler {
  const responses = new AsyncLocalStorage<ServerResponse>();
  // Subscribers run synchronously, in the asynchronous context of the page.
  subscribe(CHANNEL_NAME, () => {
    const response = responses.getStore();
    if (response === undefined || response.headersSent) return;
    response.statusCode = 503;
    response.setHeader('Retry-After', RETRY_AFTER);
  });
  return (request, response) => responses.run(response, () => handle(request, response));
}
