import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { AUTH_ENDPOINTS, type AuthEndpoint } from './endpoints.ts';
import type { Guess, GuessLimit } from './guess-limit.ts';
import { readLiveSession } from './live-session.ts';
import { pendingUserId } from './pending-sign-in.ts';

/** The counted guess, in the request's context. */
type Counted = { readonly guess?: Extract<Guess, { admitted: true }> };

/** The code and the message of a refused guess: the same for known and unknown accounts. */
export const TOO_MANY_GUESSES = {
  code: 'TOO_MANY_GUESSES',
  message:
    'Too many wrong attempts for this account. Please try again later, or from a browser that you have used before.',
} as const;

/**
 * Counts the guesses of `guess: 'session'` endpoints: at the password or a code of the session's user or, without a
 * session, of the user whose sign-in waits for the second factor.
 * @param endpoints for tests
 */
export function guessLimitPlugin(
  limit: GuessLimit,
  endpoints: ReadonlyMap<string, Pick<AuthEndpoint, 'guess'>> = AUTH_ENDPOINTS,
) {
  const matcher = ({ path }: { readonly path?: string | undefined }) => endpoints.get(path ?? '')?.guess === 'session';
  return {
    id: 'guess-limit',
    hooks: {
      before: [
        {
          matcher,
          handler: createAuthMiddleware(async (ctx) => {
            const live = await readLiveSession(ctx);
            const guess = live ? await limit.takeForSession(live.session.id) : await takeForPendingSignIn(ctx, limit);
            // Without an account there is nothing to guess at: the endpoint answers 401.
            if (guess === null) return;
            if (!guess.admitted)
              throw new APIError('TOO_MANY_REQUESTS', TOO_MANY_GUESSES, { 'Retry-After': String(guess.retryAfter) });
            return { context: { context: { ...ctx.context, guess } } };
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

/** Counts a guess at the second factor, after the right password (Better Auth's plugin `two-factor`). */
async function takeForPendingSignIn(ctx: GenericEndpointContext, limit: GuessLimit): Promise<Guess | null> {
  const userId = await pendingUserId(ctx);
  const user = userId === null ? null : await ctx.context.internalAdapter.findUserById(userId);
  return user ? limit.takeForAccount(ctx.headers ?? new Headers(), user.email) : null;
}
