import { DatabaseError } from 'pg';
import { WaitAborted } from '../../../runtime/keyed-semaphore.ts';
import { DatabaseUnavailable, isConnectionReusable } from '../pg/database-errors.ts';
import type { Deadline } from '../pg/deadline.ts';

/**
 * Whether an error of a statement shows that its server is away. A statement that PostgreSQL cancelled, or that the client or
 * the deadline ended, does not: otherwise one client could take a replica out of use.
 */
export function isServerFailure(error: unknown, { clientGone, expiresAt }: Deadline): boolean {
  if (!(error instanceof DatabaseUnavailable)) return false;
  if (clientGone?.aborted || performance.now() >= expiresAt) return false;
  const { cause } = error;
  if (cause instanceof WaitAborted) return false;
  // Class 53: the server has no connection, memory or disk left.
  return !(cause instanceof DatabaseError && isConnectionReusable(cause) && !cause.code?.startsWith('53'));
}
