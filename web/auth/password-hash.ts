import { hash, verify } from '@node-rs/argon2';
import { APIError } from 'better-auth/api';
import { createFairQueue, Overloaded } from './fair-queue.ts';

/** argon2id, which is the package's default, at OWASP's cost for little memory: 19 MiB, two passes, one lane; 25 ms. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Hashing occupies Node's thread pool, on which everything else that touches files or DNS waits: two at a time leave it
 * room. A hundred more may wait, about a second and a half; a flood beyond is told to come back.
 */
const runInTurn = createFairQueue({ concurrency: 2, places: 100 });

/** One spelling for one password: keyboards differ in how they compose an accent (NIST SP 800-63B-4 §3.1.1.2). */
const normalized = (password: string) => password.normalize('NFKC');

async function limited<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await runInTurn('hash', task);
  } catch (error) {
    if (!(error instanceof Overloaded)) throw error;
    throw new APIError(
      'TOO_MANY_REQUESTS',
      { code: 'OVERLOADED', message: 'Too many people are signing in right now. Please try again in a moment.' },
      { 'Retry-After': '2' },
    );
  }
}

/**
 * Hashes a password with argon2id and a salt of its own.
 * @throws {APIError} 429 OVERLOADED with Retry-After when too many hashes are waiting
 */
export function hashPassword(password: string): Promise<string> {
  return limited(() => hash(normalized(password), PARAMETERS));
}

/**
 * Whether `password` is the one that `hash` was made from.
 * @throws {APIError} 429 OVERLOADED with Retry-After when too many hashes are waiting
 */
export function verifyPassword({ hash: stored, password }: { hash: string; password: string }): Promise<boolean> {
  return limited(() => verify(stored, normalized(password)));
}
