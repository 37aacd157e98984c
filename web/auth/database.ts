import { Pool, types } from 'pg';
import { described, log } from '../log.ts';

/** PostgreSQL's oid of int8, which pg would hand over as a string. Ours are milliseconds and counts: safe integers. */
const INT8 = 20;

/**
 * The connections of Better Auth, all in the schema `auth`.
 * @param connectionString as the role fieldgate_auth
 * @param answerTimeout how long an answer is waited for, in milliseconds: by our clock, for a database that has fallen
 *   silent keeps no time. It is longer than a statement may run, so that none goes on unheard.
 */
export function createAuthPool(connectionString: string, answerTimeout = 8_000): Pool {
  const pool = new Pool({
    connectionString,
    application_name: 'fieldgate-web',
    options: '-c search_path=auth',
    max: 20,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 5_000,
    query_timeout: answerTimeout,
    idle_in_transaction_session_timeout: 15_000,
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
  });
  // An idle connection that the database closes is an event without a listener otherwise, and ends the process.
  pool.on('error', (error) => log.warn(described(error), 'an idle database connection was lost'));
  return pool;
}
