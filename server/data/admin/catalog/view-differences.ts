import { type Client, escapeIdentifier } from 'pg';
import type { CatalogDifference } from './declared-catalog.ts';

const VIEWS = `
  select nspname as schema, relname as name, relkind = 'm' as materialized, rolname as reader
  from pg_class c join pg_namespace n on n.oid = relnamespace, pg_roles
  where relkind in ('v', 'm') and nspname !~ '^pg_|^information_schema$' and rolname = any($1)
    and has_any_column_privilege(pg_roles.oid, c.oid, 'select, insert, update')
    and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
    and not exists (
      select from pg_options_to_table(reloptions)
      where relkind = 'v' and option_name = 'security_invoker' and option_value::boolean)
  order by 1, 2, 4`;

/**
 * Reports views that give a runtime role the rights of the view's owner: PostgreSQL applies the policies of the
 * underlying tables to that owner instead (manual, CREATE VIEW). Policies do not apply to materialized views at all.
 */
export async function viewDifferences(client: Client, roles: readonly string[]): Promise<CatalogDifference[]> {
  const { rows } = await client.query<{ schema: string; name: string; materialized: boolean; reader: string }>(VIEWS, [
    roles,
  ]);
  return rows.map(({ schema, name, materialized, reader }) => {
    const target = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
    return materialized
      ? {
          description: `The materialized view ${schema}.${name} holds rows that no policy guards, and ${reader} may read it.`,
          repair: [`revoke all on ${target} from ${escapeIdentifier(reader)}, public`],
        }
      : {
          description: `The view ${schema}.${name} reads with its owner's rights, and ${reader} may use it.`,
          repair: [`alter view ${target} set (security_invoker = true)`],
        };
  });
}
