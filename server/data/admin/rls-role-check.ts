import { escapeIdentifier, type Pool } from 'pg';
import { HARMLESS_SETTINGS } from './role-settings.ts';
import { withTimeout } from '../pg/with-timeout.ts';

/** Thrown at start when row-level security would not hold the API: every reason, each with what to run. */
export class UnsafeRoleError extends Error {
  override readonly name = 'UnsafeRoleError';

  constructor(reasons: readonly string[]) {
    super(
      `The API does not start, because row-level security would not hold it:\n${reasons.map((line) => `  ${line}`).join('\n')}`,
    );
  }
}

/**
 * The roles that no policy holds, among those that this connection is or may become: `session_user` too, to which any
 * statement can go back with RESET ROLE. A membership counts whatever was granted with it: one without SET can be an
 * administrator's, who grants SET to himself. (PostgreSQL manual, 21.3; 21.5 on the roles that reach the server's files.)
 */
const UNSAFE_ROLES = `
  with tables as (
    select distinct relowner, nspname
    from pg_class join pg_namespace n on n.oid = relnamespace
    where relkind in ('r', 'p') and nspname = any($1)
  ), unheld as (
    select r.oid, rolname, 'nosuperuser' as without, 'is a superuser' as what from pg_roles r where rolsuper
    union all
    select r.oid, rolname, 'nobypassrls', 'has BYPASSRLS' from pg_roles r where rolbypassrls and not rolsuper
    union all
    select r.oid, rolname, null, 'reaches the files of the server' from pg_roles r
    where rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
    union all
    select r.oid, rolname, null, 'owns tables in ' || string_agg(nspname, ', ' order by nspname)
    from pg_roles r join tables on relowner = r.oid where not rolsuper group by r.oid, rolname
  )
  select self.rolname as self, unheld.rolname as role, what, without
  from pg_roles self join unheld on unheld.oid = self.oid
    or (not self.rolsuper and pg_has_role(self.oid, unheld.oid, 'MEMBER'))
  where self.rolname in (session_user, current_user)
  order by self, role, what`;

/** What the role's connections begin with that may change what a statement means or reaches. */
const SETTINGS = `
  select current_user as self, split_part(setting, '=', 1) as name,
    case when setdatabase = 0 then '' else format(' in database %I', current_database()) end as place
  from pg_db_role_setting, unnest(setconfig) as setting
  where setrole = (select oid from pg_roles where rolname = session_user)
    and setdatabase in (0, (select oid from pg_database where datname = current_database()))
    and split_part(setting, '=', 1) !~* $1
  order by 2, 3`;

const TABLE_SECURITY = `
  select format('%I.%I', schema, name) as name, relrowsecurity as enabled, relforcerowsecurity as forced
  from unnest($1::text[], $2::text[]) as owned (schema, name)
  left join pg_namespace on nspname = schema
  left join pg_class on relnamespace = pg_namespace.oid and relname = name
  order by 1`;

/**
 * Asks, over the API's own connection, whether its role is one that the policies hold.
 * @param tables those of owned rows
 * @param timeoutMs how long the database may take to answer each of the three questions, in milliseconds
 * @throws {UnsafeRoleError} where it is a superuser, has BYPASSRLS, owns tables beside them, reaches the server's files,
 * or may become a role of which that is so, or has settings of its own that are not harmless; and where row security is
 * not forced on one of the tables; {Error} when the
 * database does not answer in time
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
    pool.query<{ self: string; role: string; what: string; without: string | null }>(UNSAFE_ROLES, [schemas]),
  );
  for (const { self, role, what, without } of roles.rows) {
    if (self !== role)
      reasons.push(
        `The role ${self} is a member of ${role}, which ${what}, and can become it: revoke ${escapeIdentifier(role)} from ${escapeIdentifier(self)};`,
      );
    else if (without !== null)
      reasons.push(
        `The role ${self} ${what}, and no policy holds it: alter role ${escapeIdentifier(self)} ${without};`,
      );
    else
      reasons.push(
        `The role ${self} ${what}, and can take its policies away: reassign owned by ${escapeIdentifier(self)} to <the role that migrates>;`,
      );
  }

  const settings = await withTimeout(
    timeoutMs,
    pool.query<{ self: string; name: string; place: string }>(SETTINGS, [HARMLESS_SETTINGS]),
  );
  for (const { self, name, place } of settings.rows)
    reasons.push(
      `Every connection of the role ${self} begins with a value of ${name}, which changes what its statements do: alter role ${escapeIdentifier(self)}${place} reset ${name.split('.').map(escapeIdentifier).join('.')};`,
    );

  const names = tables.map(({ table }) => table);
  const security = await withTimeout(
    timeoutMs,
    pool.query<{ name: string; enabled: boolean | null; forced: boolean | null }>(TABLE_SECURITY, [schemas, names]),
  );
  for (const { name, enabled, forced } of security.rows) {
    if (enabled === null) reasons.push(`The table ${name} is missing: run the migrations; npm start does.`);
    else if (!enabled)
      reasons.push(
        `Row security of ${name} is off, and its policies are asked of nobody: alter table ${name} enable row level security;`,
      );
    else if (!forced)
      reasons.push(`Row security of ${name} does not hold its owner: alter table ${name} force row level security;`);
  }
  if (reasons.length > 0) throw new UnsafeRoleError(reasons);
}
