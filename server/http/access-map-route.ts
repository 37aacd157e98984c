import type { FastifyInstance } from 'fastify';
import { ACCESS_MAP_PATH } from '../../runtime/access-document.ts';
import type { Authentication } from '../authentication/authenticate.ts';
import { type AccessDocumentOptions, createAccessDocuments } from './access-document.ts';
import { viewerOfRequest } from './viewer-of-request.ts';

/** Options of the route. */
export interface AccessMapRouteOptions extends AccessDocumentOptions {
  /** Authenticates a request by its Authorization header. */
  authenticate(header: string | undefined): Promise<Authentication>;
  /** Called with the reason for which a token was rejected. */
  onTokenRejected(reason: string, requestId: string): void;
}

/** Adds `GET /access-map.json`: the access map, filtered as introspection is. Do not add it where introspection is off. */
export function routeAccessMap(
  app: FastifyInstance,
  { authenticate, onTokenRejected, ...options }: AccessMapRouteOptions,
) {
  const documentFor = createAccessDocuments(options);
  app.get(ACCESS_MAP_PATH, async ({ headers, id }, reply) => {
    // No cache may store the document of one caller and serve it to another. Errors too: a rejected token is one caller's.
    void reply.headers({ 'cache-control': 'private, no-store', vary: 'Authorization, Origin' });
    const authentication = await authenticate(headers.authorization);
    return documentFor(viewerOfRequest(authentication, (reason) => onTokenRejected(reason, id)));
  });
}
