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
import { requestAddress, trustedProxies as trust } from '../../runtime/http/client-address.ts';
import type { Overload } from '../../runtime/http/connections.ts';
import { framingRefusal, overloadRefusal, type Refusal } from '../../runtime/http/refusals.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../runtime/http/server.ts';
import { strictTransport } from '../../runtime/http/strict-transport.ts';
import { allowOrigins } from './cors.ts';
import { errorBody, INVALID_REQUEST, PUBLIC_CODES, type PublicCode } from '../errors.ts';

/** What the HTTP layer is told. */
export interface FastifyOptions {
  readonly logger: FastifyBaseLogger;
  /** The API's own origin, as browsers see it. */
  readonly apiUrl?: string | undefined;
  /** The origins whose pages may read answers. The token is sent by hand, never by the browser: no credentials. */
  readonly origins: readonly string[];
  /** The origins of explorers, whose pages may read the answers of /graphql alone; none unless said otherwise. */
  readonly explorers?: readonly string[] | undefined;
  /** The addresses whose word on the caller's address is taken. */
  readonly trustedProxies: readonly string[];
  /** The largest body, in bytes; 100 kB unless said otherwise. */
  readonly bodyLimit?: number;
  /** How long a client may stand still, in milliseconds, and what clients may hold; see `HttpServerOptions`. */
  readonly traffic?: Pick<HttpServerOptions, 'stallTimeout' | 'limits'>;
  /** Hears what made an answer a 503. */
  onOutage?(cause: unknown): void;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Whose limit on what is held for clients is reached; see `Connections.overload`. */
    overload(request: IncomingMessage): Overload | null;
    /** Answers what has begun and takes nothing more; see `HttpServer.drain`. `close` does so, too. */
    drain(): Promise<void>;
  }
}

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

/** A request that is refused before GraphQL has a say, with words that its sender may read; its cause is for the log. */
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

/** An HTTP server that answers everything it refuses with JSON, and names every request. */
export async function createFastify({
  logger,
  apiUrl = 'http://localhost',
  origins,
  explorers = [],
  trustedProxies,
  bodyLimit = 100_000,
  traffic = {},
  onOutage = () => {},
}: FastifyOptions): Promise<FastifyInstance> {
  const transport = strictTransport(apiUrl);
  const isTrusted = trust(trustedProxies);
  const everyAnswer = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(transport !== null && { 'strict-transport-security': transport }),
  };
  let own: HttpServer | undefined;
  const app: FastifyInstance = Fastify({
    loggerInstance: logger,
    // One line a request, written below; Fastify's two would say the same.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit,
    serverFactory(listener) {
      // Node's own refusal of a request without a host has no words.
      own = createHttpServer(listener, {
        trustedProxies,
        requestTimeout: 10_000,
        requireHostHeader: false,
        ...traffic,
      });
      return own.server;
    },
    // The caller's own name for a request is not believed: it would let strangers write into each other's logs.
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    // What comes while we are about to close is answered like any other request (runtime/http/server.ts).
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
        ...Object.entries(everyAnswer).map((header) => header.join(': ')),
        'connection: close',
      ];
      return socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    },
    frameworkErrors(_error, request: FastifyRequest, reply: FastifyReply) {
      // No hook runs for these: the request is named here.
      void reply.code(400).headers({ 'x-request-id': request.id, ...everyAnswer });
      void reply.type(JSON_TYPE).send(errorBody('BAD_REQUEST'));
    },
  });

  app.decorate('overload', (request: IncomingMessage) => own?.overload(request) ?? null);
  app.decorate('drain', async () => own?.drain());
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
    void reply.headers({ 'x-request-id': request.id, ...everyAnswer });
    done(validateHeaders(request.raw));
  });
  app.addHook('onResponse', (request, reply, done) => {
    // The address whose limits count (runtime/http/connections.ts), and not Fastify's own reading of X-Forwarded-For.
    const address = requestAddress(request.raw, isTrusted);
    const elapsed = Math.round(reply.elapsedTime * 10) / 10;
    request.log.info({ method: request.method, status: reply.statusCode, milliseconds: elapsed, address }, 'answered');
    done();
  });
  await allowOrigins(app, { origins, explorers });
  // After the headers that let a page read why.
  app.addHook('onRequest', (request, _reply, done) => {
    const httpError = overloadRefusal(app.overload(request.raw));
    done(httpError === null ? undefined : refused(httpError, 'too much is held for clients'));
  });

  app.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const httpError = error instanceof HttpError ? error : new HttpError(frameworkErrorCode(error));
    const { status } = PUBLIC_CODES[httpError.code];
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

/** @param cause what the log says of it */
function refused({ code, message, headers }: Refusal, cause?: string): HttpError {
  return new HttpError(code, message, headers, cause);
}

/** What another reader on the way may have read otherwise: Node shows only the first of two such headers. */
function validateHeaders(request: IncomingMessage): HttpError | undefined {
  const framing = framingRefusal(request);
  if (framing !== null) return refused(framing);
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
  // RFC 9112 §3.2: without a host none is meant; before HTTP/1.1 there was none.
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
