import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import secureJson from 'secure-json-parse';
import {
  clientNetwork,
  peerAddress,
  requestAddress,
  trustedProxies as trust,
} from '../../runtime/http/client-address.ts';
import type { Overload } from '../../runtime/http/connections.ts';
import { framingRefusal, type HttpRefusal, overloadRefusal } from '../../runtime/http/http-refusals.ts';
import { type RequestClient, requestClient } from '../../runtime/http/request-client.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../runtime/http/server.ts';
import { strictTransport } from '../../runtime/http/strict-transport.ts';
import { allowOrigins } from './cors.ts';
import { errorBody, INVALID_REQUEST, PUBLIC_CODES, type PublicCode } from '../errors.ts';

/** Options of the HTTP layer. */
export interface FastifyOptions {
  readonly logger: FastifyBaseLogger;
  /** The public origin of the API. */
  readonly apiUrl?: string | undefined;
  /** The origins whose pages may read responses. */
  readonly origins: readonly string[];
  /** The origins of explorers, whose pages may read the responses of /graphql; default none. */
  readonly explorers?: readonly string[] | undefined;
  /** Whether pages may send the header that asks for an explanation; default false. */
  readonly explain?: boolean | undefined;
  /** Whether pages keep a position for read replicas; default false. */
  readonly keepsPosition?: boolean | undefined;
  /** The proxies whose X-Forwarded-For is trusted: addresses or CIDR ranges. */
  readonly trustedProxies: readonly string[];
  /** The largest request body, in bytes; default 100 kB. */
  readonly bodyLimit?: number;
  /** The stall timeout, in milliseconds, and the limits on what clients hold; see `HttpServerOptions`. */
  readonly traffic?: Pick<HttpServerOptions, 'stallTimeout' | 'limits'>;
  /** Called with the cause of each 503. */
  onOutage?(cause: unknown): void;
  /** Called with the code of each error that is answered without GraphQL. */
  onError?(code: PublicCode): void;
  /** Called for each request that a limit on what clients hold refuses. */
  onOverload?(limit: Overload): void;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Returns which limit of the request's caller or of the server is reached; see `Connections.overload`. */
    overload(request: IncomingMessage): Overload | null;
    /** Returns the client of a request, as events of the security log name it. */
    clientOf(request: IncomingMessage): RequestClient;
    /** Returns the network of a request's client, the unit of limits. */
    networkOf(request: IncomingMessage): string;
    /** Finishes the requests in flight and accepts no new connections; see `HttpServer.drain`. `close` drains, too. */
    drain(): Promise<void>;
  }
}

/** The form of a request id: that of `randomUUID`. */
const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const JSON_TYPE = 'application/json; charset=utf-8';
const STATUS_CODES = new Map<number, PublicCode>(
  (
    [
      'BAD_REQUEST',
      'NOT_FOUND',
      'REQUEST_TIMEOUT',
      'PAYLOAD_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'HEADERS_TOO_LARGE',
      'UNAVAILABLE',
    ] as const
  ).map((code) => [PUBLIC_CODES[code].status, code]),
);

