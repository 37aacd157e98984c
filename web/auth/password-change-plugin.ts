import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { deleteSessionCookie } from 'better-auth/cookies';

/** What the password of a sign-in was compared with, as the request's context has it. */
type Compared = { readonly compared?: { readonly hash?: string } };

/**
 * A new password ends every session of its user (migrations/1795219200700). What Better Auth has to add to that:
 * whoever changes it gets a fresh session, and a sign-in that was under way with the old one gets none. That race can
 * be won by trying again and again: half of the time of a sign-in passes between the comparison and the session.
 */
export function passwordChangePlugin() {
  return {
    id: 'password-change',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/change-password',
          // Whatever the request says: the session in which it was chosen is gone with the others.
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
