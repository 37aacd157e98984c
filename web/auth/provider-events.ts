import type { GenericEndpointContext } from 'better-auth';
import type { Pool } from 'pg';
import { clientOf } from '../../runtime/http/request-client.ts';
import { insertEvent } from './security-log.ts';

/** The hooks that record what a redirect from a provider changed besides the sign-in; the gateway records that. */
export const recordProviderEvent = {
  /** Records a sign-up with a provider. */
  signUp: (database: Pick<Pool, 'query'>) => async (user: { id: string }, ctx: GenericEndpointContext | null) => {
    if (ctx?.path !== '/callback/:id') return;
    const client = clientOf(ctx.headers);
    await insertEvent(database, {
      kind: 'SIGN_UP',
      outcome: 'SUCCEEDED',
      userId: user.id,
      email: null,
      detail: null,
      ...client,
    });
  },
  /** Records that a provider was linked, with the provider's name. */
  linked:
    (database: Pick<Pool, 'query'>) =>
    async (account: { userId: string; providerId: string }, ctx: GenericEndpointContext | null) => {
      if (account.providerId === 'credential') return;
      await insertEvent(database, {
        kind: 'PROVIDER_LINKED',
        outcome: 'SUCCEEDED',
        userId: account.userId,
        email: null,
        detail: account.providerId.slice(0, 100),
        ...clientOf(ctx?.headers),
      });
    },
};
