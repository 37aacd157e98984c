import { DatabaseError } from 'pg';
import { describe, expect, test } from 'vitest';
import { WaitAborted } from '../../../runtime/keyed-semaphore.ts';
import { classifyDatabaseError, DatabaseUnavailable, OperationEnded, ReplicaBehind } from '../pg/database-errors.ts';
import { NO_DEADLINE } from '../pg/deadline.ts';
import { isServerFailure } from './server-failure.ts';

const answered = (code: string) => Object.assign(new DatabaseError('no', 2, 'error'), { code });
const unavailable = (cause: unknown) => new DatabaseUnavailable('no', { cause });

// covers: REPL-06
describe('isServerFailure', () => {
  test.each([
    ['a refused connection', new Error('ECONNREFUSED')],
    ['a broken connection', new Error('Connection terminated unexpectedly')],
    ['a server that shuts down', answered('57P01')],
    ['too many connections', answered('53300')],
  ])('%s takes the replica out of use', (_, error) => {
    expect(isServerFailure(classifyDatabaseError(error), NO_DEADLINE)).toBe(true);
  });

  test.each([
    ['a statement that takes too long', classifyDatabaseError(answered('57014'))],
    ['a conflict with recovery', classifyDatabaseError(answered('40001'))],
    ['a missing table', classifyDatabaseError(answered('42P01'))],
    ['a replica that is behind', new ReplicaBehind('no')],
    ['a viewer with many operations', unavailable(new WaitAborted('no'))],
    ['an operation that has ended', new OperationEnded('no')],
  ])('%s does not', (_, error) => {
    expect(isServerFailure(error, NO_DEADLINE)).toBe(false);
  });

  test.each([
    ['has disconnected', { clientGone: AbortSignal.abort(), expiresAt: Infinity }],
    ['has no time left', { clientGone: null, expiresAt: 0 }],
  ])('a statement whose client %s does not', (_, deadline) => {
    expect(isServerFailure(new DatabaseUnavailable('not answered in time'), deadline)).toBe(false);
  });
});
