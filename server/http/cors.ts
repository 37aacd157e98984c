import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Whose pages may read answers. */
export interface CorsOrigins {
  /** The web app's: on every path. */
  readonly origins: readonly string[];
  /** Explorers', such as Apollo Sandbox: on /graphql alone. */
  readonly explorers: readonly string[];
}

const NEEDED = ['authorization', 'content-type'];

/**
 * What Apollo's explorers send beside that: headers against "simple" requests, the names of client and operation, and
 * what asks a gateway for its query plan. None of them has a meaning here; without them in the list a browser would not
 * send the request. A list, and not the names that a request asks for: those would be whatever a page likes.
 */
const SENT_BY_EXPLORERS = [
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
 * Tells browsers which pages may read answers (Fetch, "CORS protocol"). Origins are compared as they are sent, character
 * by character; the token is sent by hand and never by the browser, so credentials are allowed to none.
 */
export async function allowOrigins(app: FastifyInstance, { origins, explorers }: CorsOrigins): Promise<void> {
  const common: FastifyCorsOptions = {
    methods: ['POST'],
    exposedHeaders: ['x-request-id', 'www-authenticate', 'retry-after'],
    maxAge: 600,
    // An OPTIONS request that is no preflight is answered like one: the refusal would be plain text.
    strictPreflight: false,
  };
  const toPages = { ...common, origin: [...origins], allowedHeaders: NEEDED };
  const toExplorers = { ...common, origin: [...explorers], allowedHeaders: [...NEEDED, ...SENT_BY_EXPLORERS] };
  const isExplorer = ({ headers: { origin }, url }: FastifyRequest) =>
    origin !== undefined && explorers.includes(origin) && /^\/graphql(?:\?|$)/.test(url);

  // A page from the network asks to reach this machine (WICG, "Private Network Access"); the plugin does not know of it.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.headers['access-control-request-private-network'] === 'true' && isExplorer(request))
      void reply.header('access-control-allow-private-network', 'true');
    done();
  });
  await app.register(cors, {
    delegator: (request, done) => done(null, isExplorer(request) ? toExplorers : toPages),
  });
}
