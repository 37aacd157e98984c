import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError } from 'graphql';
import { POSITION_HEADER } from '../../runtime/position-header.ts';
import type { Deadline, PositionExchange } from '../context.ts';
import { requestError } from '../errors.ts';
import type { AuthenticateRequest } from './authenticate-request.ts';
import type { DocumentPreparation } from './document-preparation.ts';
import { asksForExplanation } from './explain-extension.ts';
import { HttpError } from './fastify-server.ts';
import { GRAPHQL_RESPONSE, mediaTypeFor } from './media-type.ts';
import type { RequestDocument } from './request-document.ts';
import type { ApolloContext } from './run-operation.ts';
import type { createShortPath, GraphqlResponse } from './short-path.ts';

/** The default time limit of an operation, in milliseconds. */
const OPERATION_TIMEOUT = 10_000;

/** Options of the GraphQL route. */
export interface GraphqlOptions {
  readonly apollo: ApolloServer<ApolloContext>;
  /** Answers requests without Apollo's pipeline. Default: Apollo answers each */
  readonly answerShortly?: ReturnType<typeof createShortPath> | undefined;
  readonly authenticateRequest: AuthenticateRequest;
  /**
   * Returns the document of a request's body; null without one.
   * @throws {GraphQLError} if the document may not run
   */
  documentOf(body: unknown): RequestDocument | null;
  readonly documents: Pick<DocumentPreparation, 'prepare'>;
  /** Whether clients keep a position, because queries may run on read replicas. */
  readonly keepsPosition: boolean;
  /** The time limit of an operation, in milliseconds; default 10 s. */
  readonly timeLimit?: number | undefined;
}

/** A request whose token is verified and whose document is parsed. */
interface OpenedRequest {
  readonly context: ApolloContext;
  /** Null for a body without a document, as `document`. */
  readonly text: string | null;
  readonly document: DocumentNode | null;
  /** Call it when the request has been answered. */
  release(): void;
}

/**
 * Adds `POST /graphql`. Apollo's context function authenticates the request: a rejected token ends it before the document
 * is parsed.
 */
export function routeGraphql(
  app: FastifyInstance,
  {
    apollo,
    answerShortly,
    authenticateRequest,
    documentOf,
    documents,
    keepsPosition,
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
      const { status, headers, body } = await respond(request, reply);
      // Ends with the request.
      request.trace?.child('respond');
      for (const [name, value] of headers) void reply.header(name, value);
      const mediaType = mediaTypeFor(request.headers.accept);
      void reply.header('content-type', mediaType);
      // Apollo rejects a persisted query with status 200, which clients of the older media type expect. In this one, a
      // response without `data` has status 4xx or 5xx (GraphQL over HTTP, §"Status Codes").
      const isRejected = status === 200 && mediaType === GRAPHQL_RESPONSE && isPersistedQuery(request.body);
      return reply.code(isRejected ? 400 : (status ?? 200)).send(body);
    },
  });

  /** Answers by the short path, or by Apollo if the request cannot be served, or has what only Apollo knows. */
  async function respond(request: FastifyRequest, reply: FastifyReply): Promise<GraphqlResponse> {
    const opening = open(request, reply);
    const opened = await opening.catch((error: unknown) => {
      // A bug, or a database that refuses a statement of ours; Apollo answers 500 without a line in the log.
      if (!(error instanceof GraphQLError)) request.log.error({ err: error }, 'request failed');
      return null;
    });
    try {
      const response =
        opened?.document && answerShortly ? await answerShortly(opened.document, request.body, opened.context) : null;
      return response ?? (await respondByApollo(request, opening));
    } finally {
      opened?.release();
    }
  }

  async function respondByApollo({ body }: FastifyRequest, opening: Promise<OpenedRequest>): Promise<GraphqlResponse> {
    // Without headers: this route negotiates the media type once; Apollo would do it three more times.
    const httpGraphQLRequest: HTTPGraphQLRequest = { method: 'POST', body, search: '', headers: new HeaderMap() };
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest,
      context: async () => {
        const { context, text } = await opening;
        if (text !== null) httpGraphQLRequest.body = { ...(body as object), query: text };
        return context;
      },
    });
    // Only @defer and @stream produce multipart responses, and the executor supports neither.
    if (response.body.kind !== 'complete') throw new Error('Multipart responses are not supported.');
    return { status: response.status, headers: response.headers, body: response.body.string };
  }

  /**
   * Authenticates a request and prepares its document, in this order: a rejected token says nothing about documents.
   * @throws {GraphQLError} if the request is not served
   */
  async function open(request: FastifyRequest, reply: FastifyReply): Promise<OpenedRequest> {
    const context = await contextOf(request, reply);
    const span = request.trace?.child('document');
    const named = documentOf(request.body);
    const prepared = named && (await documents.prepare(named, () => app.networkOf(request.raw), context.deadline));
    span?.end();
    return {
      context,
      text: named?.text ?? null,
      document: prepared?.document ?? null,
      release: prepared?.release ?? (() => {}),
    };
  }

  async function contextOf(request: FastifyRequest, reply: FastifyReply): Promise<ApolloContext> {
    // Before the token is verified: the deadline counts from the arrival of the request.
    const deadline = createDeadline(reply, timeLimit);
    const authenticated = await authenticateRequest(request);
    if ('refusal' in authenticated) throw requestError(authenticated.refusal.code, authenticated.refusal);
    const { id: requestId, raw } = request;
    return {
      viewer: authenticated.viewer,
      requestId,
      deadline,
      client: app.clientOf(raw),
      explains: asksForExplanation(request.headers),
      overload: () => app.overload(raw),
      ...(keepsPosition && { position: positionOf(request, reply) }),
      trace: request.trace,
    };
  }
}

/** Returns the position that the client sent, and the function that sends it a new one. */
function positionOf({ headers }: FastifyRequest, reply: FastifyReply): PositionExchange {
  const received = headers[POSITION_HEADER];
  return {
    received: received === undefined ? undefined : String(received),
    send: (sealed) => void reply.header(POSITION_HEADER, sealed),
  };
}

/**
 * Whether a client sends the hash of a document: Apollo's automatic persisted queries, which this server does not have.
 * Apollo executes a request with null, false or another falsy value in its place.
 */
function isPersistedQuery(body: unknown): boolean {
  const { extensions } = (body ?? {}) as { readonly extensions?: { readonly persistedQuery?: unknown } | null };
  return Boolean(extensions?.persistedQuery);
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
