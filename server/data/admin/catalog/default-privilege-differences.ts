import { type Client, escapeIdentifier } from 'pg';
import type { CatalogDifference } from './declared-catalog.ts';

/** Finds default privileges for runtime roles and PUBLIC, except PUBLIC's built-in ones on functions and types. */
const DEFAULTS = `
  select pg_get_userbyid(defaclrole) as creator, nspname as schema, coalesce(rolname, 'public') as grantee,
    case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
      when 'n' then 'schemas' else 'large objects' end as kind,
    privilege_type as privilege
  from pg_default_acl left join pg_namespace n on n.oid = defaclnamespace, aclexplode(defaclacl)
  left join pg_roles on pg_roles.oid = grantee
  where rolname = any($1) or (grantee = 0 and (defaclnamespace <> 0 or defaclobjtype not in ('f', 'T')))
  order by 1, 2, 3, 4, 5`;

interface DefaultRow {
  readonly creator: string;
  readonly schema: string | null;
  readonly grantee: string;
  readonly kind: string;
  readonly privilege: string;
}

/** Reports default privileges: they would silently grant access to the tables of the next migration. */
export async function defaultDifferences(client: Client, roles: readonly string[]): Promise<CatalogDifference[]> {
  const { rows } = await client.query<DefaultRow>(DEFAULTS, [roles]);
  return rows.map(({ creator, schema, grantee, kind, privilege }) => {
    const inSchema = schema === null ? '' : ` in schema ${escapeIdentifier(schema)}`;
    const quotedGrantee = grantee === 'public' ? 'public' : escapeIdentifier(grantee);
    return {
      description: `${grantee} will be granted ${privilege} on all ${kind} that ${creator} makes${schema === null ? '' : ` in ${schema}`}.`,
      repair: [
        `alter default privileges for role ${escapeIdentifier(creator)}${inSchema} revoke ${privilege} on ${kind} from ${quotedGrantee}`,
      ],
    };
  });
}
