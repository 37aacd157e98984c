import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { deleteSessionCookie } from 'better-auth/cookies';

/** The hash that the password of a sign-in was compared with, in the request's context. */
export type Compared = { readonly compared?: { readonly hash?: string } };

/**
 * Completes what the database does when a password changes (it ends every session of the user,
 * migrations/1795219200700): the request that changed it gets a new session, and a concurrent sign-in with the old
 * password gets none. An attacker who retries can win that race: half of the time of a sign-in passes between the
 * password check and the new session.
 */
export function passwordChangePlugin() {
  return {
    id: 'password-change',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/change-password',
          // Regardless of the request: the database ends its session too.
          handler: createAuthMiddleware(async ({ body }) => ({
            context: { body: { ...body, revokeOtherSessions: true } },
          })),
        },
        {
          matcher: ({ path }) => path === '/sign-in/email',
          handler: createAuthMiddleware(async (ctx) => {
            const { password } = ctx.context;
            const compared: { hash?: string } = {};
            const verify: typeof password.verify = (attempt) => {
              compared.hash = attempt.hash;
              return password.verify(attempt);
            };
            return { context: { context: { ...ctx.context, compared, password: { ...password, verify } } } };
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => path === '/sign-in/email',
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession, returned, internalAdapter, compared } = ctx.context as typeof ctx.context & Compared;
            if (!newSession || isAPIError(returned)) return;
            const account = await internalAdapter.findCredentialAccount(newSession.user.id);
            if (account?.password && account.password === compared?.hash) return;
            await internalAdapter.deleteSession(newSession.session.token);
            deleteSessionCookie(ctx);
            throw new APIError('UNAUTHORIZED', {
              code: 'INVALID_EMAIL_OR_PASSWORD',
              message: 'Invalid email or password',
            });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
