import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
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
    // Node looks for slow senders every 30 s unless told otherwise: ten seconds would be up to forty.
    http: { maxHeaderSize: 16_384, headersTimeout: 10_000, connectionsCheckingInterval: 1_000 },
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
    void reply.header('x-request-id', request.id);
    // Node shows only the first of two Authorization headers; another reader on the way may have taken the second.
    const isTwice = countAuthorization(request.raw.rawHeaders) > 1;
    done(
      isTwice
        ? new HttpRefusal('BAD_REQUEST', 'Send one Authorization header.', { 'www-authenticate': INVALID_REQUEST })
        : undefined,
    );
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
  app.setNotFoundHandler(
    (_request, reply) => void reply.code(404).type(JSON_TYPE).send(errorBody('NOT_FOUND', 'There is no such path.')),
  );
  return app;
}

function countAuthorization(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') count++;
  }
  return count;
}

function codeOf(error: unknown): PublicCode {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return (typeof status === 'number' && STATUS_CODES.get(status)) || 'INTERNAL_SERVER_ERROR';
}

function rawCode(code: string | undefined): PublicCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'HEADERS_TOO_LARGE';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'REQUEST_TIMEOUT' : 'BAD_REQUEST';
}
