import type { Client } from 'pg';
import { withClient } from '../../pg/with-client.ts';
import type { DeclaredCatalog, CatalogDifference } from './declared-catalog.ts';
import { defaultDifferences } from './default-privilege-differences.ts';
import { functionDifferences } from './function-differences.ts';
import { grantDifferences } from './grant-differences.ts';
import { policyDifferences } from './policy-differences.ts';
import { roleDifferences } from './role-differences.ts';
import { serverDifferences } from './setting-differences.ts';
import { schemaDifferences, stateDifferences } from './catalog-state.ts';
import { viewDifferences } from './view-differences.ts';

/**
 * Compares a database with what was declared: row-level security, privileges, roles and their settings, functions, views,
 * and every table, column, constraint, trigger and rule of the schemas.
 * @param client inside a transaction, as the role that owns the tables; what it makes there it takes back
 */
export async function catalogDifferences(
  client: Client,
  declared: DeclaredCatalog,
): Promise<readonly CatalogDifference[]> {
  const foreign = await schemaDifferences(client, declared.state ?? []);
  if (foreign.length > 0) return foreign;
  return [
    ...(await policyDifferences(client, declared.tables)),
    // Before the privileges: what is missing has to be made before anything on it can be granted.
    ...(declared.state ? await stateDifferences(client, declared.state, comparedElsewhere(declared)) : []),
    ...(await grantDifferences(client, declared)),
    ...(await roleDifferences(client, declared.roles)),
    ...(await functionDifferences(client, declared)),
    ...(await viewDifferences(client, declared.roles)),
    ...(await defaultDifferences(client, declared.roles)),
    ...(await serverDifferences(client)),
  ];
}

/** What is compared by itself, by its plain name. */
function comparedElsewhere({ tables, functions }: DeclaredCatalog): ReadonlySet<string> {
  return new Set([
    ...tables.map(({ schema, table }) => `${schema}.${table}`),
    ...functions.map(({ schema, name }) => `${schema}.${name}`),
  ]);
}

/**
 * The same, on a connection of its own and in one transaction that is rolled back: nothing stays, and no table is locked
 * against those who use it.
 * @param url the connection string of the role that owns the tables
 * @throws what the database says
 */
export async function compareCatalog(url: string, declared: DeclaredCatalog): Promise<readonly CatalogDifference[]> {
  return withClient(url, async (client) => {
    // A connection that ends before any commit has changed nothing.
    await client.query(`begin; set local lock_timeout = '5s'; set local statement_timeout = '30s'`);
    return catalogDifferences(client, declared);
  });
}

/** The migration that mends all differences: each statement once, in order. */
export function repairSql(differences: readonly CatalogDifference[]): string {
  return [...new Set(differences.flatMap(({ repair }) => repair))].map((statement) => `${statement};`).join('\n');
}
