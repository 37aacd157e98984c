import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authentication } from '../authentication/authenticate.ts';
import type { Deadline } from '../context.ts';
import type { ApolloContext } from './apollo-server.ts';
import { INVALID_REQUEST, INVALID_TOKEN, requestError } from '../errors.ts';
import { HttpError } from './fastify-server.ts';
import { mediaTypeFor } from './media-type.ts';

/** How long an operation may take, in milliseconds, unless said otherwise. */
const OPERATION_TIMEOUT = 10_000;

/** What the GraphQL route is told. */
export interface GraphqlOptions {
  readonly apollo: ApolloServer<ApolloContext>;
  /** Authorization header → who is calling. */
  authenticate(header: string | undefined): Promise<Authentication>;
  /** Hears why a token was refused: the caller gets one answer for every cause. */
  onTokenRejected(reason: string, requestId: string): void;
  /** How long an operation may take, in milliseconds; 10 s unless said otherwise. */
  readonly timeLimit?: number | undefined;
}

/** `POST /graphql`. Apollo's context function reads the Bearer token: a bad one ends the request before it is parsed. */
export function routeGraphql(
  app: FastifyInstance,
  { apollo, authenticate, onTokenRejected, timeLimit = OPERATION_TIMEOUT }: GraphqlOptions,
): void {
  app.route({
    method: 'POST',
    url: '/graphql',
    onRequest: (request, _reply, done) => {
      // Before anything runs: afterwards a mutation would be done, and its answer not wanted in any form that it has.
      done(mediaTypeFor(request.headers.accept) === null ? new HttpError('NOT_ACCEPTABLE') : undefined);
    },
    onSend: (_request, reply, payload, done) => {
      // What one caller was told must not be kept for another, here or on the way.
      void reply.headers({ 'cache-control': 'private, no-store', vary: 'Authorization, Accept, Origin' });
      done(null, payload);
    },
    handler: async (request, reply) => {
      const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
        // No headers: what they ask for is settled here, once, and Apollo would settle it three times again.
        httpGraphQLRequest: { method: 'POST', body: request.body, search: '', headers: new HeaderMap() },
        context: () => contextOf(request, reply),
      });
      for (const [name, value] of headers) void reply.header(name, value);
      void reply.header('content-type', mediaTypeFor(request.headers.accept));
      // Only @defer and @stream have answers of several parts, and our executor knows neither.
      if (body.kind !== 'complete') throw new Error('An answer in parts.');
      return reply.code(status ?? 200).send(body.string);
    },
  });

  async function contextOf(
    { headers, id: requestId, raw }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<ApolloContext> {
    const request = { requestId, deadline: createDeadline(reply, timeLimit), overload: () => app.overload(raw) };
    const authentication = await authenticate(headers.authorization);
    switch (authentication.kind) {
      case 'anonymous':
        return { viewer: null, ...request };
      case 'viewer':
        return { viewer: authentication.viewer, ...request };
      case 'malformed-header':
        throw requestError('BAD_REQUEST', {
          message: 'The Authorization header is not a Bearer token.',
          headers: { 'www-authenticate': INVALID_REQUEST },
        });
      case 'bad-token':
        onTokenRejected(authentication.reason, requestId);
        throw requestError('UNAUTHENTICATED', { headers: { 'www-authenticate': INVALID_TOKEN } });
      case 'unavailable':
        throw requestError('UNAVAILABLE', { headers: { 'retry-after': String(authentication.retryAfter) } });
    }
  }
}

/**
 * For how long this request's answer is waited for. Fastify's own `request.signal` and `handlerTimeout` end with the
 * arrival of the body (Node's 'close' of an IncomingMessage): they would give up every POST at once, or none.
 */
function createDeadline({ raw }: FastifyReply, timeLimit: number): Deadline {
  const clientGone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) clientGone.abort();
  });
  return { clientGone: clientGone.signal, expiresAt: performance.now() + timeLimit };
}
