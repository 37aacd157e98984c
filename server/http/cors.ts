import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { POSITION_HEADER } from '../../runtime/position-header.ts';
import { EXPLAIN_HEADER } from './explain-extension.ts';

/** The origins whose pages may read responses. */
export interface CorsOrigins {
  /** The origins of the web app: on every path. */
  readonly origins: readonly string[];
  /** The origins of explorers, such as Apollo Sandbox: only on /graphql. */
  readonly explorers: readonly string[];
  /** Whether pages may send the header that asks for an explanation. */
  readonly explain: boolean;
  /** Whether pages keep a position for read replicas; default false. */
  readonly keepsPosition?: boolean | undefined;
}

/** `traceparent` does not depend on whether this process records traces: a page that sends it must work in any case. */
const ALLOWED_HEADERS = ['authorization', 'content-type', 'traceparent'];
const EXPOSED_HEADERS = ['x-request-id', 'www-authenticate', 'retry-after'];

/**
 * The additional headers of Apollo's explorers: against "simple" requests, the names of client and operation, and the
 * query plan of a gateway. This server ignores them, but a browser sends the request only if they are allowed. The list
 * is fixed: echoing `Access-Control-Request-Headers` would allow any header that a page chooses.
 */
const EXPLORER_HEADERS = [
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
  'x-apollo-operation-name',
  'x-apollo-operation-id',
  'x-apollo-operation-type',
  'x-apollo-tracing',
  'apollo-query-plan-experimental',
  'apollo-expose-query-plan',
  'apollo-federation-include-trace',
];

/**
 * Adds the CORS headers (Fetch standard, "CORS protocol"). Origins are compared exactly as they are sent. Credentials are
 * not allowed: scripts send the token in a header, and the browser adds no cookie.
 */
export async function allowOrigins(
  app: FastifyInstance,
  { origins, explorers, explain, keepsPosition = false }: CorsOrigins,
): Promise<void> {
  const common: FastifyCorsOptions = {
    methods: ['POST'],
    exposedHeaders: [...EXPOSED_HEADERS, ...(keepsPosition ? [POSITION_HEADER] : [])],
    maxAge: 600,
    // Any OPTIONS request is answered as a preflight: the plugin would reject others in plain text.
    strictPreflight: false,
  };
  const allowedHeaders = [
    ...ALLOWED_HEADERS,
    ...(explain ? [EXPLAIN_HEADER] : []),
    ...(keepsPosition ? [POSITION_HEADER] : []),
  ];
  const toPages = { ...common, origin: [...origins], allowedHeaders };
  const toExplorers = { ...common, origin: [...explorers], allowedHeaders: [...allowedHeaders, ...EXPLORER_HEADERS] };
  const isExplorer = ({ headers: { origin }, url }: FastifyRequest) =>
    origin !== undefined && explorers.includes(origin) && /^\/graphql(?:\?|$)/.test(url);

  // A page from a public address that requests a loopback address (WICG, "Private Network Access"): not in the plugin.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.headers['access-control-request-private-network'] === 'true' && isExplorer(request))
      void reply.header('access-control-allow-private-network', 'true');
    done();
  });
  await app.register(cors, {
    delegator: (request, done) => done(null, isExplorer(request) ? toExplorers : toPages),
  });
}
