import type { Pool } from 'pg';
import { KeyedSemaphore } from '../../runtime/keyed-semaphore.ts';

/** A limit on the attempts of one key. */
export interface RateLimit {
  /** The most attempts in a window. */
  readonly most: number;
  /** The length of the window, in milliseconds. */
  readonly window: number;
}

/** The result of counting one attempt. */
export type Attempt =
  /** `admittedAt` identifies the attempt in `giveBack`: milliseconds since the epoch, by PostgreSQL's clock. */
  | { readonly admitted: true; readonly admittedAt: number }
  /** `retryAfter` is the seconds until an attempt can be admitted, at least 1. */
  | { readonly admitted: false; readonly retryAfter: number };

/** Counts attempts in a sliding window, for all processes over one database together. */
export interface AttemptCounter {
  /**
   * Counts one attempt of a key.
   * @throws the database's error if it cannot count: no attempt is admitted then
   */
  take(key: string, limit: RateLimit): Promise<Attempt>;
  /** Removes an admitted attempt from the count, or does nothing if it has left the window. */
  giveBack(key: string, admittedAt: number): Promise<void>;
}

/**
 * Counts one attempt of a key.
 * @returns null if the attempt is admitted, otherwise the seconds until one can be, at least 1
 * @throws the database's error if it cannot count: no attempt is admitted then
 */
export type TakeAttempt = (key: string, limit: RateLimit) => Promise<number | null>;

interface Waiter {
  readonly resolve: (attempt: Attempt) => void;
  readonly reject: (error: unknown) => void;
}

interface AttemptsRow {
  readonly granted: number;
  readonly retry_after: number | null;
  readonly admitted_at: number | null;
}

const TAKE = {
  name: 'take_attempts',
  text: 'select granted, retry_after, admitted_at from take_attempts($1, $2, $3, $4)',
};
/**
 * The most counting statements at a time, of the pool's twenty connections: a flood of many keys leaves connections to
 * others. Further statements wait here; a wait for a connection would end in 503 after five seconds.
 */
const MAX_STATEMENTS = 8;

const RETURN = { name: 'return_attempt', text: 'select return_attempt($1, $2)' };

/**
 * Creates a counter over a database (migrations/1795220001001).
 *
 * It runs at most one counting statement for each key at a time; attempts that arrive meanwhile share the next one. So a
 * flood of one key costs one statement at a time, and cannot occupy the connections that others need.
 */
export function createAttemptCounter(database: Pick<Pool, 'query'>): AttemptCounter {
  const queues = new Map<string, Waiter[]>();
  const statements = new KeyedSemaphore({ limit: MAX_STATEMENTS });

  async function serve(key: string, { most, window }: RateLimit, queue: Waiter[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0);
      try {
        const values = [key, batch.length, most, window];
        const { rows } = await statements.run(key, () => database.query<AttemptsRow>({ ...TAKE, values }));
        const { granted = 0, retry_after, admitted_at } = rows[0] ?? {};
        const refused = {
          admitted: false,
          retryAfter: Math.max(1, Math.ceil((retry_after ?? window) / 1_000)),
        } as const;
        const admitted = { admitted: true, admittedAt: admitted_at ?? 0 } as const;
        for (const [index, { resolve }] of batch.entries()) resolve(index < granted ? admitted : refused);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queues.delete(key);
  }

  return {
    take: (key, limit) =>
      new Promise((resolve, reject) => {
        const queue = queues.get(key);
        if (queue) return void queue.push({ resolve, reject });
        const first = [{ resolve, reject }];
        queues.set(key, first);
        void serve(key, limit, first);
      }),
    async giveBack(key, admittedAt) {
      await statements.run(key, () => database.query({ ...RETURN, values: [key, admittedAt] }));
    },
  };
}

/** Creates a rate limiter over a counter. */
export function createRateLimiter(counter: Pick<AttemptCounter, 'take'>): TakeAttempt {
  return async (key, limit) => {
    const attempt = await counter.take(key, limit);
    return attempt.admitted ? null : attempt.retryAfter;
  };
}
