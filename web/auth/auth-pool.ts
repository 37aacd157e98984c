import { Pool, types } from 'pg';
import { logOutage } from '../log.ts';

/** PostgreSQL's type OID of int8. By default pg parses int8 as a string; here all are safe integers (milliseconds, counts). */
const INT8 = 20;

/**
 * Creates Better Auth's connection pool, with the schema `auth` as search path.
 * @param connectionString for the role fieldgate_auth
 * @param queryTimeout milliseconds until a query without an answer is rejected, for a connection that hangs. Longer than
 *   `statement_timeout`, so that no statement runs on after its query was rejected.
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
  // An `error` event without a listener ends the process. The pool listens while a connection is idle, and a running
  // query handles it, but between two statements of a transaction there is no listener.
  pool.on('error', (error) => logOutage(error, 'a database connection was lost'));
  pool.on('connect', (client) => client.on('error', (error) => logOutage(error, 'a database connection was lost')));
  return pool;
}
