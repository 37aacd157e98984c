import type { Authentication } from '../authentication/authenticate.ts';
import { INVALID_REQUEST, INVALID_TOKEN } from '../errors.ts';
import type { Viewer } from '../viewer.ts';
import { HttpError } from './fastify-server.ts';

/**
 * Returns the viewer of a request beside GraphQL; null without a token.
 * @param onTokenRejected called with the reason for the log; the client gets one response for all reasons
 * @throws {HttpError} 400, 401 or 503, as `POST /graphql` answers
 */
export function viewerOfRequest(
  authentication: Authentication,
  onTokenRejected: (reason: string) => void,
): Viewer | null {
  switch (authentication.kind) {
    case 'anonymous':
      return null;
    case 'viewer':
      return authentication.viewer;
    case 'malformed-header':
      throw new HttpError('BAD_REQUEST', 'The Authorization header is not a Bearer token.', {
        'www-authenticate': INVALID_REQUEST,
      });
    case 'bad-token':
      onTokenRejected(authentication.reason);
      throw new HttpError('UNAUTHENTICATED', undefined, { 'www-authenticate': INVALID_TOKEN });
    case 'unavailable':
      throw new HttpError('UNAVAILABLE', undefined, { 'retry-after': String(authentication.retryAfter) });
  }
}
