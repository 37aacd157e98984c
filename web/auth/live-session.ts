import type { GenericEndpointContext } from 'better-auth';
import { APIError, createAuthMiddleware, getSession } from 'better-auth/api';
import type { TokenSubject } from './token-issuer.ts';

/** A request's session and its user. */
export interface LiveSession {
  readonly user: TokenSubject['user'];
  readonly session: TokenSubject['session'] & { readonly token: string };
  /** Whether this request has extended the session: its user was read before that, by another statement. */
  readonly isExtended: boolean;
}

/** Returns the error for a request without a live session. */
export const sessionEndedError = () =>
  new APIError('UNAUTHORIZED', { code: 'UNAUTHORIZED', message: 'The session has ended.' });

/**
 * Reads the request's session from the database; null without a live one. Renews the cookie of a session that was
 * extended, or deletes that of a session that has ended.
 *
 * Better Auth's `sensitiveSessionMiddleware` answers 401 if the database is unavailable, as if the session had ended:
 * the client would sign its user out. This function passes the error on.
 */
export async function readLiveSession(ctx: GenericEndpointContext): Promise<LiveSession | null> {
  ctx.context.session = null;
  const { response, headers } = await getSession()({
    context: ctx.context,
    headers: ctx.headers ?? new Headers(),
    method: 'GET',
    query: { disableCookieCache: true },
    asResponse: false,
    returnHeaders: true,
  });
  const cookies = headers.getSetCookie();
  for (const cookie of cookies) ctx.responseHeaders?.append('set-cookie', cookie);
  // Better Auth sets the cookie of a live session only when it extends it.
  return response && { ...response, isExtended: cookies.length > 0 };
}

/**
 * Reads the request's session from the database into the context.
 * @throws {APIError} 401 without a live session
 */
export const liveSession = createAuthMiddleware(async (ctx): Promise<{ session: LiveSession }> => {
  const session = await readLiveSession(ctx);
  if (!session) throw sessionEndedError();
  return { session };
});
