import { APIError, createAuthMiddleware, getSession } from 'better-auth/api';
import type { TokenSubject } from './token-issuer.ts';

/** The session of a request, and its user. */
export interface LiveSession {
  readonly user: TokenSubject['user'];
  readonly session: TokenSubject['session'] & { readonly token: string };
}

/** The refusal of a request whose session has ended, or that has none. */
export const sessionEnded = () =>
  new APIError('UNAUTHORIZED', { code: 'UNAUTHORIZED', message: 'The session has ended.' });

/**
 * Puts the session of this request, read from the database, into the context.
 *
 * Better Auth's own `sensitiveSessionMiddleware` takes a database that is away for a session that has ended, and would
 * answer 401: the client would then forget its user. Here an outage stays an outage.
 * @throws {APIError} 401 without a live session
 */
export const liveSession = createAuthMiddleware(async (ctx): Promise<{ session: LiveSession }> => {
  ctx.context.session = null;
  const { response, headers } = await getSession()({
    context: ctx.context,
    headers: ctx.headers ?? new Headers(),
    method: 'GET',
    query: { disableCookieCache: true },
    asResponse: false,
    returnHeaders: true,
  });
  // The cookie of a session that was just prolonged, or the order to forget one that has ended.
  for (const cookie of headers.getSetCookie()) ctx.responseHeaders.append('set-cookie', cookie);
  if (!response) throw sessionEnded();
  return { session: response };
});
