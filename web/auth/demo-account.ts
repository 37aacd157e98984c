import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { DEMO_ACCOUNT, isDemoOpen, type PublicOrigins } from '../../runtime/demo-account.ts';

const isDemo = (email: unknown): boolean => typeof email === 'string' && email.toLowerCase() === DEMO_ACCOUNT.email;

/** A row of an account, or of a session with its account. */
interface Found {
  readonly email?: unknown;
  readonly user?: { readonly email?: unknown } | null;
}

/**
 * Closes the demo account where an origin is public. It may exist there, in a database that was used on loopback before.
 * Better Auth then finds neither the account nor any session of it: a sign-in is answered as for an address
 * without an account, with the same work and the same bytes, and an old session cookie is good for nothing, whatever
 * endpoint or page it is sent to. Nobody can sign up under its address either.
 */
export function demoAccount(origins: PublicOrigins) {
  const id = 'demo-account';
  if (isDemoOpen(origins)) return { id } satisfies BetterAuthPlugin;
  return {
    id,
    init({ adapter }) {
      const findOne: typeof adapter.findOne = async <T>(query: Parameters<typeof adapter.findOne>[0]) => {
        const found = await adapter.findOne<T & Found>(query);
        return isDemo(found?.email) || isDemo(found?.user?.email) ? null : found;
      };
      return { context: { adapter: { ...adapter, findOne } } };
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/sign-up/email',
          handler: createAuthMiddleware(async ({ body }) => {
            if (isDemo(body?.email))
              throw new APIError('UNPROCESSABLE_ENTITY', {
                code: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
                message: 'User already exists. Use another email.',
              });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
