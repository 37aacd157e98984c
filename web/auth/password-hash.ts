import { hash, verify } from '@node-rs/argon2';
import { KeyedSemaphore } from '../../runtime/keyed-semaphore.ts';

/** argon2id (the package's default) with OWASP's parameters for little memory: 19 MiB, two passes, one lane; 25 ms. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Two hashes at a time: hashing occupies Node's thread pool, which file and DNS operations also need. The queue has no
 * limit here: the auth gateway lets at most eight requests hash at a time (auth-services.ts).
 */
const semaphore = new KeyedSemaphore({ limit: 2 });

/** Normalizes the password: keyboards differ in how they compose an accent (NIST SP 800-63B-4 §3.1.1.2). */
const normalized = (password: string) => password.normalize('NFKC');

/** Hashes a password with argon2id and a new salt. */
export function hashPassword(password: string): Promise<string> {
  return semaphore.run('hash', () => hash(normalized(password), PARAMETERS));
}

/** Returns whether `hash` was made from `password`. */
export function verifyPassword({ hash: stored, password }: { hash: string; password: string }): Promise<boolean> {
  return semaphore.run('hash', () => verify(stored, normalized(password)));
}
