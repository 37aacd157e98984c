import { checkSchema } from '../../server/access/index.ts';
import { expectedCatalog } from '../../server/commands/access/expected-catalog.ts';
import { executableSchema } from '../../server/executable-schema.ts';

/** A fault at one place, and what a difference has to say to be the one about it. */
export interface CatalogDrift {
  readonly sql: string;
  readonly expectedDifference: string;
}

/** A fault by what it does, at every place where it can be made. */
export type DriftCases = readonly (readonly [name: string, faults: readonly CatalogDrift[]])[];

/** What the schema says. */
export const policy = checkSchema(executableSchema());
/** What the database is to be. */
export const declared = expectedCatalog(policy);

/** The roles of the processes. */
export const ROLES = ['fieldgate_api', 'fieldgate_auth'];
/** A viewer who is nobody's business. */
export const OTHER_USER_ID = '00000000-0000-4000-8000-000000000001';

/** Every table of owned rows. */
export const tables = declared.tables.map(({ schema, table, policies }) => ({
  name: `${schema}.${table}`,
  target: `"${schema}"."${table}"`,
  policies,
}));

/** The same fault for both processes. */
export const forEachRole = (
  expectedDifference: (role: string) => string,
  sql: (role: string) => string,
): readonly CatalogDrift[] => ROLES.map((role) => ({ sql: sql(role), expectedDifference: expectedDifference(role) }));

/** A statement with the database's name where %I stands. */
export function onCurrentDatabase(statement: string): string {
  return `do $$ begin execute format('${statement}', current_database()); end $$`;
}
