import { AsyncLocalStorage } from 'node:async_hooks';
import { channel, subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers a request; Next's own handler is one. */
type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Seconds after which a client may ask again, as /api/auth says it. */
const RETRY_AFTER = '5';

/** Pages are bundled apart from `serve.ts`: a channel with a name is what both can reach. */
const NAME = 'fieldgate:page-unavailable';
const unavailable = channel(NAME);

/**
 * Says, while a page is rendered, that its answer is 503 with `Retry-After`: Next lets a page choose 404, 401 and 403,
 * and makes 500 of everything that is thrown. Does nothing where `withPageStatus` does not serve, as under `next dev`.
 */
export function markUnavailable(): void {
  unavailable.publish({});
}

/**
 * Lets pages say `markUnavailable`, each for the response that it is rendered for. Next sends a document once the page is
 * rendered, and its status is known in time; what its client asks for in the place of a document (the header `RSC`) would
 * be sent before, so a document is the answer to that too. No page of ours navigates without a new document.
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
  return (request, response) => {
    delete request.headers['rsc'];
    return responses.run(response, () => handle(request, response));
  };
}
