import { hash, verify } from '@node-rs/argon2';
import { createFairQueue } from './fair-queue.ts';

/** argon2id, which is the package's default, at OWASP's cost for little memory: 19 MiB, two passes, one lane; 25 ms. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Hashing occupies Node's thread pool, on which everything else that touches files or DNS waits: two at a time leave it
 * room. How many may wait is no matter of this limit: the queue before Better Auth lets eight requests hash (auth.ts).
 */
const runInTurn = createFairQueue({ concurrency: 2, places: Number.POSITIVE_INFINITY });

/** One spelling for one password: keyboards differ in how they compose an accent (NIST SP 800-63B-4 §3.1.1.2). */
const normalized = (password: string) => password.normalize('NFKC');

/** Hashes a password with argon2id and a salt of its own. Two hashes run at a time. */
export function hashPassword(password: string): Promise<string> {
  return runInTurn('hash', () => hash(normalized(password), PARAMETERS));
}

/** Whether `password` is the one that `hash` was made from. */
export function verifyPassword({ hash: stored, password }: { hash: string; password: string }): Promise<boolean> {
  return runInTurn('hash', () => verify(stored, normalized(password)));
}
