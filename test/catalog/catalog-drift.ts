import { checkSchema } from '../../server/access/index.ts';
import { expectedCatalog } from '../../server/commands/access/expected-catalog.ts';
import { executableSchema } from '../../server/executable-schema.ts';

/** One drift of the catalog: the SQL that causes it, and the text that its difference contains. */
export interface CatalogDrift {
  readonly sql: string;
  readonly expectedDifference: string;
}

/** A kind of drift, on every object on which it can occur. */
export type DriftCases = readonly (readonly [name: string, drifts: readonly CatalogDrift[]])[];

/** The policy of the schema. */
export const policy = checkSchema(executableSchema());
/** The catalog that the schema and the privileges declare. */
export const declared = expectedCatalog(policy);

/** The roles of the processes. */
export const ROLES = ['fieldgate_api', 'fieldgate_auth'];
/** The id of a user who does not exist. */
export const OTHER_USER_ID = '00000000-0000-4000-8000-000000000001';

/** Every table of owned rows. */
export const tables = declared.tables.map(({ schema, table, policies }) => ({
  name: `${schema}.${table}`,
  target: `"${schema}"."${table}"`,
  policies,
}));

/** Returns the same drift for both processes' roles. */
export const forEachRole = (
  expectedDifference: (role: string) => string,
  sql: (role: string) => string,
): readonly CatalogDrift[] => ROLES.map((role) => ({ sql: sql(role), expectedDifference: expectedDifference(role) }));

/** Returns a statement that runs `statement` with the current database's name in place of %I. */
export function onCurrentDatabase(statement: string): string {
  return `do $$ begin execute format('${statement}', current_database()); end $$`;
}
