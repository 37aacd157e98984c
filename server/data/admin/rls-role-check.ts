import { escapeIdentifier, type Pool } from 'pg';
import { HARMLESS_SETTINGS } from './role-settings.ts';
import { STORED_SESSION_SETTINGS } from './session-settings.ts';
import { withTimeout } from '../pg/with-timeout.ts';

/**
 * Thrown at start if the API's role is not subject to row-level security. Lists every reason, with the statement to
 * run.
 */
export class UnsafeRoleError extends Error {
  override readonly name = 'UnsafeRoleError';

  constructor(reasons: readonly string[]) {
    super(
      `The API refuses to start, because row-level security does not protect its data:\n${reasons.map((line) => `  ${line}`).join('\n')}`,
    );
  }
}

/**
 * Finds the roles that bypass row-level security among `session_user`, `current_user` and the roles of which they are
 * members. `session_user` counts because any statement can return to it with RESET ROLE. A membership counts whatever
 * its options: a member without SET may have ADMIN, and grant SET to itself. (PostgreSQL manual, 21.3; 21.5 for the
 * predefined roles that access the server's files.)
 */
const UNSAFE_ROLES = `
  with tables as (
    select distinct relowner, nspname
    from pg_class join pg_namespace n on n.oid = relnamespace
    where relkind in ('r', 'p') and nspname = any($1)
  ), unsafe as (
    select r.oid, rolname, 'nosuperuser' as attribute, 'is a superuser' as what from pg_roles r where rolsuper
    union all
    select r.oid, rolname, 'nobypassrls', 'has BYPASSRLS' from pg_roles r where rolbypassrls and not rolsuper
    union all
    select r.oid, rolname, null, 'can access the files of the server' from pg_roles r
    where rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
    union all
    select r.oid, rolname, null, 'owns tables in ' || string_agg(nspname, ', ' order by nspname)
    from pg_roles r join tables on relowner = r.oid where not rolsuper group by r.oid, rolname
  )
  select self.rolname as self, unsafe.rolname as role, what, attribute
  from pg_roles self join unsafe on unsafe.oid = self.oid
    or (not self.rolsuper and pg_has_role(self.oid, unsafe.oid, 'MEMBER'))
  where self.rolname in (session_user, current_user)
  order by self, role, what`;

/** Finds default settings of the role that may change the meaning of a statement or the rows that it reaches. */
const SETTINGS = `
  select current_user as self, split_part(setting, '=', 1) as name,
    case when setdatabase = 0 then '' else format(' in database %I', current_database()) end as "inDatabase"
  from pg_db_role_setting, unnest(setconfig) as setting
  where setrole = (select oid from pg_roles where rolname = session_user)
    and setdatabase in (0, (select oid from pg_database where datname = current_database()))
    and split_part(setting, '=', 1) !~* $1 and not (setdatabase <> 0 and setting = any ($2))
  order by 2, 3`;

const TABLE_SECURITY = `
  select format('%I.%I', schema, name) as name, relrowsecurity as enabled, relforcerowsecurity as forced
  from unnest($1::text[], $2::text[]) as owned (schema, name)
  left join pg_namespace on nspname = schema
  left join pg_class on relnamespace = pg_namespace.oid and relname = name
  order by 1`;

/**
 * Checks over the API's connection that its role is subject to the row-level security policies.
 * @param tables the tables with owned rows
 * @param timeoutMs time limit of each of the three queries, in milliseconds. Default: 5,000
 * @throws {UnsafeRoleError} if the role, or one of which it is a member, is a superuser, has BYPASSRLS, owns tables in
 * the same schemas, or can access the server's files; if the role has settings that are not harmless; or if row-level
 * security is not forced on one of the tables; {Error} on timeout
 */
export async function assertRoleSubjectToRls(
  pool: Pool,
  tables: readonly { readonly schema: string; readonly table: string }[],
  timeoutMs = 5_000,
): Promise<void> {
  const reasons: string[] = [];
  const schemas = tables.map(({ schema }) => schema);
  const roles = await withTimeout(
    timeoutMs,
    pool.query<{ self: string; role: string; what: string; attribute: string | null }>(UNSAFE_ROLES, [schemas]),
  );
  for (const { self, role, what, attribute } of roles.rows) {
    if (self !== role)
      reasons.push(
        `The role ${self} is a member of ${role}, which ${what}, and can act as it: revoke ${escapeIdentifier(role)} from ${escapeIdentifier(self)};`,
      );
    else if (attribute !== null)
      reasons.push(
        `The role ${self} ${what} and bypasses row-level security: alter role ${escapeIdentifier(self)} ${attribute};`,
      );
    else
      reasons.push(
        `The role ${self} ${what} and can drop their policies: reassign owned by ${escapeIdentifier(self)} to <the role that runs the migrations>;`,
      );
  }

  const settings = await withTimeout(
    timeoutMs,
    pool.query<{ self: string; name: string; inDatabase: string }>(SETTINGS, [
      HARMLESS_SETTINGS,
      STORED_SESSION_SETTINGS,
    ]),
  );
  for (const { self, name, inDatabase } of settings.rows)
    reasons.push(
      `The role ${self} has a default setting of ${name}, which changes what its statements do: alter role ${escapeIdentifier(self)}${inDatabase} reset ${name.split('.').map(escapeIdentifier).join('.')};`,
    );

  const names = tables.map(({ table }) => table);
  const security = await withTimeout(
    timeoutMs,
    pool.query<{ name: string; enabled: boolean | null; forced: boolean | null }>(TABLE_SECURITY, [schemas, names]),
  );
  for (const { name, enabled, forced } of security.rows) {
    if (enabled === null)
      reasons.push(`The table ${name} is missing: run the migrations (npm run migrate; npm start does it too).`);
    else if (!enabled)
      reasons.push(`Row-level security of ${name} is disabled: alter table ${name} enable row level security;`);
    else if (!forced)
      reasons.push(
        `Row-level security of ${name} is not forced, and its owner bypasses it: alter table ${name} force row level security;`,
      );
  }
  if (reasons.length > 0) throw new UnsafeRoleError(reasons);
}