/** Thrown to reject a request before GraphQL runs. The client receives the message; the cause is only logged. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: PublicCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: PublicCode,
    message: string = PUBLIC_CODES[code].message,
    headers: Readonly<Record<string, string>> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.headers = headers;
  }
}

/** Creates the HTTP server. Each of its errors is JSON, and each response has a request id. */
export async function createFastify({
  logger,
  apiUrl = 'http://localhost',
  origins,
  explorers = [],
  explain = false,
  keepsPosition = false,
  trustedProxies,
  bodyLimit = 100_000,
  traffic = {},
  onOutage = () => {},
  onError = () => {},
  onOverload = () => {},
}: FastifyOptions): Promise<FastifyInstance> {
  const transport = strictTransport(apiUrl);
  const isTrusted = trust(trustedProxies);
  const commonHeaders = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(transport !== null && { 'strict-transport-security': transport }),
  };
  let httpServer: HttpServer | undefined;
  const app: FastifyInstance = Fastify({
    loggerInstance: logger,
    // The onResponse hook below logs one line per request; Fastify would log two.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit,
    serverFactory(listener) {
      // Node would reject a request without Host with an empty body; `validateHeaders` rejects it with JSON.
      httpServer = createHttpServer(listener, {
        trustedProxies,
        requestTimeout: 10_000,
        requireHostHeader: false,
        ...traffic,
      });
      return httpServer.server;
    },
    // A request id of the client is ignored: with one, a client could write misleading lines into the log. The web app's is
    // the id of the page in its own log; a proxy that is trusted has to remove the client's, as in X-Forwarded-For.
    genReqId: ({ headers: { 'x-request-id': id }, socket }) =>
      typeof id === 'string' && REQUEST_ID.test(id) && isTrusted(peerAddress(socket)) ? id : randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    // Requests that arrive while the server drains are served (runtime/http/server.ts).
    return503OnClosing: false,
    clientErrorHandler(error, socket) {
      if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
      const code = clientErrorCode(error.code);
      const body = errorBody(code);
      const head = [
        `HTTP/1.1 ${PUBLIC_CODES[code].status} ${code}`,
        `content-type: ${JSON_TYPE}`,
        `content-length: ${Buffer.byteLength(body)}`,
        `x-request-id: ${randomUUID()}`,
        ...Object.entries(commonHeaders).map((header) => header.join(': ')),
        'connection: close',
      ];
      return socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    },
    frameworkErrors(_error, request: FastifyRequest, reply: FastifyReply) {
      // No hook runs for these errors, so the headers are set here.
      void reply.code(400).headers({ 'x-request-id': request.id, ...commonHeaders });
      void reply.type(JSON_TYPE).send(errorBody('BAD_REQUEST'));
    },
  });

  app.decorate('overload', (request: IncomingMessage) => httpServer?.overload(request) ?? null);
  app.decorate(
    'clientOf',
    (request: IncomingMessage): RequestClient =>
      requestClient(requestAddress(request, isTrusted), request.headers['user-agent']),
  );
  app.decorate('networkOf', (request: IncomingMessage) => clientNetwork(requestAddress(request, isTrusted)));
  app.decorate('drain', async () => httpServer?.drain());
  app.addHook('preClose', () => app.drain());

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i,
    { parseAs: 'buffer' },
    (_request, bytes: Buffer, done) => {
      if (!isUtf8(bytes)) return done(new HttpError('BAD_REQUEST', 'The request body is not valid UTF-8.'));
      try {
        done(null, secureJson.parse(bytes, null, { protoAction: 'error', constructorAction: 'ignore' }));
      } catch {
        done(new HttpError('BAD_REQUEST', 'The request body is not valid JSON.'));
      }
    },
  );

  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ 'x-request-id': request.id, ...commonHeaders });
    done(validateHeaders(request.raw));
  });
  app.addHook('onResponse', (request, reply, done) => {
    // The address that the limits use (runtime/http/connections.ts), not Fastify's interpretation of X-Forwarded-For.
    const address = requestAddress(request.raw, isTrusted);
    const elapsed = Math.round(reply.elapsedTime * 10) / 10;
    const trace = request.trace && { traceId: request.trace.traceId };
    request.log.info(
      { method: request.method, status: reply.statusCode, milliseconds: elapsed, address, ...trace },
      'answered',
    );
    done();
  });
  await allowOrigins(app, { origins, explorers, explain, keepsPosition });
  // After CORS: a page must be able to read the error.
  app.addHook('onRequest', (request, _reply, done) => {
    const overload = app.overload(request.raw);
    if (overload !== null) onOverload(overload);
    const refusal = overloadRefusal(overload);
    done(refusal === null ? undefined : toHttpError(refusal, 'a limit on connections, requests or unread bytes'));
  });

  app.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const httpError = error instanceof HttpError ? error : new HttpError(frameworkErrorCode(error));
    const { status } = PUBLIC_CODES[httpError.code];
    onError(httpError.code);
    if (httpError.code === 'UNAVAILABLE') onOutage(error);
    else if (status >= 500) request.log.error({ err: error }, 'request failed');
    void reply
      .code(status)
      .headers(httpError.headers)
      .type(JSON_TYPE)
      .send(errorBody(httpError.code, httpError.message));
  });
  app.setNotFoundHandler((request) => {
    const url = request.url.split('?', 1)[0] ?? '';
    const allowed = ['GET', 'HEAD', 'POST'].filter((method) => app.hasRoute({ method, url }));
    if (allowed.length === 0) throw new HttpError('NOT_FOUND', 'There is no such path.');
    const [allow, message] = [allowed.join(', '), `Send a ${allowed[0]} request.`];
    throw new HttpError('METHOD_NOT_ALLOWED', message, { allow });
  });
  return app;
}

/** @param cause for the log */
function toHttpError({ code, message, headers }: HttpRefusal, cause?: string): HttpError {
  return new HttpError(code, message, headers, cause);
}

/** Rejects headers that a proxy may interpret differently: Node exposes only the first of two equal headers. */
function validateHeaders(request: IncomingMessage): HttpError | undefined {
  const framing = framingRefusal(request);
  if (framing !== null) return toHttpError(framing);
  const { rawHeaders, httpVersion } = request;
  let hosts = 0;
  let authorizations = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
    else if (name?.length === 13 && name.toLowerCase() === 'authorization') authorizations++;
  }
  if (authorizations > 1)
    return new HttpError('BAD_REQUEST', 'Send one Authorization header.', { 'www-authenticate': INVALID_REQUEST });
  // RFC 9112 §3.2: HTTP/1.1 requires exactly one Host; HTTP/1.0 has none.
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) return new HttpError('BAD_REQUEST', 'Send one Host header.');
  return undefined;
}

function frameworkErrorCode(error: unknown): PublicCode {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return (typeof status === 'number' && STATUS_CODES.get(status)) || 'INTERNAL_SERVER_ERROR';
}

function clientErrorCode(code: string | undefined): PublicCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'HEADERS_TOO_LARGE';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'REQUEST_TIMEOUT' : 'BAD_REQUEST';
}
