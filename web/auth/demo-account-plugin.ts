import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { DEMO_ACCOUNT, isDemoOpen } from '../../runtime/demo-account.ts';
import type { ExposureSettings } from '../../runtime/settings.ts';

const isDemo = (email: unknown): boolean => typeof email === 'string' && email.toLowerCase() === DEMO_ACCOUNT.email;

/** A user row, or a session row with its user. */
interface FoundRow {
  readonly email?: unknown;
  readonly user?: { readonly email?: unknown } | null;
}

/** Verifies the address of the demo account when it is created: no mail reaches it. */
const verifyDemoAddress = {
  user: { create: { before: async ({ email }: FoundRow) => ({ data: isDemo(email) ? { emailVerified: true } : {} }) } },
};

/**
 * Disables the demo account if other machines can reach a process: its password is published, and it may exist in a database that was
 * used on loopback before. Better Auth then finds neither the account nor its sessions: a sign-in does the same work and
 * gets the same bytes as one with an unknown address, and old session cookies are invalid for every endpoint and page.
 * Its address cannot be used to sign up either.
 */
export function demoAccount(settings: ExposureSettings) {
  const id = 'demo-account';
  if (isDemoOpen(settings))
    return { id, init: () => ({ options: { databaseHooks: verifyDemoAddress } }) } satisfies BetterAuthPlugin;
  return {
    id,
    init({ adapter }) {
      const findOne: typeof adapter.findOne = async <T>(query: Parameters<typeof adapter.findOne>[0]) => {
        const found = await adapter.findOne<T & FoundRow>(query);
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
