import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { createAuthEndpoint, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { deleteSessionCookie } from 'better-auth/cookies';
import { liveSession, sessionEnded } from './live-session.ts';
import type { IssueToken, TokenSubject } from './token-issuer.ts';

/** The paths whose success is a proof of who the user is, and whose answer therefore carries a token. */
const TOKEN_PATHS = new Set(['/sign-up/email', '/sign-in/email', '/change-password']);

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
  throw sessionEnded();
}

/**
 * Issues access tokens: `accessToken`, `tokenType` and `expiresIn` beside what Better Auth answers to sign-up,
 * sign-in and a change of the password, and at `GET /access-token` for as long as the session lives.
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
          return ctx.json(await issue(await readSubject(ctx, ctx.context.session.session.token)));
        },
      ),
    },
    hooks: {
      after: [
        {
          matcher: ({ path }) => path !== undefined && TOKEN_PATHS.has(path),
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
