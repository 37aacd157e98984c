import type { Client } from 'pg';
import { withClient } from '../../pg/with-client.ts';
import type { CatalogDifference, DeclaredCatalog } from './declared-catalog.ts';
import { defaultDifferences } from './default-privilege-differences.ts';
import { functionDifferences } from './function-differences.ts';
import { grantDifferences } from './grant-differences.ts';
import { policyDifferences } from './policy-differences.ts';
import { roleDifferences } from './role-differences.ts';
import { serverDifferences } from './setting-differences.ts';
import { schemaDifferences, stateDifferences } from './catalog-state.ts';
import { viewDifferences } from './view-differences.ts';

/**
 * Compares a database with the declared catalog: row-level security, privileges, roles and their settings, functions,
 * views, and every table, column, constraint, trigger and rule of the schemas.
 * @param client a connection in a transaction, as the role that owns the tables. Temporary objects are rolled back.
 */
export async function catalogDifferences(
  client: Client,
  declared: DeclaredCatalog,
): Promise<readonly CatalogDifference[]> {
  const foreign = await schemaDifferences(client, declared.state ?? []);
  if (foreign.length > 0) return foreign;
  return [
    ...(await policyDifferences(client, declared.tables)),
    // Before the privileges: the repair has to create missing objects before it grants privileges on them.
    ...(declared.state ? await stateDifferences(client, declared.state, comparedSeparately(declared)) : []),
    ...(await grantDifferences(client, declared)),
    ...(await roleDifferences(client, declared.roles)),
    ...(await functionDifferences(client, declared)),
    ...(await viewDifferences(client, declared.roles)),
    ...(await defaultDifferences(client, declared.roles)),
    ...(await serverDifferences(client)),
  ];
}

/** The tables and functions that have a comparison of their own, as `schema.name` without quotes. */
function comparedSeparately({ tables, functions }: DeclaredCatalog): ReadonlySet<string> {
  return new Set([
    ...tables.map(({ schema, table }) => `${schema}.${table}`),
    ...functions.map(({ schema, name }) => `${schema}.${name}`),
  ]);
}

/**
 * Runs `catalogDifferences` over a new connection, in a transaction that is rolled back. Takes no lock that blocks
 * reads or writes of the tables.
 * @param url the connection string of the role that owns the tables
 * @throws PostgreSQL's error
 */
export async function compareCatalog(url: string, declared: DeclaredCatalog): Promise<readonly CatalogDifference[]> {
  return withClient(url, async (client) => {
    // Closing the connection rolls the transaction back.
    await client.query(`begin; set local lock_timeout = '5s'; set local statement_timeout = '30s'`);
    return catalogDifferences(client, declared);
  });
}

/** Returns the SQL that repairs all differences: each statement once, in order. */
export function repairSql(differences: readonly CatalogDifference[]): string {
  return [...new Set(differences.flatMap(({ repair }) => repair))].map((statement) => `${statement};`).join('\n');
}
