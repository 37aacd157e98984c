import type { Pool } from 'pg';
import { createRateLimiter, type RateLimit } from './rate-limit.ts';

/** The most wrong guesses in an hour: at the second factor of an account, or in one session. */
const GUESS_LIMIT: RateLimit = { most: 10, window: 3_600_000 };

/** Removes the newest attempt of a key; take_attempts (migrations/1795219201000) holds the same row lock. */
const RETURN_GUESS = {
  name: 'return_guess',
  text: `update rate_limit set hits = trim_array(hits, 1), count = greatest(count - 1, 0)
    where key = $1 and cardinality(hits) > 0`,
};

/** A counted guess at a password or a code. */
export type Guess =
  | {
      readonly admitted: true;
      /** Removes the guess from the count, since it was right. */
      giveBack(): Promise<void>;
    }
  /** Seconds until a guess can be admitted, at least 1. */
  | { readonly admitted: false; readonly retryAfter: number };

/** Counts guesses for all processes together, before they are checked: concurrent ones cannot exceed the limit. */
export interface GuessLimit {
  /** Counts a guess at the second factor of an account. */
  takeForAccount(userId: string): Promise<Guess>;
  /** Counts a guess of a client with a session at a password or a code of its user. */
  takeForSession(sessionId: string): Promise<Guess>;
}

/** Creates the limit on guesses over the accounts database. */
export function createGuessLimit(database: Pick<Pool, 'query'>): GuessLimit {
  const takeAttempt = createRateLimiter(database);
  async function take(key: string): Promise<Guess> {
    const retryAfter = await takeAttempt(key, GUESS_LIMIT);
    if (retryAfter !== null) return { admitted: false, retryAfter };
    const giveBack = async () => void (await database.query({ ...RETURN_GUESS, values: [key] }));
    return { admitted: true, giveBack };
  }
  return {
    takeForAccount: (userId) => take(`guess account ${userId}`),
    takeForSession: (sessionId) => take(`guess session ${sessionId}`),
  };
}
