/** A policy. */
export interface DeclaredPolicy {
  readonly name: string;
  /** What follows the table's name in CREATE POLICY. */
  readonly definition: string;
}

/** A table with forced row-level security, and its complete list of policies. */
export interface DeclaredTable {
  readonly schema: string;
  readonly table: string;
  readonly policies: readonly DeclaredPolicy[];
}

/** The privileges of one role on one object. */
export interface Grant {
  readonly kind: 'table' | 'schema' | 'function';
  /** For a schema, both `schema` and `name` are its name. */
  readonly schema: string;
  readonly name: string;
  /** The argument types of a function, such as `text, text[]`; empty for other objects. */
  readonly arguments?: string;
  readonly grantee: string;
  /** By privilege in lower case (`select`, `usage`, …): true for the whole object, or a list of columns. */
  readonly privileges: Readonly<Record<string, true | readonly string[]>>;
}

/** A function that policies call: changing it changes all of them. */
export interface DeclaredFunction {
  readonly schema: string;
  readonly name: string;
  /** As in CREATE FUNCTION, without the parentheses: `type text, roles text[]`. */
  readonly parameters: string;
  /** What follows the parameters in CREATE FUNCTION. */
  readonly definition: string;
}

/** One object of a schema, as PostgreSQL formats it. */
export interface StateEntry {
  readonly kind: 'column' | 'constraint' | 'function' | 'index' | 'policy' | 'rule' | 'schema' | 'table' | 'trigger';
  /** The qualified and quoted name of the schema, table or function. */
  readonly target: string;
  /** The name within the target, or the argument types of a function; empty for a table or schema. */
  readonly name: string;
  /** Its definition, as SQL. */
  readonly definition: string;
  /** Properties besides the definition, such as disabled, unlogged or row-level security; may be empty. */
  readonly note: string;
}

/** The expected state of a database, as far as access control depends on it. */
export interface DeclaredCatalog {
  /** The runtime roles. They have no privileged attributes, no memberships, and own nothing. */
  readonly roles: readonly string[];
  readonly tables: readonly DeclaredTable[];
  readonly grants: readonly Grant[];
  readonly functions: readonly DeclaredFunction[];
  /** Every object of the schemas. Not compared if left out. */
  readonly state?: readonly StateEntry[];
}

/** A difference between a database and the declared catalog. */
export interface CatalogDifference {
  /** One sentence for the operator. */
  readonly description: string;
  /** The statements that repair it, for a migration. Those on roles have to be run by an administrator. */
  readonly repair: readonly string[];
}
