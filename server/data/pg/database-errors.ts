import { DatabaseError } from 'pg';

/** The database did not answer in time or at all. The client may retry. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** A resolver used its data after the operation had ended, because its promise was not awaited. */
export class OperationEnded extends Error {
  override readonly name = 'OperationEnded';
}

/** PostgreSQL answered COMMIT with ROLLBACK: a resolver caught the error of a failed statement. */
export class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

/** A replica ran a statement before it had replayed what the statement must see, or has been promoted. */
export class ReplicaBehind extends Error {
  override readonly name = 'ReplicaBehind';
}

/**
 * SQLSTATEs whose cause is the server, not the statement (PostgreSQL manual, appendix A). 40001 (serialization failure)
 * and 40P01 (deadlock) are among them: the same request succeeds when it is retried.
 */
const UNAVAILABLE_SQLSTATES = /^(08|40001|40P01|53|57P|57014|58|XX|25P03)/;

/** Whether the connection can be used again after an error: PostgreSQL rejected one statement and nothing else. */
export function isConnectionReusable(error: unknown): boolean {
  return error instanceof DatabaseError && !/^(08|25|26|57P|58|XX)/.test(error.code ?? 'XX');
}

/**
 * Maps errors of the connection or the server to `DatabaseUnavailable`; returns a statement's error, or one of ours,
 * unchanged.
 */
export function classifyDatabaseError(error: unknown): unknown {
  if (error instanceof DatabaseError)
    return UNAVAILABLE_SQLSTATES.test(error.code ?? 'XX') ? unavailable(error) : error;
  const ownErrors = [DatabaseUnavailable, OperationEnded, ReplicaBehind, RolledBack, TypeError, RangeError];
  return ownErrors.some((kind) => error instanceof kind) ? error : unavailable(error);
}

function unavailable(cause: unknown): DatabaseUnavailable {
  return new DatabaseUnavailable('The database did not answer.', { cause });
}
