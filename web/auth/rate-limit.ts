import type { Pool } from 'pg';

/** How many attempts of one key are admitted in any window of a length. */
export interface RateLimit {
  /** The most attempts in a window. */
  readonly most: number;
  /** The length of the window, in milliseconds. */
  readonly window: number;
}

/**
 * Takes one attempt of a key.
 * @returns null when the attempt is admitted, otherwise the seconds until one can be, at least 1
 * @throws what the database says when it cannot count: an outage admits nobody
 */
export type TakeAttempt = (key: string, limit: RateLimit) => Promise<number | null>;

interface Waiting {
  readonly resolve: (retryAfter: number | null) => void;
  readonly reject: (error: unknown) => void;
}

interface Answer {
  readonly granted: number;
  readonly retry_after: number | null;
}

const TAKE = { name: 'take_attempts', text: 'select granted, retry_after from take_attempts($1, $2, $3, $4)' };

/**
 * Makes a rate limiter with a sliding window, shared by all processes over one database
 * (migrations/1795219201000).
 *
 * The limiter has at most one statement under way for each key: attempts that arrive meanwhile share the next one. So a
 * flood from one address costs a statement at a time, however many requests it has, and cannot take the connections that
 * the attempts of other addresses need.
 */
export function createRateLimiter(database: Pick<Pool, 'query'>): TakeAttempt {
  const queues = new Map<string, Waiting[]>();

  async function serve(key: string, { most, window }: RateLimit, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0);
      try {
        const { rows } = await database.query<Answer>({ ...TAKE, values: [key, batch.length, most, window] });
        const { granted = 0, retry_after } = rows[0] ?? {};
        const seconds = Math.max(1, Math.ceil((retry_after ?? window) / 1_000));
        for (const [index, { resolve }] of batch.entries()) resolve(index < granted ? null : seconds);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queues.delete(key);
  }

  return (key, limit) =>
    new Promise((resolve, reject) => {
      const queue = queues.get(key);
      if (queue) return void queue.push({ resolve, reject });
      const first = [{ resolve, reject }];
      queues.set(key, first);
      void serve(key, limit, first);
    });
}
