import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint, createAuthMiddleware } from 'better-auth/api';
import type { Pool } from 'pg';
import { liveSession } from './live-session.ts';
import { devicesOf } from './sessions.ts';

/** A way to sign in, as the export has it: without secrets. */
interface SignInMethod {
  readonly providerId: string;
  readonly createdAt: Date;
}

/** A passkey, as the export has it. */
interface ExportedPasskey {
  readonly name: string | null;
  readonly createdAt: Date | null;
}

/**
 * Returns the function that deletes a user with everything that refers to it, in one statement: tables of accounts and
 * tasks cascade, triggers revoke the tokens. Better Auth alone sends a statement for each table, and a failure between
 * two of them would leave an account that can neither be used nor deleted.
 */
export function deleteAccount(database: Pick<Pool, 'query'>) {
  return async ({ id }: { readonly id: string }): Promise<void> => {
    await database.query('delete from "user" where id = $1', [id]);
  };
}

/**
 * Serves the account's part of the export of data, and adds rules to Better Auth's endpoints: `/update-user` changes the
 * name alone, `/delete-user` takes no token.
 */
export function accountDataPlugin() {
  return {
    id: 'account-data',
    endpoints: {
      exportAccount: createAuthEndpoint(
        '/export-account',
        { method: 'POST', requireHeaders: true, use: [liveSession] },
        async (ctx) => {
          const { adapter } = ctx.context;
          const { id } = ctx.context.session.user;
          const user = await ctx.context.internalAdapter.findUserById(id);
          const signInMethods = await adapter.findMany<SignInMethod>({
            model: 'account',
            where: [{ field: 'userId', value: id }],
          });
          const passkeys = await adapter.findMany<ExportedPasskey>({
            model: 'passkey',
            where: [{ field: 'userId', value: id }],
          });
          return ctx.json({
            user: user && {
              id,
              name: user.name,
              email: user.email,
              emailVerified: user.emailVerified,
              role: ctx.context.session.user.role,
              createdAt: user.createdAt,
              updatedAt: user.updatedAt,
            },
            signInMethods: signInMethods.map(({ providerId, createdAt }) => ({ providerId, createdAt })),
            passkeys: passkeys.map(({ name, createdAt }) => ({ name, createdAt })),
            sessions: await devicesOf(adapter, id),
          });
        },
      ),
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/update-user',
          handler: createAuthMiddleware(async ({ body }) => {
            if (typeof body?.name !== 'string' || Object.keys(body).length !== 1)
              throw new APIError('BAD_REQUEST', {
                code: 'VALIDATION_ERROR',
                message: 'Send the property `name`, and no other: nothing else of an account can be changed here.',
              });
          }),
        },
        {
          matcher: ({ path }) => path === '/delete-user',
          // The recent authentication that endpoints.ts demands replaces password and token. Better Auth takes the token
          // of a mail, which Fieldgate never sends. The properties are merged into the body.
          handler: createAuthMiddleware(async () => ({ context: { body: { token: '' } } })),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
