/** A policy as CREATE POLICY says it, after the table's name. */
export interface DeclaredPolicy {
  readonly name: string;
  readonly definition: string;
}

/** A table under forced row-level security, with these policies and no others. */
export interface DeclaredTable {
  readonly schema: string;
  readonly table: string;
  readonly policies: readonly DeclaredPolicy[];
}

/** What one role may do with one object. */
export interface Grant {
  readonly kind: 'table' | 'schema' | 'function';
  /** For a schema, its own name stands in both. */
  readonly schema: string;
  readonly name: string;
  /** The argument types of a function, `text, text[]`; empty for everything else. */
  readonly arguments?: string;
  readonly grantee: string;
  /** In lower case: `select`, `usage`, … By privilege, all of the object or the columns that are named. */
  readonly privileges: Readonly<Record<string, true | readonly string[]>>;
}

/** A function that policies rest on: whoever changes it changes them all. */
export interface DeclaredFunction {
  readonly schema: string;
  readonly name: string;
  /** As CREATE FUNCTION has them, without the parentheses: `type text, roles text[]`. */
  readonly parameters: string;
  /** What follows them in CREATE FUNCTION. */
  readonly definition: string;
}

/** One object of a schema, as PostgreSQL writes it. */
export interface StateEntry {
  readonly kind: 'column' | 'constraint' | 'function' | 'index' | 'policy' | 'rule' | 'schema' | 'table' | 'trigger';
  /** The schema, table or function, quoted and with its schema. */
  readonly target: string;
  /** What it is called there: a column, a constraint, the argument types of a function; empty for a table or schema. */
  readonly name: string;
  /** Its definition, as SQL. */
  readonly definition: string;
  /** What is unusual about it: disabled, unlogged, under row-level security; empty where nothing is. */
  readonly note: string;
}

/** Everything that a database may let the roles of the processes do. */
export interface DeclaredCatalog {
  /** The roles that processes sign in as: no privileged attributes, no memberships, nothing of their own. */
  readonly roles: readonly string[];
  readonly tables: readonly DeclaredTable[];
  readonly grants: readonly Grant[];
  readonly functions: readonly DeclaredFunction[];
  /** Every object of the schemas that it names; not compared if left out. */
  readonly state?: readonly StateEntry[];
}

/** One way in which a database differs from what was declared. */
export interface CatalogDifference {
  /** A sentence. */
  readonly description: string;
  /** The statements that mend it, for a migration; what is about roles has to be run by whoever administers them. */
  readonly repair: readonly string[];
}
