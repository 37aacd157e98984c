import { createHash } from 'node:crypto';
import { DatabaseError, type Pool, type PoolClient, type QueryResult } from 'pg';

/** The most statements that are prepared; each connection keeps each of them. */
const MAX_STATEMENTS = 100;

/** The SQLSTATE of a prepared `select *` whose table has changed its columns since (`feature_not_supported`). */
const COLUMNS_CHANGED = '0A000';

/** The end of the name of a statement that is prepared again. */
const AGAIN = '_again';

/** Reads whose text does not depend on the number of their values: Better Auth has one text for each of its calls. */
const PREPARABLE = /^select (?!.* in \()/s;

/**
 * Returns a view of the pool for Better Auth, whose query builder names no statement: PostgreSQL would plan the lookup of a
 * session anew for each request, which takes three quarters of the lookup's time.
 *
 * Within a transaction nothing is prepared: after a change of a table a prepared statement fails once, and is repeated
 * under another name, which a transaction would not survive.
 */
export function withPreparedReads(pool: Pool): Pool {
  /** The names by text; null for a text that is no longer prepared. */
  const names = new Map<string, string | null>();
  const views = new WeakMap<PoolClient, PoolClient>();

  const nameOf = (text: string): string | null => {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (names.size >= MAX_STATEMENTS || !PREPARABLE.test(text)) return null;
    // A hash of the text: behind a pooler, other processes use the same server connections.
    const name = `read_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    names.set(text, name);
    return name;
  };

  const viewOf = (client: PoolClient): PoolClient => {
    const query = async (text: string, values: unknown[]): Promise<QueryResult> => {
      const name = client.getTransactionStatus() === 'I' ? nameOf(text) : null;
      if (name === null) return client.query(text, values);
      try {
        return await client.query({ name, text, values });
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.code !== COLUMNS_CHANGED) throw error;
        // Once: a pooler may keep the statement by its text, whatever its name is.
        if (names.get(text) === name) names.set(text, name.endsWith(AGAIN) ? null : name + AGAIN);
        return client.query(text, values);
      }
    };
    return Object.create(client, { query: { value: query } }) as PoolClient;
  };

  const connect = async (): Promise<PoolClient> => {
    const client = await pool.connect();
    const view = views.get(client) ?? viewOf(client);
    views.set(client, view);
    return view;
  };
  return Object.create(pool, { connect: { value: connect } }) as Pool;
}
