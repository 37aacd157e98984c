import type { Policy } from './policy.ts';
import type { OwnerRule } from './rule.ts';

/** A privilege on a table of owned rows. */
export type TableCommand = 'select' | 'insert' | 'update' | 'delete';

/** The table that stores the objects of an owned type. */
export interface TableMapping {
  readonly schema: string;
  readonly table: string;
  /** Columns by field name; each owner field of the type needs one. Others are ignored. */
  readonly columns: Readonly<Record<string, string>>;
  /** The role that executes requests. It must be neither a superuser nor the owner of the table. */
  readonly role: string;
  /** The role's privileges; each gets a policy, because without one PostgreSQL denies every row. */
  readonly commands: readonly TableCommand[];
  /** Roles that may access every row, by policy name. Default: none. */
  readonly bypassPolicies?: Readonly<Record<string, BypassRole>>;
}

/** A role to which owner rules do not apply. */
export interface BypassRole {
  readonly role: string;
  /** The command that it may run on every row. Default: `all`. */
  readonly command?: TableCommand | 'all';
}

/** One row-level-security policy. */
export interface RlsPolicy {
  readonly name: string;
  /** The clauses after the table name in CREATE POLICY. */
  readonly definition: string;
}

/** The policies of one owned type's table. */
export interface TableRlsPolicies {
  readonly type: string;
  readonly schema: string;
  readonly table: string;
  readonly policies: readonly RlsPolicy[];
}

/** The SQL functions that the policies call, with their schemas. */
export interface PolicyFunctions {
  /** Without parameters; returns the viewer's id, null if there is none. Default: `app.viewer_id`. */
  readonly viewerId?: string;
  /**
   * `(type text, roles text[])`; returns whether the transaction was opened for cross-owner reads of that type and its
   * user has one of the roles. Default: `app.acts_for_every_owner`.
   */
  readonly crossOwner?: string;
}

/**
 * Returns the row-level-security policies of every owned type, from the owner rules that the guard checks. A row
 * belongs to the user whose id is in the owner column; if a type has several owner rules, all must hold. `orRoles`
 * permits cross-owner reads only, and only in a transaction opened for them; only the owner may change a row. The
 * table's owner gets a policy named `maintenance`: row security is forced on that role too, and without a policy its
 * backfills would silently affect no rows (PostgreSQL manual, 5.9).
 * @param tables by type; null for an owned type that no table stores
 * @throws {TypeError} listing every owned type without a table, table without an owned type, owner field without a
 * column, table shared by two types, name that PostgreSQL would truncate or reject, command named twice, and bypass policy of the
 * role that executes requests
 */
export function rlsPolicies(
  policy: Policy,
  tables: Readonly<Record<string, TableMapping | null>>,
  { viewerId = 'app.viewer_id', crossOwner = 'app.acts_for_every_owner' }: PolicyFunctions = {},
): readonly TableRlsPolicies[] {
  const errors = [...mappingErrors(policy, tables)];
  if (errors.length > 0)
    throw new TypeError(
      `Cannot generate row-level-security policies:\n${errors.map((line) => `  ${line}`).join('\n')}`,
    );

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

/** Returns the SQL that enables and forces row security and creates the policies. The table's owner must run it. */
export function rlsPolicySql({ schema, table, policies: specs }: TableRlsPolicies): string {
  const target = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  return [
    `alter table ${target} enable row level security;`,
    `alter table ${target} force row level security;`,
    ...specs.map(({ name, definition }) => `create policy ${quoteIdentifier(name)} on ${target} ${definition};`),
  ].join('\n');
}

/** Describes the WHERE condition of every statement on the viewer's own rows. */
export function ownerPredicate(rules: readonly OwnerRule[], { columns }: Pick<TableMapping, 'columns'>): string {
  const conditions = rules.map(({ field }) => `${quoteIdentifier(columns[field ?? ''] ?? '')} = the caller's id`);
  return [...new Set(conditions)].join(' and ');
}

/** The clauses that match every row, by command (PostgreSQL manual, CREATE POLICY). */
const ALL_ROWS_CLAUSES: Readonly<Record<TableCommand | 'all', string>> = {
  all: 'using (true) with check (true)',
  select: 'using (true)',
  insert: 'with check (true)',
  update: 'using (true) with check (true)',
  delete: 'using (true)',
};

/** Joins distinct conditions with AND. */
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
      yield `${type} has an owner but no table: map it to its table, or to null if no table stores it.`;
  const typesByTable = new Map<string, string>();
  for (const [type, mapping] of Object.entries(tables)) {
    const rules = owners.get(type);
    if (rules === undefined) {
      yield `${type} has no @owner in the schema: add @owner, or omit its table.`;
      continue;
    }
    if (mapping === null) continue;
    const { schema, table, columns, role, commands, bypassPolicies = {} } = mapping;
    for (const field of new Set(rules.map((rule) => rule.field ?? '')))
      if (!Object.hasOwn(columns, field)) yield `${type}.${field} is an owner field without a column.`;
    const key = JSON.stringify([schema, table]);
    const other = typesByTable.get(key);
    // PostgreSQL combines permissive policies with OR: a row would need to satisfy only one type's policy.
    if (other !== undefined)
      yield `${other} and ${type} share one table: either type's policies would permit its rows.`;
    typesByTable.set(key, type);
    const bypassRoles = Object.values(bypassPolicies).map((bypass) => bypass.role);
    const names = [schema, table, role, ...Object.values(columns), ...Object.keys(bypassPolicies), ...bypassRoles];
    for (const name of names)
      if (!isStorableIdentifier(name))
        yield `${JSON.stringify(name)} is not a valid name in PostgreSQL: 1 to 63 bytes, no NUL.`;
    for (const name of [role, ...bypassRoles])
      if (name === 'public') yield 'The role "public" means every role: name the role that executes requests.';
      else if (name === 'none') yield 'PostgreSQL has no role "none": name the role that executes requests.';
    if (bypassRoles.includes(role))
      yield `The role ${JSON.stringify(role)} executes requests: a bypass policy for it would permit the rows of all owners.`;
    for (const command of new Set(commands.filter((each, index) => commands.indexOf(each) !== index)))
      yield `${type} has the command ${command} twice: PostgreSQL accepts a policy once.`;
    for (const name of Object.keys(bypassPolicies))
      if (/^(maintenance|owner_(select|insert|update|delete))$/.test(name))
        yield `The policy name ${name} is reserved.`;
  }
}

/** PostgreSQL truncates a name after 63 bytes of UTF-8, and cannot store a NUL or a lone surrogate. */
function isStorableIdentifier(name: string): boolean {
  if (name.includes('\0') || !name.isWellFormed()) return false;
  // Percent-encoding writes one character or one %XX for each byte. TextEncoder is not part of ECMAScript, to which the
  // engine restricts itself.
  const bytes = encodeURIComponent(name).replaceAll(/%../g, '%').length;
  return bytes > 0 && bytes <= 63;
}

/** Quotes an identifier (PostgreSQL manual, 4.1.1). */
function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a string literal, for either value of standard_conforming_strings (PostgreSQL manual, 4.1.2). */
function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}
