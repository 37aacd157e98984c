import { DatabaseError } from 'pg';

/** The database did not answer, or not in time: nothing was decided, and trying again later may help. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** A data handle was used after its operation had ended: a resolver was not awaited. */
export class OperationEnded extends Error {
  override readonly name = 'OperationEnded';
}

/** A transaction that should have committed was rolled back: somebody swallowed a failed statement. */
export class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

/**
 * PostgreSQL's SQLSTATEs in which the server, not the statement, is at fault (appendix A). Two of class 40 are among
 * them: of two requests that wait for each other one is ended, and asked again it succeeds.
 */
const UNAVAILABLE_SQLSTATES = /^(08|40001|40P01|53|57P|57014|58|XX|25P03)/;

/** Whether an error is a plain refusal of one statement, after which the connection is as good as before. */
export function isConnectionReusable(error: unknown): boolean {
  return error instanceof DatabaseError && !/^(08|25|26|57P|58|XX)/.test(error.code ?? 'XX');
}

/** Turns what came of the connection itself into `DatabaseUnavailable`; a statement's own error, or ours, stays as it is. */
export function classifyDatabaseError(error: unknown): unknown {
  if (error instanceof DatabaseError)
    return UNAVAILABLE_SQLSTATES.test(error.code ?? 'XX') ? unavailable(error) : error;
  const ownErrors = [DatabaseUnavailable, OperationEnded, RolledBack, TypeError, RangeError];
  return ownErrors.some((kind) => error instanceof kind) ? error : unavailable(error);
}

function unavailable(cause: unknown): DatabaseUnavailable {
  return new DatabaseUnavailable('The database did not answer.', { cause });
}
