import type { Pool } from 'pg';
import { withTimeout } from '../pg/with-timeout.ts';
import { OWNED_TABLES } from './privileges.ts';
import { assertRoleSubjectToRls } from './rls-role-check.ts';
import { assertSessionSettings } from './session-settings.ts';

/** Time limit of each query, in milliseconds. */
const TIMEOUT = 5_000;

/** `initdb` chooses it; a server and its replicas have the same. */
const IDENTITY = `
  select system_identifier::text as system, current_database() as database from pg_control_system()`;

/**
 * Checks over the API's connection that a server is a replica of the primary, and that row-level security holds there as it
 * does on the primary: a connection string can name another server, or another role.
 * @throws {Error} on another server or database, or on timeout; {UnsafeRoleError}, {SessionSettingsError}
 */
export async function assertSafeReplica(primary: Pool, replica: Pool): Promise<void> {
  const [own, other] = await Promise.all([identityOf(primary), identityOf(replica)]);
  if (own !== other)
    throw new Error('The server is not a replica of the primary, or the connection string names another database.');
  await assertRoleSubjectToRls(replica, Object.values(OWNED_TABLES), TIMEOUT);
  await assertSessionSettings(replica, TIMEOUT);
}

async function identityOf(pool: Pool): Promise<string> {
  const { rows } = await withTimeout(TIMEOUT, pool.query<{ system: string; database: string }>(IDENTITY));
  return `${rows[0]?.system}/${rows[0]?.database}`;
}
