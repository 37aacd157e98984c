import { log } from '../log.ts';

const NAMES = ['x-forwarded-for', 'user-agent', 'x-request-id', 'traceparent'] as const;

/** The headers that tell the API who sent the request of a page, and which request that was. */
export type ClientHeaders = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

/**
 * Returns the client's address and User-Agent of a page's request, for the requests that the page sends to the API: its
 * limits, log and security log then name the user's browser, not the web app, and its log and traces the page's request. The
 * API uses the address and the request's id only if the web app is one of its TRUSTED_PROXIES.
 * @param headers of the page's request; `logRequests` and `replaceForwardedHeaders` have replaced what a client sent
 */
export function clientHeaders(headers: Headers): ClientHeaders {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/**
 * Logs which request of the API a page's request has led to, unless both have the same id.
 * @param client what `clientHeaders` returned
 * @param response the API's
 */
export function logApiRequest(client: ClientHeaders, response: Pick<Response, 'headers'>): void {
  const apiRequestId = response.headers.get('x-request-id');
  const requestId = client['x-request-id'];
  if (apiRequestId !== null && requestId !== undefined && apiRequestId !== requestId)
    log.info({ requestId, apiRequestId }, 'asked the API');
}
