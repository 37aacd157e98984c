import { DatabaseError } from 'pg';
import { describe, expect, test } from 'vitest';
import {
  classifyDatabaseError,
  DatabaseUnavailable,
  isConnectionReusable,
  OperationEnded,
  RolledBack,
} from './database-errors.ts';

function databaseError(code: string): DatabaseError {
  return Object.assign(new DatabaseError('no', 2, 'error'), { code });
}

/** SQLSTATEs by cause (PostgreSQL manual, appendix A). */
const STATEMENT_ERRORS = [
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
const SERVER_ERRORS = [
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
/** After these the state of the connection is unknown or unsuitable for its next borrower. */
const CONNECTION_ERRORS = ['08006', '25001', '25P02', '25P03', '26000', '57P01', '58030', 'XX000'];

describe('classifyDatabaseError', () => {
  test.each(STATEMENT_ERRORS)('classifyDatabaseError returns %s, an error of the statement, unchanged', (code) => {
    const error = databaseError(code);
    expect(classifyDatabaseError(error)).toBe(error);
  });

  // covers: OPS-04
  test.each(SERVER_ERRORS)('classifyDatabaseError maps %s, an error of the server, to DatabaseUnavailable', (code) => {
    const error = databaseError(code);
    expect(classifyDatabaseError(error)).toBeInstanceOf(DatabaseUnavailable);
    expect(classifyDatabaseError(error)).toHaveProperty('cause', error);
  });

  test.each([new DatabaseUnavailable(), new OperationEnded(), new RolledBack(), new TypeError(), new RangeError()])(
    'classifyDatabaseError returns our own %s unchanged',
    (error) => {
      expect(classifyDatabaseError(error)).toBe(error);
    },
  );

  test.each([
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('read'), { code: 'ECONNRESET' }),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
  ])('classifyDatabaseError maps the connection error "%s" to DatabaseUnavailable', (error) => {
    expect(classifyDatabaseError(error)).toBeInstanceOf(DatabaseUnavailable);
  });

  test('the message of DatabaseUnavailable contains no internal details', () => {
    const error = classifyDatabaseError(
      Object.assign(new Error('connect 10.0.0.7:5432 password=x'), { code: 'ECONNREFUSED' }),
    );
    expect(String(error)).toBe('DatabaseUnavailable: The database did not answer.');
  });
});

describe('isConnectionReusable', () => {
  test.each([...STATEMENT_ERRORS, '57014'])('a connection is reusable after %s', (code) => {
    expect(isConnectionReusable(databaseError(code))).toBe(true);
  });

  test.each(CONNECTION_ERRORS)('a connection is not reusable after %s', (code) => {
    expect(isConnectionReusable(databaseError(code))).toBe(false);
  });

  test('a connection is not reusable after an error without SQLSTATE', () => {
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
