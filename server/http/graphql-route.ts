import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authentication } from '../authentication/authenticate.ts';
import type { Deadline } from '../context.ts';
import type { ApolloContext } from './apollo-server.ts';
import type { Viewer } from '../viewer.ts';
import { INVALID_REQUEST, INVALID_TOKEN, requestError } from '../errors.ts';
import type { DocumentPreparation } from './document-preparation.ts';
import { HttpError } from './fastify-server.ts';
import { mediaTypeFor } from './media-type.ts';
import type { RequestDocument } from './request-document.ts';

/** The default time limit of an operation, in milliseconds. */
const OPERATION_TIMEOUT = 10_000;

/** Options of the GraphQL route. */
export interface GraphqlOptions {
  readonly apollo: ApolloServer<ApolloContext>;
  /** Authenticates a request by its Authorization header. */
  authenticate(header: string | undefined): Promise<Authentication>;
  /**
   * Returns the document of a request's body; null without one.
   * @throws {GraphQLError} if the document may not run
   */
  documentOf(body: unknown): RequestDocument | null;
  readonly documents: Pick<DocumentPreparation, 'prepare'>;
  /**
   * Counts a request of a verified viewer.
   * @throws {GraphQLError} if the viewer has sent too many
   */
  countViewer(viewer: Viewer): void;
  /** Called with the reason for which a token was rejected. The client gets one response for all reasons. */
  onTokenRejected(reason: string, requestId: string): void;
  /** The time limit of an operation, in milliseconds; default 10 s. */
  readonly timeLimit?: number | undefined;
}

/**
 * Adds `POST /graphql`. Apollo's context function authenticates the request: a rejected token ends it before the document
 * is parsed.
 */
export function routeGraphql(
  app: FastifyInstance,
  {
    apollo,
    authenticate,
    documentOf,
    documents,
    countViewer,
    onTokenRejected,
    timeLimit = OPERATION_TIMEOUT,
  }: GraphqlOptions,
): void {
  app.route({
    method: 'POST',
    url: '/graphql',
    onRequest: (request, _reply, done) => {
      // Before execution: otherwise a mutation would be committed and its response rejected.
      done(mediaTypeFor(request.headers.accept) === null ? new HttpError('NOT_ACCEPTABLE') : undefined);
    },
    onSend: (_request, reply, payload, done) => {
      // No cache may store the response of one client and serve it to another.
      void reply.headers({ 'cache-control': 'private, no-store', vary: 'Authorization, Accept, Origin' });
      done(null, payload);
    },
    handler: async (request, reply) => {
      // Without headers: this route negotiates the media type once; Apollo would do it three more times.
      const httpGraphQLRequest: HTTPGraphQLRequest = {
        method: 'POST',
        body: request.body,
        search: '',
        headers: new HeaderMap(),
      };
      let release = () => {};
      const { status, headers, body } = await apollo
        .executeHTTPGraphQLRequest({
          httpGraphQLRequest,
          // Apollo reads the body after the context: a rejected token says nothing about documents.
          context: async () => {
            const context = await contextOf(request, reply);
            const document = documentOf(request.body);
            if (document !== null) {
              httpGraphQLRequest.body = { ...(request.body as object), query: document.text };
              release = await documents.prepare(document, () => app.networkOf(request.raw), context.deadline);
            }
            return context;
          },
        })
        .finally(() => release());
      for (const [name, value] of headers) void reply.header(name, value);
      void reply.header('content-type', mediaTypeFor(request.headers.accept));
      // Only @defer and @stream produce multipart responses, and the executor supports neither.
      if (body.kind !== 'complete') throw new Error('Multipart responses are not supported.');
      return reply.code(status ?? 200).send(body.string);
    },
  });

  async function contextOf(
    { headers, id: requestId, raw }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<ApolloContext> {
    const request = {
      requestId,
      deadline: createDeadline(reply, timeLimit),
      client: app.clientOf(raw),
      overload: () => app.overload(raw),
    };
    const authentication = await authenticate(headers.authorization);
    switch (authentication.kind) {
      case 'anonymous':
        return { viewer: null, ...request };
      case 'viewer':
        countViewer(authentication.viewer);
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
 * Creates the deadline of a request. Fastify's `request.signal` and `handlerTimeout` react to the 'close' event of Node's
 * IncomingMessage, which is emitted when the body has arrived: they would abort every POST at once, or none.
 */
function createDeadline({ raw }: FastifyReply, timeLimit: number): Deadline {
  const clientGone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) clientGone.abort();
  });
  return { clientGone: clientGone.signal, expiresAt: performance.now() + timeLimit };
}
