import { Pool, types } from 'pg';
import { logOutage } from '../log.ts';

/** PostgreSQL's oid of int8, which pg would hand over as a string. Ours are milliseconds and counts: safe integers. */
const INT8 = 20;

/**
 * The connections of Better Auth, all in the schema `auth`.
 * @param connectionString as the role fieldgate_auth
 * @param queryTimeout how long an answer is waited for, in milliseconds: by our clock, for a database that has fallen
 *   silent keeps no time. It is longer than a statement may run, so that none goes on unheard.
 */
export function createAuthPool(connectionString: string, queryTimeout = 8_000): Pool {
  const pool = new Pool({
    connectionString,
    application_name: 'fieldgate-web',
    options: '-c search_path=auth',
    max: 20,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 5_000,
    query_timeout: queryTimeout,
    idle_in_transaction_session_timeout: 15_000,
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
  });
  // A connection that breaks is an event, which without a listener ends the process: the pool listens while it is idle,
  // and while it is borrowed its statement is told, but between two statements of a transaction nobody is.
  pool.on('error', (error) => logOutage(error, 'a database connection was lost'));
  pool.on('connect', (client) => client.on('error', (error) => logOutage(error, 'a database connection was lost')));
  return pool;
}
