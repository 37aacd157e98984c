import { type Client, escapeIdentifier } from 'pg';
import type { CatalogDifference, DeclaredCatalog, Grant } from './declared-catalog.ts';

interface GrantRow {
  readonly kind: Grant['kind'] | 'sequence' | 'database';
  readonly schema: string;
  readonly name: string;
  readonly arguments: string;
  readonly column: string | null;
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

/**
 * Lists privileges that were granted to roles other than the owner. $1: the declared roles, all of whose privileges
 * count, including those on system catalogs. $2: the declared schemas, in which the privileges of every role count.
 * Elsewhere those of PUBLIC count, except those granted by PostgreSQL or an extension, and USAGE on a schema, which
 * gives no access by itself. TEMPORARY on the database counts if this role can revoke it.
 */
const GRANTS = `
  with of_the_system as (
    select oid from pg_namespace where nspname ~ '^pg_|^information_schema$'
  ), objects as (
    select case relkind when 'S' then 'sequence' else 'table' end as kind, relnamespace as namespace, relname as name,
      '' as arguments, null as "column", relowner as owner, relacl as acl, 'pg_class'::regclass as class, oid
    from pg_class
    union all
    select 'table', relnamespace, relname, '', attname, relowner, attacl, 'pg_class'::regclass, c.oid
    from pg_class c join pg_attribute a on a.attrelid = c.oid and attacl is not null and not attisdropped
    union all
    select 'function', pronamespace, proname, oidvectortypes(proargtypes), null, proowner,
      coalesce(proacl, acldefault('f', proowner)), 'pg_proc'::regclass, oid
    from pg_proc where proacl is not null or pronamespace not in (select oid from of_the_system)
    union all
    select 'schema', oid, nspname, '', null, nspowner, nspacl, 'pg_namespace'::regclass, oid from pg_namespace
  ), granted as (
    select kind, nspname as schema, name, arguments, "column", grantee, privilege_type, is_grantable,
      namespace in (select oid from of_the_system) or exists (
        select from pg_depend where classid = class and objid = objects.oid and deptype = 'e') as of_the_system
    from objects join pg_namespace on pg_namespace.oid = namespace, aclexplode(acl)
    where grantee <> owner
    union all
    select 'database', datname, datname, '', null, grantee, privilege_type, is_grantable, false
    from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
    where datname = current_database() and grantee <> datdba and (privilege_type = 'CREATE'
      or (privilege_type = 'TEMPORARY' and pg_has_role(current_user, datdba, 'USAGE')))
  )
  select kind, schema, name, arguments, "column", coalesce(rolname, 'public') as grantee,
    lower(privilege_type) as privilege, is_grantable as grantable
  from granted left join pg_roles on pg_roles.oid = grantee
  where rolname = any($1) or (not of_the_system and (
    schema = any($2) or (grantee = 0 and (kind, privilege_type) <> ('schema', 'USAGE'))))
  order by schema, name, kind, arguments, 6, 7, "column"`;

/** An object and a grantee. */
interface GrantTarget extends Omit<Grant, 'kind' | 'privileges'> {
  readonly kind: GrantRow['kind'];
}

/** Compares every privilege on tables, columns, sequences, schemas and functions with the declared ones. */
export async function grantDifferences(
  client: Client,
  { roles, grants }: DeclaredCatalog,
): Promise<CatalogDifference[]> {
  const schemas = [...new Set(grants.map(({ schema }) => schema))];
  const { rows } = await client.query<GrantRow>(GRANTS, [roles, schemas]);
  const entries = new Map<
    string,
    { readonly grantTarget: GrantTarget; readonly declared: Grant[]; readonly actual: GrantRow[] }
  >();
  const entryFor = (grantTarget: GrantTarget) => {
    const key = JSON.stringify([
      grantTarget.kind,
      grantTarget.schema,
      grantTarget.name,
      grantTarget.arguments ?? '',
      grantTarget.grantee,
    ]);
    const entry = entries.get(key) ?? { grantTarget, declared: [], actual: [] };
    entries.set(key, entry);
    return entry;
  };
  for (const row of rows) entryFor(row).actual.push(row);
  for (const grant of grants) entryFor(grant).declared.push(grant);
  return [...entries.values()].flatMap(({ grantTarget, declared, actual }) =>
    compareTarget(grantTarget, declared, actual),
  );
}

function compareTarget(
  grantTarget: GrantTarget,
  declared: readonly Grant[],
  actual: readonly GrantRow[],
): CatalogDifference[] {
  const expected = new Map(declared.flatMap(({ privileges }) => Object.entries(privileges)));
  const target = grantTargetSql(grantTarget);
  const grantee = grantTarget.grantee === 'public' ? 'public' : escapeIdentifier(grantTarget.grantee);
  const regrant = [
    `revoke all on ${target} from ${grantee}`,
    ...[...expected].map(
      ([privilege, extent]) => `grant ${privilege}${columnListSql(extent)} on ${target} to ${grantee}`,
    ),
  ];
  const privileges = new Set([...expected.keys(), ...actual.map(({ privilege }) => privilege)]);
  return [...privileges].flatMap((privilege): CatalogDifference[] => {
    const rows = actual.filter((row) => row.privilege === privilege);
    const actualExtent = grantedExtent(rows);
    const expectedExtent = expected.get(privilege) ?? [];
    const prefix = `${grantTarget.grantee} has ${privilege.toUpperCase()} on ${displayName(grantTarget)}`;
    // On the database only this privilege is revoked: the role keeps CONNECT.
    const repair = grantTarget.kind === 'database' ? [`revoke ${privilege} on ${target} from ${grantee}`] : regrant;
    const differences: CatalogDifference[] = [];
    if (formatExtent(actualExtent) !== formatExtent(expectedExtent))
      differences.push({
        description: `${prefix}: ${formatExtent(actualExtent)}; declared: ${formatExtent(expectedExtent)}.`,
        repair,
      });
    if (rows.some(({ grantable }) => grantable))
      differences.push({ description: `${prefix} and may pass it on.`, repair });
    return differences;
  });
}

function grantedExtent(rows: readonly GrantRow[]): true | readonly string[] {
  return rows.some(({ column }) => column === null) || rows.flatMap(({ column }) => column ?? []);
}

function formatExtent(extent: true | readonly string[]): string {
  if (extent === true) return 'all of it';
  return extent.length === 0 ? 'nothing' : `the columns ${extent.toSorted().join(', ')}`;
}

function columnListSql(extent: true | readonly string[]): string {
  return extent === true ? '' : ` (${extent.map((column) => escapeIdentifier(column)).join(', ')})`;
}

function displayName({ kind, schema, name, arguments: types }: GrantTarget): string {
  if (kind === 'schema' || kind === 'database') return `the ${kind} ${name}`;
  return kind === 'function' ? `${schema}.${name}(${types ?? ''})` : `${schema}.${name}`;
}

function grantTargetSql({ kind, schema, name, arguments: types }: GrantTarget): string {
  if (kind === 'schema' || kind === 'database') return `${kind} ${escapeIdentifier(name)}`;
  const qualified = `${kind} ${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
  return kind === 'function' ? `${qualified}(${types ?? ''})` : qualified;
}
