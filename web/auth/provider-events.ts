import type { GenericEndpointContext } from 'better-auth';
import type { Pool } from 'pg';
import { clientOf } from '../../runtime/http/request-client.ts';
import { recordChange } from './security-log.ts';

/** The hooks that record what a redirect from a provider changed besides the sign-in; the gateway records that. */
export const recordProviderEvent = {
  /** Records a sign-up with a provider. */
  signUp: (database: Pick<Pool, 'query'>) => async (user: { id: string }, ctx: GenericEndpointContext | null) => {
    if (ctx?.path !== '/callback/:id') return;
    await recordChange(database, 'SIGN_UP', user.id, clientOf(ctx.headers));
  },
  /** Records that a provider was linked, with the provider's name. */
  linked:
    (database: Pick<Pool, 'query'>) =>
    async (account: { userId: string; providerId: string }, ctx: GenericEndpointContext | null) => {
      if (account.providerId === 'credential') return;
      const detail = account.providerId.slice(0, 100);
      await recordChange(database, 'PROVIDER_LINKED', account.userId, clientOf(ctx?.headers), detail);
    },
};
