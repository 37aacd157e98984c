import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import type { Pool } from 'pg';
import { z } from 'zod';
import { clientOf } from '../../runtime/http/request-client.ts';
import { liveSession } from './live-session.ts';
import { recordChange } from './security-log.ts';

/**
 * Unlinks a provider ($2) from an account ($1), unless the account has then neither a password nor another provider that
 * is configured ($3). Passkeys do not count: a user may lose the device, or remove the passkey.
 *
 * It locks all rows of the account, in one order: of two requests at once for two providers, the second one finds that
 * the other provider is gone. Better Auth's /unlink-account reads and deletes without a lock, and could delete both.
 */
const UNLINK = {
  name: 'unlink_provider',
  text: `
    with ways as (select id, provider_id, password from account where user_id = $1::uuid order by id for update),
    unlinked as (
      delete from account where id in (select id from ways where provider_id = $2)
        and exists (
          select from ways where case when provider_id = 'credential' then password is not null
            else provider_id <> $2 and provider_id = any($3::text[]) end)
      returning id)
    select exists (select from ways where provider_id = $2) as "wasLinked",
      exists (select from unlinked) as "unlinked"`,
};

interface Result {
  readonly wasLinked: boolean;
  readonly unlinked: boolean;
}

/**
 * Lets users unlink a provider from their account, never the last way to sign in.
 * @param providers the ids of the providers that are configured
 */
export function unlinkProviderPlugin(database: Pick<Pool, 'query'>, providers: readonly string[]) {
  return {
    id: 'unlink-provider',
    endpoints: {
      unlinkProvider: createAuthEndpoint(
        '/unlink-social',
        {
          method: 'POST',
          requireHeaders: true,
          use: [liveSession],
          body: z.object({ provider: z.string().regex(/^[a-z0-9-]{1,100}$/) }),
        },
        async (ctx) => {
          const { user } = ctx.context.session;
          const { provider } = ctx.body;
          // The password is a row of the same table.
          if (provider === 'credential') throw notLinked();
          const { rows } = await database.query<Result>({ ...UNLINK, values: [user.id, provider, providers] });
          const { wasLinked = false, unlinked = false } = rows[0] ?? {};
          if (!wasLinked) throw notLinked();
          if (!unlinked)
            throw new APIError('BAD_REQUEST', {
              code: 'LAST_WAY_TO_SIGN_IN',
              message:
                'This is the only way to sign in to your account. Set a password first, or link another provider.',
            });
          await recordChange(database, 'PROVIDER_UNLINKED', user.id, clientOf(ctx.headers), provider);
          return ctx.json({ status: true });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}

const notLinked = () =>
  new APIError('BAD_REQUEST', {
    code: 'PROVIDER_NOT_LINKED',
    message: 'This provider is not linked to your account. Reload the page.',
  });
