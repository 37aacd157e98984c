import type { Pool } from 'pg';

/** A limit on the attempts of one key. */
export interface RateLimit {
  /** The most attempts in a window. */
  readonly most: number;
  /** The length of the window, in milliseconds. */
  readonly window: number;
}

/**
 * Counts one attempt of a key.
 * @returns null if the attempt is admitted, otherwise the seconds until one can be, at least 1
 * @throws the database's error if it cannot count: no attempt is admitted then
 */
export type TakeAttempt = (key: string, limit: RateLimit) => Promise<number | null>;

interface Waiter {
  readonly resolve: (retryAfter: number | null) => void;
  readonly reject: (error: unknown) => void;
}

interface AttemptsRow {
  readonly granted: number;
  readonly retry_after: number | null;
}

const TAKE = { name: 'take_attempts', text: 'select granted, retry_after from take_attempts($1, $2, $3, $4)' };

/**
 * Creates a rate limiter with a sliding window, shared by all processes over one database (migrations/1795219201000).
 *
 * It runs at most one statement for each key at a time; attempts that arrive meanwhile share the next one. So a flood
 * from one address costs one statement at a time, and cannot occupy the connections that other addresses need.
 */
export function createRateLimiter(database: Pick<Pool, 'query'>): TakeAttempt {
  const queues = new Map<string, Waiter[]>();

  async function serve(key: string, { most, window }: RateLimit, queue: Waiter[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0);
      try {
        const { rows } = await database.query<AttemptsRow>({ ...TAKE, values: [key, batch.length, most, window] });
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
