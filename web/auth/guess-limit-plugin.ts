import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { AUTH_ENDPOINTS } from './endpoints.ts';
import type { Guess, GuessLimit } from './guess-limit.ts';
import { readLiveSession } from './live-session.ts';
import { pendingUserId } from './pending-sign-in.ts';

/** The counted guess, in the request's context. */
type Counted = { readonly guess?: Extract<Guess, { admitted: true }> };

/**
 * Counts the guesses of `guess: 'session'` endpoints: at the password or a code of the session's user or, without a
 * session, of the user whose sign-in waits for the second factor. Put it before the plugins that check them.
 */
export function guessLimitPlugin(limit: GuessLimit) {
  const matcher = ({ path }: { readonly path?: string | undefined }) =>
    AUTH_ENDPOINTS.get(path ?? '')?.guess === 'session';
  return {
    id: 'guess-limit',
    hooks: {
      before: [
        {
          matcher,
          handler: createAuthMiddleware(async (ctx) => {
            const live = await readLiveSession(ctx);
            const userId = live === null ? await pendingUserId(ctx) : live.user.id;
            // Without an account there is nothing to guess at: the endpoint answers 401.
            if (userId === null) return;
            const guess = await (live ? limit.takeForSession(live.session.id) : limit.takeForAccount(userId));
            if (guess.admitted) return { context: { context: { ...ctx.context, guess } } };
            throw new APIError(
              'TOO_MANY_REQUESTS',
              {
                code: 'TOO_MANY_GUESSES',
                message: 'Too many wrong attempts for this account. Please try again later.',
              },
              { 'Retry-After': String(guess.retryAfter) },
            );
          }),
        },
      ],
      after: [
        {
          matcher,
          handler: createAuthMiddleware(async (ctx) => {
            const { guess, returned } = ctx.context as typeof ctx.context & Counted;
            if (!isAPIError(returned)) await guess?.giveBack();
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
