import type { FastifyRequest } from 'fastify';
import type { Authentication } from '../authentication/authenticate.ts';
import { INVALID_REQUEST, INVALID_TOKEN, type PublicCode } from '../errors.ts';
import type { TraceSpan } from '../../runtime/tracing/tracing.ts';
import type { Viewer } from '../viewer.ts';
import { HttpError } from './fastify-server.ts';

/** Why a request is not served, as the client may know it. */
export interface RequestRefusal {
  readonly code: PublicCode;
  /** Default: the message of the code. */
  readonly message?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The viewer of a request, null without a token; or why it is not served. */
export type AuthenticatedRequest = { readonly viewer: Viewer | null } | { readonly refusal: RequestRefusal };

/** Options of `createRequestAuthentication`. */
export interface RequestAuthenticationOptions {
  /** Authenticates a request by its Authorization header. */
  authenticate(header: string | undefined): Promise<Authentication>;
  /** Counts a request of a verified viewer; returns why it is not served, null if it is. */
  countViewer(viewer: Viewer): RequestRefusal | null | Promise<RequestRefusal | null>;
  /** Called with the reason for which a token was rejected. The client gets one response for all reasons. */
  onTokenRejected(reason: string, requestId: string): void;
}

/** Returns the function that authenticates the requests of every route: each rejects a token in the same way. */
export function createRequestAuthentication({
  authenticate,
  countViewer,
  onTokenRejected,
}: RequestAuthenticationOptions) {
  return (request: FastifyRequest): Promise<AuthenticatedRequest> =>
    request.trace === undefined ? authenticateOnce(request) : authenticateTraced(request, request.trace);

  async function authenticateTraced(request: FastifyRequest, trace: TraceSpan): Promise<AuthenticatedRequest> {
    const span = trace.child('authenticate');
    const authenticated = await authenticateOnce(request);
    span.set({
      'fieldgate.authentication': 'refusal' in authenticated ? authenticated.refusal.code : audienceOf(authenticated),
    });
    span.end();
    return authenticated;
  }

  async function authenticateOnce({ headers, id }: FastifyRequest): Promise<AuthenticatedRequest> {
    const authentication = await authenticate(headers.authorization);
    switch (authentication.kind) {
      case 'anonymous':
        return { viewer: null };
      case 'viewer': {
        const refusal = await countViewer(authentication.viewer);
        return refusal ? { refusal } : { viewer: authentication.viewer };
      }
      case 'malformed-header':
        return {
          refusal: {
            code: 'BAD_REQUEST',
            message: 'The Authorization header is not a Bearer token.',
            headers: { 'www-authenticate': INVALID_REQUEST },
          },
        };
      case 'bad-token':
        onTokenRejected(authentication.reason, id);
        return { refusal: { code: 'UNAUTHENTICATED', headers: { 'www-authenticate': INVALID_TOKEN } } };
      case 'unavailable':
        return { refusal: { code: 'UNAVAILABLE', headers: { 'retry-after': String(authentication.retryAfter) } } };
    }
  }
}

function audienceOf({ viewer }: { readonly viewer: Viewer | null }): string {
  return viewer === null ? 'anonymous' : 'viewer';
}

/**
 * Returns the viewer of a request, null without a token: for routes whose errors are those of HTTP.
 * @throws {HttpError} if the request is not served
 */
export async function viewerOf(
  request: FastifyRequest,
  authenticateRequest: AuthenticateRequest,
): Promise<Viewer | null> {
  const authenticated = await authenticateRequest(request);
  if ('viewer' in authenticated) return authenticated.viewer;
  const { code, message, headers } = authenticated.refusal;
  throw new HttpError(code, message, headers);
}

/** The authentication of requests, as routes call it. */
export type AuthenticateRequest = ReturnType<typeof createRequestAuthentication>;
