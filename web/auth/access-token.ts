import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { APIError, createAuthEndpoint, createAuthMiddleware, getSession, isAPIError } from 'better-auth/api';
import { deleteSessionCookie } from 'better-auth/cookies';
import type { IssueToken, TokenSubject } from './token-issuer.ts';

/** The paths whose success is a proof of who the user is, and whose answer therefore carries a token. */
const PROOFS = new Set(['/sign-up/email', '/sign-in/email', '/change-password']);

const ended = () => new APIError('UNAUTHORIZED', { code: 'UNAUTHORIZED', message: 'The session has ended.' });

/**
 * What a token may say: the session and its user as they are kept now, whatever the request has read before. The user is
 * read no earlier than the session; a change of the user gives the session a new id (migrations/1795219200700). So a
 * token either says what is so, or has an id that is revoked.
 * @throws {APIError} 401 when the session has ended meanwhile
 */
async function readSubject(ctx: GenericEndpointContext, sessionToken: string): Promise<TokenSubject> {
  const subject = await ctx.context.internalAdapter.findSession(sessionToken);
  if (subject) return subject;
  deleteSessionCookie(ctx);
  throw ended();
}

/**
 * Puts the session of this request, read from the database, into the context.
 *
 * Better Auth's own `sensitiveSessionMiddleware` takes a database that is away for a session that has ended, and would
 * answer 401: the client would then forget its user. Here an outage stays an outage.
 */
const liveSession = createAuthMiddleware(async (ctx): Promise<{ session: TokenSubject }> => {
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
  if (!response) throw ended();
  return { session: await readSubject(ctx, response.session.token) };
});

/**
 * Issues access tokens: `accessToken`, `tokenType` and `expiresIn` beside what Better Auth answers to sign-up,
 * sign-in and a change of the password, and at `GET /access-token` for as long as the session lives.
 */
export function accessToken(issue: IssueToken) {
  return {
    id: 'access-token',
    endpoints: {
      issueAccessToken: createAuthEndpoint(
        '/access-token',
        { method: 'GET', requireHeaders: true, use: [liveSession] },
        async (ctx) => {
          ctx.setHeader('Cache-Control', 'no-store');
          return ctx.json(await issue(ctx.context.session));
        },
      ),
    },
    hooks: {
      after: [
        {
          matcher: ({ path }) => path !== undefined && PROOFS.has(path),
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession, returned } = ctx.context;
            if (!newSession || isAPIError(returned) || typeof returned !== 'object') return;
            ctx.setHeader('Cache-Control', 'no-store');
            return ctx.json({
              ...returned,
              ...(await issue(await readSubject(ctx, newSession.session.token))),
            });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
