import type { Policy } from './policy.ts';
import type { OwnerRule } from './rule.ts';

/** What a role may be granted on a table of owned rows. */
export type TableCommand = 'select' | 'insert' | 'update' | 'delete';

/** Where the objects of an owned type are kept. */
export interface TableMapping {
  readonly schema: string;
  readonly table: string;
  /** The column that holds each owner field of the type, by the field's name. More may be named than are needed. */
  readonly columns: Readonly<Record<string, string>>;
  /** The role that answers requests: no superuser, no owner of tables. */
  readonly role: string;
  /** What that role is granted: it gets a policy for each, and without one it may do nothing. */
  readonly commands: readonly TableCommand[];
  /** Roles that work on every row, by the name of their policy. None unless said otherwise. */
  readonly bypassPolicies?: Readonly<Record<string, BypassRole>>;
}

/** A role that no owner rule holds. */
export interface BypassRole {
  readonly role: string;
  /** What it may do to every row; `all` unless said otherwise. */
  readonly command?: TableCommand | 'all';
}

/** One policy of row-level security. */
export interface RlsPolicy {
  readonly name: string;
  /** What follows the table's name in CREATE POLICY. */
  readonly definition: string;
}

/** All policies of the table of one owned type. */
export interface TableRlsPolicies {
  readonly type: string;
  readonly schema: string;
  readonly table: string;
  readonly policies: readonly RlsPolicy[];
}

/** The functions that the policies ask, schema and name in SQL. */
export interface PolicyFunctions {
  /** Takes nothing; the id of the user on whose behalf the transaction runs, null for none. Default `app.viewer_id`. */
  readonly viewerId?: string;
  /**
   * Takes a type's name and an array of roles; whether the transaction has been opened to act for every owner of that
   * type, and its user has one of the roles. Default `app.acts_for_every_owner`.
   */
  readonly crossOwner?: string;
}

/**
 * Makes the row-level-security policies of every owned type from the rules that the guard asks: an owner's rows are
 * whoever's id stands in the column, and where several rules name an owner all of them have to hold.
 * `orRoles` opens reading alone, and only where the transaction has said so: changes stay with the owner.
 * The role that runs the statements, who owns the tables, gets a policy for maintenance: row security is forced on it
 * too, and without one its backfills would touch no rows, in silence (PostgreSQL manual, 5.9).
 * @param tables by type; null for an owned type that is kept in no table
 * @throws {TypeError} naming every owned type without a table, table without an owned type, owner field without a
 * column, table of two types, and name that PostgreSQL would not keep as it is
 */
export function rlsPolicies(
  policy: Policy,
  tables: Readonly<Record<string, TableMapping | null>>,
  { viewerId = 'app.viewer_id', crossOwner = 'app.acts_for_every_owner' }: PolicyFunctions = {},
): readonly TableRlsPolicies[] {
  const errors = [...mappingErrors(policy, tables)];
  if (errors.length > 0)
    throw new TypeError(`No policies can be made:\n${errors.map((line) => `  ${line}`).join('\n')}`);

  return [...policy.owners].flatMap(([type, rules]): readonly TableRlsPolicies[] => {
    const mapping = tables[type];
    if (mapping == null) return [];
    const { schema, table, columns, role, commands, bypassPolicies = {} } = mapping;
    const owns = ({ field }: OwnerRule) => `${quoteIdentifier(columns[field ?? ''] ?? '')} = (select ${viewerId}())`;
    const reads = (rule: OwnerRule) =>
      rule.orRoles.length === 0
        ? owns(rule)
        : `${owns(rule)} or (select ${crossOwner}(${quoteLiteral(type)}, array[${rule.orRoles.map(quoteLiteral).join(', ')}]))`;
    const own = andConditions(rules.map(owns));
    const clauses: Readonly<Record<TableCommand, string>> = {
      select: `using (${andConditions(rules.map(reads))})`,
      insert: `with check (${own})`,
      update: `using (${own}) with check (${own})`,
      delete: `using (${own})`,
    };
    return [
      {
        type,
        schema,
        table,
        policies: [
          { name: 'maintenance', definition: 'to current_user using (true) with check (true)' },
          ...Object.entries(bypassPolicies).map(([name, { role: other, command = 'all' }]) => ({
            name,
            definition: `for ${command} to ${quoteIdentifier(other)} ${ALL_ROWS_CLAUSES[command]}`,
          })),
          ...commands.map((command) => ({
            name: `owner_${command}`,
            definition: `for ${command} to ${quoteIdentifier(role)} ${clauses[command]}`,
          })),
        ],
      },
    ];
  });
}

