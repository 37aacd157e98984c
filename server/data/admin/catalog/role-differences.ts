import { type Client, escapeIdentifier } from 'pg';
import type { CatalogDifference } from './declared-catalog.ts';
import { settingDifferences } from './setting-differences.ts';

/** Attributes that no runtime role may have: column of pg_roles, option of ALTER ROLE, and description. */
const ATTRIBUTES = [
  ['rolsuper', 'nosuperuser', 'is a superuser, and bypasses row-level security'],
  ['rolbypassrls', 'nobypassrls', 'has BYPASSRLS, and bypasses row-level security'],
  ['rolcreaterole', 'nocreaterole', 'may create roles, and grant them to itself'],
  ['rolcreatedb', 'nocreatedb', 'may create databases'],
  ['rolreplication', 'noreplication', 'may replicate, and so read every row'],
  ['rolinherit', 'noinherit', 'inherits what other roles may do, if it becomes a member of one'],
] as const;

type Attributes = Readonly<Record<(typeof ATTRIBUTES)[number][0], boolean>> & { readonly name: string };

/**
 * Finds memberships of the runtime roles, in both directions. Since PostgreSQL 16 a role is administered by its
 * creator, who can neither act as the role nor use its rights: that membership is no difference.
 */
const MEMBERSHIPS = `
  select pg_get_userbyid(roleid) as granted, pg_get_userbyid(member) as member,
    case when to_jsonb(m) ? 'set_option' then pg_get_userbyid(grantor) end as grantor
  from pg_auth_members m join pg_roles r on r.oid = m.member
  where pg_get_userbyid(member) = any($1) or (pg_get_userbyid(roleid) = any($1) and not (
    m.admin_option and (r.rolcreaterole or r.rolsuper)
    and to_jsonb(m) @> '{"inherit_option": false, "set_option": false}'))
  order by 1, 2`;

const OWNED = `
  select distinct pg_get_userbyid(refobjid) as role, current_user as ours, case when dbid = 0 then 'a database or tablespace'
    else pg_describe_object(classid, objid, objsubid) end as object
  from pg_shdepend join pg_roles on pg_roles.oid = refobjid
  where refclassid = 'pg_authid'::regclass and deptype = 'o' and rolname = any($1)
    and dbid in (0, (select oid from pg_database where datname = current_database()))
  order by 1, 3`;

/** Reports attributes, memberships, settings and objects that a runtime role must not have. */
export async function roleDifferences(client: Client, roles: readonly string[]): Promise<CatalogDifference[]> {
  const differences: CatalogDifference[] = [];
  const addDifference = (description: string, ...repair: string[]) => void differences.push({ description, repair });

  const attributes = await client.query<Attributes>('select *, rolname as name from pg_roles where rolname = any($1)', [
    roles,
  ]);
  for (const role of roles)
    if (!attributes.rows.some(({ name }) => name === role)) addDifference(`The role ${role} is missing.`);
  for (const role of attributes.rows)
    for (const [attribute, attributeOff, capability] of ATTRIBUTES)
      if (role[attribute])
        addDifference(`${role.name} ${capability}.`, `alter role ${escapeIdentifier(role.name)} ${attributeOff}`);

  const memberships = await client.query<{ granted: string; member: string; grantor: string | null }>(MEMBERSHIPS, [
    roles,
  ]);
  for (const { granted, member, grantor } of memberships.rows)
    addDifference(
      `${member} is a member of ${granted}, and may act as it.`,
      `revoke ${escapeIdentifier(granted)} from ${escapeIdentifier(member)}${grantor === null ? '' : ` granted by ${escapeIdentifier(grantor)}`}`,
    );

  differences.push(...(await settingDifferences(client, roles)));

  const owned = await client.query<{ role: string; ours: string; object: string }>(OWNED, [roles]);
  for (const { role, ours, object } of owned.rows)
    addDifference(
      `${role} owns ${object}: privileges and policies do not restrict an owner.`,
      `reassign owned by ${escapeIdentifier(role)} to ${escapeIdentifier(ours)}`,
    );
  return differences;
}
