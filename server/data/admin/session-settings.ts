import { type Client, DatabaseError, escapeIdentifier, escapeLiteral, type Pool } from 'pg';
import { withClient } from '../pg/with-client.ts';
import { withTimeout } from '../pg/with-timeout.ts';
import { changeRole, RUNTIME_ROLES } from './runtime-roles.ts';

/**
 * The default settings of the API's role in its database, as SHOW prints them. They are the role's, not set on each
 * connection: a pooler in transaction mode refuses them as startup parameters, and a SET would hold for one server
 * connection of many (docs/decisions/054).
 *
 * `plan_cache_mode`: every statement finds its rows by their owner, so one generic plan fits all values
 * (docs/decisions/018). `idle_in_transaction_session_timeout`: PostgreSQL ends the transaction of a process that hangs.
 */
export const API_SESSION_SETTINGS = [
  ['plan_cache_mode', 'force_generic_plan'],
  ['idle_in_transaction_session_timeout', '15s'],
] as const;

/** The same as PostgreSQL stores them in `pg_db_role_setting`. */
export const STORED_SESSION_SETTINGS: readonly string[] = API_SESSION_SETTINGS.map(
  ([name, value]) => `${name}=${value}`,
);

const INSUFFICIENT_PRIVILEGE = '42501';

/** Finds the settings ($2) that a role ($1) does not have in the current database. */
const MISSING = `
  select wanted as setting, current_database() as database from unnest($2::text[]) as wanted
  where exists (select from pg_roles where rolname = $1) and not exists (
    select from pg_db_role_setting join pg_roles r on r.oid = setrole
    where rolname = $1 and setdatabase = (select oid from pg_database where datname = current_database())
      and wanted = any (setconfig))`;

/** Returns the statement that gives a role a default setting in a database. @param setting as PostgreSQL stores it */
function alterStatement(role: string, database: string, setting: string): string {
  const [name = '', value = ''] = setting.split('=');
  return `alter role ${escapeIdentifier(role)} in database ${escapeIdentifier(database)} set ${name} = ${escapeLiteral(value)}`;
}

/** Returns the statements that give the API's role its settings in the current database, where they are missing. */
export async function missingSessionSettings(
  client: Client,
): Promise<readonly { readonly name: string; readonly statement: string }[]> {
  const role = RUNTIME_ROLES.api;
  const { rows } = await client.query<{ setting: string; database: string }>(MISSING, [role, STORED_SESSION_SETTINGS]);
  return rows.map(({ setting, database }) => ({
    name: setting.split('=', 1)[0] ?? '',
    statement: alterStatement(role, database, setting),
  }));
}

/**
 * Gives the API's role its default settings in the database, where they differ. An owner that may not alter the role
 * lets the role do so itself: PostgreSQL lets every role change its own defaults.
 * @param owner a connection as the role that runs the migrations
 * @param apiDatabaseUrl the connection string of the API's role
 * @param log called with a line for each setting
 * @throws {Error} with the statement for an administrator to run, if neither may
 */
export async function applySessionSettings(
  owner: Client,
  apiDatabaseUrl: string,
  log?: (line: string) => void,
): Promise<void> {
  for (const { name, statement } of await missingSessionSettings(owner)) {
    try {
      await changeRole(owner, statement);
    } catch (error) {
      if (!isMissingPrivilege(error)) throw error;
      try {
        await withClient(apiDatabaseUrl, (api) => changeRole(api, statement));
      } catch (cause) {
        throw new Error(
          `The role ${RUNTIME_ROLES.api} needs a default setting of ${name}, and the role of DATABASE_URL has no privilege to set it. As an administrator run: ${statement};`,
          { cause },
        );
      }
    }
    log?.(`set ${name} of the role ${RUNTIME_ROLES.api}`);
  }
}

function isMissingPrivilege(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE;
}

/** Thrown at start if the API's connections do not have the role's default settings. Lists the statements to run. */
export class SessionSettingsError extends Error {
  override readonly name = 'SessionSettingsError';

  constructor(reasons: readonly string[]) {
    super(
      `The API refuses to start, because its connections have other settings than they need. Connections that a pooler holds open keep the old ones until it reconnects.\n${reasons.map((line) => `  ${line}`).join('\n')}`,
    );
  }
}

/**
 * Checks over the API's connection that it has the settings of `API_SESSION_SETTINGS`.
 * @param timeoutMs time limit of each query, in milliseconds. Default: 5,000
 * @throws {SessionSettingsError} with the statements to run; {Error} on timeout
 */
export async function assertSessionSettings(pool: Pool, timeoutMs = 5_000): Promise<void> {
  const reasons: string[] = [];
  for (const [name, expected] of API_SESSION_SETTINGS) {
    const { rows } = await withTimeout(timeoutMs, pool.query<Record<string, string>>(`show ${name}`));
    const actual = rows[0]?.[name];
    if (actual === expected) continue;
    const self = `select session_user as role, current_database() as database`;
    const { rows: names } = await withTimeout(timeoutMs, pool.query<{ role: string; database: string }>(self));
    const { role = '', database = '' } = names[0] ?? {};
    reasons.push(
      `${name} is ${actual}, and has to be ${expected}: ${alterStatement(role, database, `${name}=${expected}`)};`,
    );
  }
  if (reasons.length > 0) throw new SessionSettingsError(reasons);
}
