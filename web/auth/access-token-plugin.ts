import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { createAuthEndpoint, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { deleteSessionCookie } from 'better-auth/cookies';
import { AUTH_ENDPOINTS } from './endpoints.ts';
import { type LiveSession, liveSession, sessionEndedError } from './live-session.ts';
import type { IssueToken, TokenSubject } from './token-issuer.ts';

/**
 * Reads the session and its user from the database, whatever the request has read before. The user is read no earlier
 * than the session, and a change of the user gives the session a new id (migrations/1795219200700): so a token is either
 * up to date, or carries a revoked session id.
 * @throws {APIError} 401 if the session has ended meanwhile
 */
export async function readSubject(ctx: GenericEndpointContext, sessionToken: string): Promise<TokenSubject> {
  const subject = await ctx.context.internalAdapter.findSession(sessionToken);
  if (subject) return subject;
  deleteSessionCookie(ctx);
  throw sessionEndedError();
}

/**
 * Issues access tokens: adds `accessToken`, `tokenType` and `expiresIn` to Better Auth's responses to sign-up, sign-in
 * and password changes, and serves `GET /access-token` as long as the session lives.
 */
export function accessTokenPlugin(issue: IssueToken) {
  return {
    id: 'access-token',
    endpoints: {
      issueAccessToken: createAuthEndpoint(
        '/access-token',
        { method: 'GET', requireHeaders: true, use: [liveSession] },
        async (ctx) => {
          ctx.setHeader('Cache-Control', 'no-store');
          const live: LiveSession = ctx.context.session;
          // Session and user of one statement are what `readSubject` would read again.
          return ctx.json(await issue(live.isExtended ? await readSubject(ctx, live.session.token) : live));
        },
      ),
    },
    hooks: {
      after: [
        {
          matcher: ({ path }) => AUTH_ENDPOINTS.get(path ?? '')?.issuesToken === true,
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
