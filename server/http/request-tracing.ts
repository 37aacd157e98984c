import type { FastifyInstance } from 'fastify';
import { type IsTrusted, peerAddress } from '../../runtime/http/client-address.ts';
import { isHealthCheck } from '../../runtime/http/health-check.ts';
import type { Tracing, TraceSpan } from '../../runtime/tracing/tracing.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of the request; undefined if its trace is not recorded. */
    trace: TraceSpan | undefined;
  }
}

/**
 * Adds a span for each request that the limits of its address admit; health checks have none. The stages of the request add
 * theirs inside it. Without `tracing`, requests only have the property.
 * @param isTrusted whether an address is that of a trusted proxy, which decides whether the trace is recorded
 */
export function traceRequests(app: FastifyInstance, tracing: Tracing | undefined, isTrusted: IsTrusted): void {
  app.decorateRequest('trace', undefined);
  if (tracing === undefined) return;
  app.addHook('onRequest', (request, _reply, done) => {
    const { raw, method, routeOptions } = request;
    if (!isHealthCheck(raw)) {
      const route = routeOptions.url ?? 'none';
      const span = tracing.startRequest(`${method} ${route}`, {
        traceparent: raw.headers['traceparent'],
        isTrusted: isTrusted(peerAddress(raw.socket)),
        attributes: { 'http.request.method': method, 'http.route': route, 'fieldgate.request_id': request.id },
      });
      if (span.isSampled) request.trace = span;
    }
    done();
  });
  app.addHook('onResponse', (request, { statusCode }, done) => {
    request.trace?.set({ 'http.response.status_code': statusCode });
    request.trace?.end(statusCode >= 500);
    done();
  });
}
