import { DatabaseError } from 'pg';
import { describe, expect, test } from 'vitest';
import {
  classifyDatabaseError,
  DatabaseUnavailable,
  isConnectionReusable,
  OperationEnded,
  RolledBack,
} from './database-errors.ts';

function refused(code: string): DatabaseError {
  return Object.assign(new DatabaseError('no', 2, 'error'), { code });
}

/** SQLSTATEs by what they are about (appendix A of the manual). */
const OF_THE_STATEMENT = [
  '22021',
  '22P02',
  '23502',
  '23503',
  '23505',
  '23514',
  '42501',
  '42601',
  '42P01',
  '40002',
  '55P03',
];
const OF_THE_SERVER = [
  '08000',
  '08006',
  '40001',
  '40P01',
  '53100',
  '53200',
  '53300',
  '57014',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '58030',
  'XX000',
  'XX001',
  '25P03',
];
/** After these a connection is in a state that its next borrower must not find. */
const DOUBTFUL = ['08006', '25001', '25P02', '25P03', '26000', '57P01', '58030', 'XX000'];

describe('classified', () => {
  test.each(OF_THE_STATEMENT)('%s is about the statement: it stays as it is', (code) => {
    const error = refused(code);
    expect(classifyDatabaseError(error)).toBe(error);
  });

  // covers: OPS-04
  test.each(OF_THE_SERVER)('%s is about the server: the database is unavailable', (code) => {
    const error = refused(code);
    expect(classifyDatabaseError(error)).toBeInstanceOf(DatabaseUnavailable);
    expect(classifyDatabaseError(error)).toHaveProperty('cause', error);
  });

  test.each([new DatabaseUnavailable(), new OperationEnded(), new RolledBack(), new TypeError(), new RangeError()])(
    '%s is ours: it stays as it is',
    (error) => {
      expect(classifyDatabaseError(error)).toBe(error);
    },
  );

  test.each([
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('read'), { code: 'ECONNRESET' }),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
  ])('%s came of the connection: the database is unavailable', (error) => {
    expect(classifyDatabaseError(error)).toBeInstanceOf(DatabaseUnavailable);
  });

  test('what is said of it has nothing of the inside', () => {
    const error = classifyDatabaseError(
      Object.assign(new Error('connect 10.0.0.7:5432 password=x'), { code: 'ECONNREFUSED' }),
    );
    expect(String(error)).toBe('DatabaseUnavailable: The database did not answer.');
  });
});

describe('leavesConnectionSound', () => {
  test.each([...OF_THE_STATEMENT, '57014'])('after %s a connection is as good as before', (code) => {
    expect(isConnectionReusable(refused(code))).toBe(true);
  });

  test.each(DOUBTFUL)('after %s it is dropped', (code) => {
    expect(isConnectionReusable(refused(code))).toBe(false);
  });

  test('after anything that is no word of the database it is dropped', () => {
    for (const error of [
      new Error('Connection terminated'),
      new TypeError(),
      new DatabaseError('no', 2, 'error'),
      'x',
      null,
      undefined,
    ])
      expect(isConnectionReusable(error)).toBe(false);
  });
});
