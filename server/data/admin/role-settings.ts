import { type Client, DatabaseError, escapeIdentifier } from 'pg';
import { changeRole } from './runtime-roles.ts';
import { STORED_SESSION_SETTINGS } from './session-settings.ts';

/**
 * Default settings that a runtime role may have, as a POSIX pattern in lower case: they limit or log what the role
 * does, and change neither the meaning of a statement nor the rows that it reaches. Settings of a transaction, such as
 * `transaction_read_only`, have no effect as defaults, and PostgreSQL cannot reset them.
 */
export const HARMLESS_SETTINGS =
  '^(application_name|work_mem|temp_file_limit|transaction_(read_only|isolation|deferrable)|(statement|lock|transaction|idle_session|idle_in_transaction_session)_timeout|(log|track|tcp)_[a-z_]+|auto_explain[.][a-z_]+)$';

/** A default setting of a role. `database` is null if it applies to all databases. */
interface RoleSetting {
  readonly name: string;
  readonly database: string | null;
}

const SETTINGS = `
  select split_part(setting, '=', 1) as name, datname as database
  from pg_db_role_setting left join pg_database d on d.oid = setdatabase, unnest(setconfig) as setting
  where setrole = (select oid from pg_roles where rolname = $1) and (setdatabase = 0 or datname = current_database())
    and split_part(setting, '=', 1) !~* $2 and not (setdatabase <> 0 and setting = any ($3))
  order by 1, 2`;

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Resets the default settings of a runtime role, except the harmless ones and those of session-settings.ts. PostgreSQL
 * lets every role change its own defaults, such as `search_path` or `default_transaction_read_only`, and this right cannot
 * be revoked. Limits and logging, such as `statement_timeout`, may be set by the operator and are kept.
 * @param owner a connection as the role that runs the migrations
 * @param log called with a line for each setting that was reset
 * @throws {Error} with the statement for an administrator to run, if `owner` may not alter the role
 */
export async function resetRoleSettings(owner: Client, role: string, log?: (line: string) => void): Promise<void> {
  const { rows } = await owner.query<RoleSetting>(SETTINGS, [role, HARMLESS_SETTINGS, STORED_SESSION_SETTINGS]);
  for (const { name, database } of rows) {
    const within = database === null ? '' : ` in database ${escapeIdentifier(database)}`;
    const quoted = name.split('.').map((part) => escapeIdentifier(part));
    const statement = `alter role ${escapeIdentifier(role)}${within} reset ${quoted.join('.')}`;
    try {
      await changeRole(owner, statement);
    } catch (error) {
      if (!(error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE)) throw error;
      throw new Error(
        `The role ${role} has a default setting of ${name}, and the role of DATABASE_URL has no privilege to reset it. As an administrator run: ${statement};`,
        { cause: error },
      );
    }
    log?.(`reset ${name} of the role ${role}`);
  }
}
