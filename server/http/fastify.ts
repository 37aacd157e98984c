import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import cors from '@fastify/cors';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import secureJson from 'secure-json-parse';
import { errorBody, INVALID_REQUEST, PUBLIC_CODES, type PublicCode } from './errors.ts';

/** What the HTTP layer is told. */
export interface FastifyOptions {
  readonly logger: FastifyBaseLogger;
  /** The origins whose pages may read answers. The token is sent by hand, never by the browser: no credentials. */
  readonly origins: readonly string[];
  /** The addresses whose word on the caller's address is taken. */
  readonly trustedProxies: readonly string[];
  /** The largest body, in bytes; 100 kB unless said otherwise. */
  readonly bodyLimit?: number;
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

/** A request that is refused before GraphQL has a say, with words that its sender may read. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly code: PublicCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: PublicCode,
    message: string = PUBLIC_CODES[code].message,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

/** An HTTP server that answers everything it refuses with JSON, and names every request. */
export async function createFastify({
  logger,
  origins,
  trustedProxies,
  bodyLimit = 100_000,
}: FastifyOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: logger,
    // One line a request, written below; Fastify's two would say the same.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit,
    requestTimeout: 10_000,
    connectionTimeout: 30_000,
    http: {
      maxHeaderSize: 16_384,
      headersTimeout: 10_000,
      // Node looks for slow senders every 30 s unless told otherwise: ten seconds would be up to forty.
      connectionsCheckingInterval: 1_000,
      // Node's own refusal has no words.
      requireHostHeader: false,
    },
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    // The caller's own name for a request is not believed: it would let strangers write into each other's logs.
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    // What comes while we are about to close is answered like any other request (drain.ts), not in words of Fastify's.
    return503OnClosing: false,
    clientErrorHandler(error, socket) {
      if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
      const code = rawCode(error.code);
      const body = errorBody(code);
      const head = [
        `HTTP/1.1 ${PUBLIC_CODES[code].status} ${code}`,
        `content-type: ${JSON_TYPE}`,
        `content-length: ${Buffer.byteLength(body)}`,
        `x-request-id: ${randomUUID()}`,
        'connection: close',
      ];
      return socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    },
    frameworkErrors(_error, request: FastifyRequest, reply: FastifyReply) {
      // No hook runs for these: the request is named here.
      void reply.code(400).header('x-request-id', request.id).type(JSON_TYPE).send(errorBody('BAD_REQUEST'));
    },
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i,
    { parseAs: 'buffer' },
    (_request, bytes: Buffer, done) => {
      if (!isUtf8(bytes)) return done(new HttpRefusal('BAD_REQUEST', 'The request body is not valid UTF-8.'));
      try {
        done(null, secureJson.parse(bytes, null, { protoAction: 'error', constructorAction: 'ignore' }));
      } catch {
        done(new HttpRefusal('BAD_REQUEST', 'The request body is not valid JSON.'));
      }
    },
  );

  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    done(refusalOfHead(request.raw));
  });
  app.addHook('onResponse', (request, reply, done) => {
    const took = Math.round(reply.elapsedTime * 10) / 10;
    request.log.info(
      { method: request.method, status: reply.statusCode, milliseconds: took, address: request.ip },
      'answered',
    );
    done();
  });
  await app.register(cors, {
    origin: [...origins],
    methods: ['POST'],
    allowedHeaders: ['authorization', 'content-type'],
    exposedHeaders: ['x-request-id', 'www-authenticate', 'retry-after'],
    maxAge: 600,
    // An OPTIONS request that is no preflight is answered like one: the refusal would be plain text.
    strictPreflight: false,
  });

  app.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const refusal = error instanceof HttpRefusal ? error : new HttpRefusal(codeOf(error));
    const { status } = PUBLIC_CODES[refusal.code];
    if (status >= 500) request.log.error({ err: error }, 'request failed');
    void reply.code(status).headers(refusal.headers).type(JSON_TYPE).send(errorBody(refusal.code, refusal.message));
  });
  app.setNotFoundHandler((request) => {
    const url = request.url.split('?', 1)[0] ?? '';
    const allowed = ['GET', 'HEAD', 'POST'].filter((method) => app.hasRoute({ method, url }));
    if (allowed.length === 0) throw new HttpRefusal('NOT_FOUND', 'There is no such path.');
    const [allow, message] = [allowed.join(', '), `Send a ${allowed[0]} request.`];
    throw new HttpRefusal('METHOD_NOT_ALLOWED', message, { allow });
  });
  // What a request expects beyond `100-continue` may be passed over (RFC 9110 §10.1.1); Node would refuse without words.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  return app;
}

/** What another reader on the way may have read otherwise: Node shows only the first of two such headers. */
function refusalOfHead({ rawHeaders, httpVersion }: IncomingMessage): HttpRefusal | undefined {
  let hosts = 0;
  let authorizations = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
    else if (name?.length === 13 && name.toLowerCase() === 'authorization') authorizations++;
  }
  if (authorizations > 1)
    return new HttpRefusal('BAD_REQUEST', 'Send one Authorization header.', { 'www-authenticate': INVALID_REQUEST });
  // RFC 9112 §3.2: without a host none is meant; before HTTP/1.1 there was none.
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1'))
    return new HttpRefusal('BAD_REQUEST', 'Send one Host header.');
  return undefined;
}

function codeOf(error: unknown): PublicCode {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return (typeof status === 'number' && STATUS_CODES.get(status)) || 'INTERNAL_SERVER_ERROR';
}

function rawCode(code: string | undefined): PublicCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'HEADERS_TOO_LARGE';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'REQUEST_TIMEOUT' : 'BAD_REQUEST';
}
