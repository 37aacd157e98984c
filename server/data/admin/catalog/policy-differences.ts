import { type Client, DatabaseError, escapeIdentifier } from 'pg';
import type { CatalogDifference, DeclaredTable } from './declared-catalog.ts';

interface PolicyRow {
  readonly name: string;
  readonly command: string;
  readonly permissive: boolean;
  readonly roles: string;
  readonly using: string | null;
  readonly check: string | null;
}

const POLICIES = `
  select polname as name, polpermissive as permissive,
    case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end
      as command,
    (select string_agg(case when role = 0 then 'public' else pg_get_userbyid(role)::text end, ', ' order by role)
      from unnest(polroles) as role) as roles,
    pg_get_expr(polqual, polrelid) as using, pg_get_expr(polwithcheck, polrelid) as check
  from pg_policy where polrelid = $1::regclass order by polname`;

const TABLE = `
  select pg_get_userbyid(relowner) as owner, current_user as ours,
    relrowsecurity as enabled, relforcerowsecurity as forced
  from pg_class where oid = $1::regclass`;

/** The properties of a policy that are compared. */
const PROPERTIES = ['permissive', 'command', 'roles', 'using', 'check'] as const;

/**
 * Compares each table's row-level security with the declared policies. PostgreSQL formats both sides: the declared
 * policies are created on an empty temporary copy of the table, so that the table itself is not locked.
 */
export async function policyDifferences(
  client: Client,
  tables: readonly DeclaredTable[],
): Promise<CatalogDifference[]> {
  const differences: CatalogDifference[] = [];
  for (const table of tables) differences.push(...(await comparePolicies(client, table)));
  return differences;
}

async function comparePolicies(
  client: Client,
  { schema, table, policies }: DeclaredTable,
): Promise<CatalogDifference[]> {
  const name = `${schema}.${table}`;
  const target = `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
  const lookup = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [target]);
  if (!lookup.rows[0]?.there) return [{ description: `The table ${name} is missing.`, repair: [] }];

  const { rows: flags } = await client.query<{ owner: string; ours: string; enabled: boolean; forced: boolean }>(
    TABLE,
    [target],
  );
  const differences: CatalogDifference[] = [];
  const addDifference = (description: string, ...repair: string[]) => void differences.push({ description, repair });
  const [flag] = flags;
  if (flag && flag.owner !== flag.ours) {
    // Only the owner of the table can create the declared policies for the comparison.
    addDifference(
      `${name} belongs to ${flag.owner}, not to ${flag.ours}: its policies are compared once it does.`,
      `alter table ${target} owner to ${escapeIdentifier(flag.ours)}`,
    );
    return differences;
  }
  if (!flag?.enabled)
    addDifference(`Row-level security of ${name} is disabled.`, `alter table ${target} enable row level security`);
  if (!flag?.forced)
    addDifference(
      `Row-level security of ${name} is not forced: the table's owner bypasses it.`,
      `alter table ${target} force row level security`,
    );

  const expected = await declaredRows(client, target, table, policies);
  if (typeof expected === 'string') return [...differences, { description: `${name}: ${expected}`, repair: [] }];
  const actual = (await client.query<PolicyRow>(POLICIES, [target])).rows;
  const drop = (policy: string) => `drop policy ${escapeIdentifier(policy)} on ${target}`;
  for (const row of actual)
    if (!expected.some((actualRow) => actualRow.name === row.name))
      addDifference(`${name} has a policy that was not declared, ${describePolicy(row)}.`, drop(row.name));
  for (const row of expected) {
    const definition = policies.find((policy) => policy.name === row.name)?.definition ?? '';
    const create = `create policy ${escapeIdentifier(row.name)} on ${target} ${definition}`;
    const actualRow = actual.find((policy) => policy.name === row.name);
    if (actualRow === undefined) addDifference(`${name} lacks a policy, ${describePolicy(row)}.`, create);
    else if (PROPERTIES.some((property) => row[property] !== actualRow[property]))
      addDifference(
        `A policy of ${name} differs. Declared: ${describePolicy(row)}. In the database: ${describePolicy(actualRow)}.`,
        drop(row.name),
        create,
      );
  }
  return differences;
}

/** Returns the declared policies as PostgreSQL formats them, or the reason why they cannot be created. */
async function declaredRows(
  client: Client,
  target: string,
  table: string,
  policies: DeclaredTable['policies'],
): Promise<readonly PolicyRow[] | string> {
  const copy = `pg_temp.${escapeIdentifier(table)}`;
  await client.query('savepoint copy');
  try {
    await client.query(`create temporary table ${copy} (like ${target})`);
    for (const { name, definition } of policies)
      await client.query(`create policy ${escapeIdentifier(name)} on ${copy} ${definition}`);
    return (await client.query<PolicyRow>(POLICIES, [copy])).rows;
  } catch (error) {
    if (error instanceof DatabaseError) return `the declared policies cannot be made: ${error.message}.`;
    throw error;
  } finally {
    await client.query('rollback to savepoint copy');
  }
}

function describePolicy({ name, permissive, command, roles, using, check }: PolicyRow): string {
  const clauses = [using === null ? '' : ` using ${using}`, check === null ? '' : ` with check ${check}`].join('');
  return `${name} (${permissive ? '' : 'restrictive, '}${command} to ${roles}${clauses})`;
}
