import type { Client } from 'pg';
import { withClient } from '../../data/pg/with-client.ts';
import { systemErrorCode, OperatorError } from '../../operations/operator-error.ts';

/** The statement timeout, in milliseconds. */
const STATEMENT_TIMEOUT = 30_000;
/** SQLSTATEs undefined_table and undefined_column. */
const UNDEFINED_TABLE_OR_COLUMN = /^42(P01|703)$/;

/**
 * Replaces the role of an account and records that in the security log, in one transaction.
 * @param ownerUrl the connection string of the role that owns the tables
 * @param email in any letter case
 * @returns the previous role; undefined if there is no such account
 * @throws {OperatorError} if the database has the schema of an older version
 * @throws PostgreSQL's error otherwise
 */
export async function grantRole(ownerUrl: string, email: string, role: string): Promise<string | undefined> {
  // No explicit rollback: PostgreSQL rolls back a transaction whose connection is closed.
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
        'The database has the schema of an older Fieldgate: run npm start once, which migrates it.',
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
