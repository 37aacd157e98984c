import type { Client } from 'pg';
import { withClient } from '../../data/pg/with-client.ts';
import { systemErrorCode, OperatorError } from '../../operations/operator-error.ts';

/** How long a statement may wait for others, in milliseconds. */
const STATEMENT_TIMEOUT = 30_000;
/** PostgreSQL's SQLSTATE for a table or column that is not there. */
const UNDEFINED_TABLE_OR_COLUMN = /^42(P01|703)$/;

/**
 * Gives an account a role, and puts that down in the security log: both or neither.
 * @param ownerUrl the connection string of the role that owns the tables
 * @param email in any letter case
 * @returns the role that the account had before; undefined when there is no such account
 * @throws {OperatorError} when the database is of an older version; otherwise what PostgreSQL says
 */
export async function grantRole(ownerUrl: string, email: string, role: string): Promise<string | undefined> {
  // A connection that ends before its commit has changed nothing.
  const transaction = async (client: Client) => {
    await client.query('begin');
    const previousRole = await changeRole(client, email.trim(), role);
    await client.query('commit');
    return previousRole;
  };
  try {
    return await withClient(ownerUrl, transaction, { statementTimeout: STATEMENT_TIMEOUT });
  } catch (error) {
    if (UNDEFINED_TABLE_OR_COLUMN.test(systemErrorCode(error) ?? ''))
      throw new OperatorError(
        'The database is of an older Fieldgate: run npm start once, which brings it up to date.',
        {
          cause: error,
        },
      );
    throw error;
  }
}

async function changeRole(client: Client, email: string, role: string): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string; role: string }>(
    'select id, role from auth."user" where lower(email) = lower($1) for update',
    [email],
  );
  const [account] = rows;
  if (account === undefined || account.role === role) return account?.role;
  await client.query('update auth."user" set role = $2, updated_at = now() where id = $1', [account.id, role]);
  await client.query(
    `insert into auth.auth_event (user_id, kind, outcome, detail) values ($1, 'ROLE_CHANGED', 'SUCCEEDED', $2)`,
    [account.id, `${account.role}_TO_${role}`],
  );
  return account.role;
}
