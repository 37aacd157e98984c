import { checkSchema } from '../../server/access/index.ts';
import { declaredBy } from '../../server/cli/access/declared.ts';
import { executableSchema } from '../../server/schema.ts';

/** A fault at one place, and what a difference has to say to be the one about it. */
export interface Fault {
  readonly sql: string;
  readonly said: string;
}

/** A fault by what it does, at every place where it can be made. */
export type Faults = readonly (readonly [name: string, faults: readonly Fault[]])[];

/** What the schema says. */
export const policy = checkSchema(executableSchema());
/** What the database is to be. */
export const declared = declaredBy(policy);

/** The roles of the processes. */
export const ROLES = ['fieldgate_api', 'fieldgate_auth'];
/** A viewer who is nobody's business. */
export const SOMEBODY = '00000000-0000-4000-8000-000000000001';

/** Every table of owned rows. */
export const tables = declared.tables.map(({ schema, table, policies }) => ({
  name: `${schema}.${table}`,
  target: `"${schema}"."${table}"`,
  policies,
}));

/** The same fault for both processes. */
export const onRoles = (said: (role: string) => string, sql: (role: string) => string): readonly Fault[] =>
  ROLES.map((role) => ({ sql: sql(role), said: said(role) }));

/** A statement with the database's name where %I stands. */
export function inDatabase(statement: string): string {
  return `do $$ begin execute format('${statement}', current_database()); end $$`;
}
