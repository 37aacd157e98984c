import type { BetterAuthPlugin } from 'better-auth';
import { createAuthMiddleware } from 'better-auth/api';

/**
 * A new password ends every session of its user (migrations/1795219200700), the one included in which it was chosen:
 * Better Auth is told to make a fresh one, whatever the request says, or who changes a password would be signed out.
 */
export function freshSession() {
  return {
    id: 'fresh-session',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/change-password',
          handler: createAuthMiddleware(async ({ body }) => ({
            context: { body: { ...body, revokeOtherSessions: true } },
          })),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
