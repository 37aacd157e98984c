import { withClient } from '../../../server/data/pg/with-client.ts';

/** The settings of a server whose statements can be counted. */
export const COUNTING_SETTINGS: readonly string[] = ['shared_preload_libraries=pg_stat_statements'];

/** A statement that each request sends. */
export interface CountedStatement {
  /** The database role that sent it. */
  readonly role: string;
  /** How often a request sends it. */
  readonly times: number;
  readonly text: string;
}

const SELECT = `
  select rolname as role, calls::int as calls, regexp_replace(trim(query), '\\s+', ' ', 'g') as text
  from pg_stat_statements s join pg_roles r on r.oid = s.userid
  where rolname <> current_user order by rolname, text`;

/**
 * Counts the statements that `requests` requests send, transaction commands included. A statement counts for a request if
 * it is sent as often as there are requests: what processes send by themselves, such as the heartbeat of the revocation
 * channel, is sent far less often.
 * @param superuser its connection string; the server has `COUNTING_SETTINGS`
 * @param run sends the requests
 */
export async function countStatements(
  superuser: string,
  requests: number,
  run: () => Promise<unknown>,
): Promise<readonly CountedStatement[]> {
  // In another database than the product's, whose catalog is compared with the schema.
  const url = Object.assign(new URL(superuser), { pathname: '/postgres' }).href;
  return withClient(url, async (client) => {
    await client.query('create extension if not exists pg_stat_statements');
    await client.query('select pg_stat_statements_reset()');
    await run();
    const { rows } = await client.query<{ role: string; calls: number; text: string }>(SELECT);
    return rows
      .map(({ role, calls, text }) => ({ role, times: Math.round(calls / requests), text }))
      .filter(({ times }) => times > 0);
  });
}
