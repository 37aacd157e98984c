import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { type IsTrusted, peerAddress, requestAddress } from '../../runtime/http/client-address.ts';
import type { Tracing, TraceSpan } from '../../runtime/tracing/tracing.ts';
import { webMetrics } from './metrics.ts';

/** A segment of a path that cannot be a secret: words in lower case, such as `sign-in` or `icon.svg`. */
const WORD = /^[a-z]{1,24}\d?(?:[-.][a-z]{1,24}\d?){0,4}$/;

/** The files of the web build, whose names are hashes. */
const STATIC_FILES = '/_next/static/';

/**
 * Returns the path of a request target as it may be logged: without the query, and with `*` for every segment that is not
 * a word. Links of mails have tokens in their path, and a client can put a secret anywhere.
 */
export function loggedPath(target: string): string {
  const [path = ''] = target.split(/[?#]/, 1);
  if (path.startsWith(STATIC_FILES)) return STATIC_FILES;
  if (!path.startsWith('/')) return '*';
  const segments = path.slice(1).split('/', 8);
  return `/${segments.map((segment) => (segment === '' || WORD.test(segment) ? segment : '*')).join('/')}`;
}

/** The options of `logRequests`. */
export interface RequestLogOptions {
  /** Receives the lines: no header, no query and no body. */
  readonly log: { info(fields: object, message: string): void };
  readonly isTrusted: IsTrusted;
  /** Default: no traces are recorded. */
  readonly tracing?: Tracing | undefined;
}

/**
 * Wraps a request listener: gives each request an id, which its response has in `X-Request-Id`, and logs one line when
 * the response ends, as the API does. An id of the client is ignored: with one, a client could write misleading lines
 * into the log. `X-Request-Id` of the request is replaced, so that pages and routes can read the id there.
 * Records a trace of each request, if traces are recorded.
 */
export function logRequests(
  listener: RequestListener,
  { log, isTrusted, tracing }: RequestLogOptions,
): RequestListener {
  return (request, response) => {
    const started = performance.now();
    const requestId = randomUUID();
    // Read now: the listener replaces the target and the headers, and a closed socket has no address.
    const { method } = request;
    const path = loggedPath(request.url ?? '');
    const address = requestAddress(request, isTrusted);
    request.headers['x-request-id'] = requestId;
    response.setHeader('X-Request-Id', requestId);
    const span = traceOf(request, path, requestId);
    response.once('close', () => {
      const milliseconds = Math.round((performance.now() - started) * 10) / 10;
      const status = response.headersSent ? response.statusCode : null;
      const aborted = response.writableFinished ? {} : { aborted: true };
      const trace = span?.isSampled ? { traceId: span.traceId } : {};
      span?.set({ 'http.response.status_code': status ?? 0 });
      span?.end(status === null || status >= 500);
      webMetrics()?.answered(path, status, milliseconds);
      log.info({ requestId, method, path, status, milliseconds, address, ...aborted, ...trace }, 'answered');
    });
    listener(request, response);
  };

  /** Starts the span of a request, and names it as the parent of what pages and routes send to the API. */
  function traceOf(request: IncomingMessage, path: string, requestId: string): TraceSpan | undefined {
    const { traceparent } = request.headers;
    // Of a client, whether or not traces are recorded: the API would take it for ours.
    delete request.headers['traceparent'];
    delete request.headers['tracestate'];
    if (tracing === undefined || path === STATIC_FILES || path === '/healthz') return undefined;
    const span = tracing.startRequest(`${request.method ?? ''} ${path}`, {
      traceparent,
      isTrusted: isTrusted(peerAddress(request.socket)),
      attributes: { 'http.request.method': request.method ?? '', 'url.path': path, 'fieldgate.request_id': requestId },
    });
    request.headers['traceparent'] = span.traceparent;
    return span;
  }
}