/** The SQL that puts policies on a table that has none, to be run by the table's owner. */
export function rlsPolicySql({ schema, table, policies: specs }: TableRlsPolicies): string {
  const target = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  return [
    `alter table ${target} enable row level security;`,
    `alter table ${target} force row level security;`,
    ...specs.map(({ name, definition }) => `create policy ${quoteIdentifier(name)} on ${target} ${definition};`),
  ].join('\n');
}

/** Which clauses a command can have (PostgreSQL manual, CREATE POLICY). */
const ALL_ROWS_CLAUSES: Readonly<Record<TableCommand | 'all', string>> = {
  all: 'using (true) with check (true)',
  select: 'using (true)',
  insert: 'with check (true)',
  update: 'using (true) with check (true)',
  delete: 'using (true)',
};

/** Conditions that all have to hold, each once. */
function andConditions(conditions: readonly string[]): string {
  const distinct = [...new Set(conditions)];
  return distinct.length === 1 ? distinct.join('') : distinct.map((condition) => `(${condition})`).join(' and ');
}

function* mappingErrors(
  { owners }: Policy,
  tables: Readonly<Record<string, TableMapping | null>>,
): Generator<string, void, undefined> {
  for (const type of owners.keys())
    if (!Object.hasOwn(tables, type))
      yield `${type} has an owner and no table: name its table, or null if it has none.`;
  const typesByTable = new Map<string, string>();
  for (const [type, mapping] of Object.entries(tables)) {
    const rules = owners.get(type);
    if (rules === undefined) {
      yield `${type} has no owner in the schema: write @owner on it, or leave its table out.`;
      continue;
    }
    if (mapping === null) continue;
    const { schema, table, columns, role, bypassPolicies = {} } = mapping;
    for (const field of new Set(rules.map((rule) => rule.field ?? '')))
      if (!Object.hasOwn(columns, field)) yield `${type}.${field} names the owner and has no column.`;
    const key = JSON.stringify([schema, table]);
    const other = typesByTable.get(key);
    // The policies of both would stand on one table, where any one of them is enough.
    if (other !== undefined) yield `${other} and ${type} are kept in one table: policies would open it to either.`;
    typesByTable.set(key, type);
    const trustedRoles = Object.values(bypassPolicies).map((condition) => condition.role);
    const names = [schema, table, role, ...Object.values(columns), ...Object.keys(bypassPolicies), ...trustedRoles];
    for (const name of names)
      if (!isStorableIdentifier(name)) yield `${JSON.stringify(name)} is no name in PostgreSQL.`;
    for (const name of [role, ...trustedRoles])
      if (name === 'public') yield 'The role "public" is everybody: name the role that answers requests.';
    for (const name of Object.keys(bypassPolicies))
      if (/^(maintenance|owner_(select|insert|update|delete))$/.test(name)) yield `The policy name ${name} is taken.`;
  }
}

/** PostgreSQL cuts a name after 63 bytes of UTF-8, and cannot hold a NUL or half of a surrogate pair. */
function isStorableIdentifier(name: string): boolean {
  if (name.includes('\0') || !name.isWellFormed()) return false;
  // A byte is written as itself or as %XX. TextEncoder is no part of the language, and the engine needs nothing else.
  const bytes = encodeURIComponent(name).replaceAll(/%../g, '%').length;
  return bytes > 0 && bytes <= 63;
}

/** A name in SQL, whatever is in it (PostgreSQL manual, 4.1.1). */
function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in SQL, whatever is in it and however standard_conforming_strings stands (PostgreSQL manual, 4.1.2). */
function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}
