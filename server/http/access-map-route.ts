import type { FastifyInstance } from 'fastify';
import { ACCESS_MAP_PATH } from '../../runtime/access-document.ts';
import { type AccessDocumentOptions, createAccessDocuments } from './access-document.ts';
import { type AuthenticateRequest, viewerOf } from './authenticate-request.ts';

/** Options of the route. */
export interface AccessMapRouteOptions extends AccessDocumentOptions {
  readonly authenticateRequest: AuthenticateRequest;
}

/** Adds `GET /access-map.json`: the access map, filtered as introspection is. Do not add it where introspection is off. */
export function routeAccessMap(app: FastifyInstance, { authenticateRequest, ...options }: AccessMapRouteOptions): void {
  const documentFor = createAccessDocuments(options);
  app.get(ACCESS_MAP_PATH, async (request, reply) => {
    // No cache may store the document of one caller and serve it to another. Errors too: a rejected token is one caller's.
    void reply.headers({ 'cache-control': 'private, no-store', vary: 'Authorization, Origin' });
    return documentFor(await viewerOf(request, authenticateRequest));
  });
}
