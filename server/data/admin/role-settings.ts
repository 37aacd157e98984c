import { type Client, DatabaseError, escapeIdentifier } from 'pg';
import { changeRole } from './runtime-roles.ts';

/**
 * Settings that a runtime role may start its connections with: they limit or record what it does, and change neither what
 * a statement means nor what it may reach. Every other one is a difference (a POSIX pattern, in lower case). Those of a
 * transaction, such as `transaction_read_only`, hold until the first one begins; PostgreSQL takes none of them back.
 */
export const HARMLESS_SETTINGS =
  '^(application_name|work_mem|temp_file_limit|transaction_(read_only|isolation|deferrable)|(statement|lock|transaction|idle_session|idle_in_transaction_session)_timeout|(log|track|tcp)_[a-z_]+|auto_explain[.][a-z_]+)$';

/** One value that connections of a role begin with, in every database or in one. */
interface RoleSetting {
  readonly name: string;
  readonly database: string | null;
}

const SETTINGS = `
  select split_part(setting, '=', 1) as name, datname as database
  from pg_db_role_setting left join pg_database d on d.oid = setdatabase, unnest(setconfig) as setting
  where setrole = (select oid from pg_roles where rolname = $1) and (setdatabase = 0 or datname = current_database())
    and split_part(setting, '=', 1) !~* $2
  order by 1, 2`;

const MAY_NOT = '42501';

/**
 * Takes back what a runtime role's connections begin with, unless it is harmless. PostgreSQL lets every role change its
 * own defaults, such as `search_path` or `default_transaction_read_only`, and that cannot be revoked. Limits and records,
 * such as `statement_timeout`, may be an operator's, and stay.
 * @param owner a connection as the role that migrates
 * @param log hears of each setting that was taken back
 * @throws {Error} saying which statement an administrator has to run, where `owner` may not alter the role
 */
export async function resetRoleSettings(owner: Client, role: string, log?: (line: string) => void): Promise<void> {
  const { rows } = await owner.query<RoleSetting>(SETTINGS, [role, HARMLESS_SETTINGS]);
  for (const { name, database } of rows) {
    const within = database === null ? '' : ` in database ${escapeIdentifier(database)}`;
    const quoted = name.split('.').map((part) => escapeIdentifier(part));
    const statement = `alter role ${escapeIdentifier(role)}${within} reset ${quoted.join('.')}`;
    try {
      await changeRole(owner, statement);
    } catch (error) {
      if (!(error instanceof DatabaseError && error.code === MAY_NOT)) throw error;
      throw new Error(
        `Every connection of the role ${role} begins with a value of ${name}, and DATABASE_URL's role may not change that. As an administrator run: ${statement};`,
        { cause: error },
      );
    }
    log?.(`took back ${name}, which ${role} had been given`);
  }
}
