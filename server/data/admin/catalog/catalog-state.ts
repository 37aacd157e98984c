import { type Client, DatabaseError, escapeIdentifier } from 'pg';
import type { CatalogDifference, StateEntry } from './declared-catalog.ts';

/** What may stand beside what was declared without making a difference. */
const HARMLESS_BESIDE: readonly StateEntry['kind'][] = ['function', 'schema', 'table', 'column'];

/**
 * Everything in some schemas ($1) that the three layers of access control and revocation rest on, as PostgreSQL itself
 * writes it: who owns it, tables and columns, constraints and unique indexes, triggers, rules, functions, and policies
 * that wait for row-level security to be switched on.
 */
const STATE = `
  with ours as (
    select oid from pg_roles where rolname = current_user
  ), spaces as (
    select n.oid, nspname, nspowner from pg_namespace n where nspname = any ($1)
  ), relations as (
    select c.*, nspname, format('%I.%I', nspname, relname) as target
    from pg_class c join spaces on spaces.oid = relnamespace where relkind in ('r', 'p')
  ), entries as (
    select 'schema' as kind, format('%I', nspname) as target, '' as name, '' as definition,
      case when nspowner <> (select oid from ours) then 'belongs to ' || pg_get_userbyid(nspowner) end as note
    from spaces
    union all
    select 'table', target, '', '', concat_ws(', ',
      case when relowner <> (select oid from ours) then 'belongs to ' || pg_get_userbyid(relowner) end,
      case when relpersistence <> 'p' then 'unlogged' end,
      case when relrowsecurity then 'row-level security' end,
      (select 'inherits from ' || string_agg(inhparent::regclass::text, ' and ' order by inhparent) from pg_inherits
        where inhrelid = relations.oid),
      (select 'inherited by ' || string_agg(inhrelid::regclass::text, ' and ' order by inhrelid) from pg_inherits
        where inhparent = relations.oid),
      (select 'foreign keys off' from pg_trigger
        where tgrelid = relations.oid and tgisinternal and tgenabled <> 'O' limit 1))
    from relations
    union all
    select 'column', target, attname, concat_ws(' ', format_type(atttypid, atttypmod),
      case when attnotnull then 'not null' end, case when attidentity <> '' then 'identity' end,
      case when attgenerated = '' then 'default' else 'generated' end || ' ' || pg_get_expr(adbin, adrelid)), ''
    from relations join pg_attribute a on attrelid = relations.oid and attnum > 0 and not attisdropped
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    union all
    select 'constraint', target, conname, pg_get_constraintdef(con.oid), ''
    from relations join pg_constraint con on conrelid = relations.oid where contype not in ('n', 't')
    union all
    select 'index', target, i.relname, pg_get_indexdef(indexrelid), case when not indisvalid then 'invalid' end
    from relations join pg_index on indrelid = relations.oid join pg_class i on i.oid = indexrelid
    where indisunique and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
    union all
    select 'trigger', target, tgname, pg_get_triggerdef(t.oid),
      case tgenabled when 'D' then 'disabled' when 'R' then 'on replicas alone' when 'A' then 'always' end
    from relations join pg_trigger t on tgrelid = relations.oid where not tgisinternal
    union all
    select 'rule', target, rulename, pg_get_ruledef(r.oid), case when ev_enabled <> 'O' then 'not as usual' end
    from relations join pg_rewrite r on ev_class = relations.oid
    union all
    select 'policy', target, polname,
      concat_ws(' ', 'for', polcmd, 'using', pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid)), ''
    from relations join pg_policy on polrelid = relations.oid where not relrowsecurity
    union all
    select 'function', format('%I.%I', nspname, proname), pg_get_function_identity_arguments(p.oid),
      pg_get_functiondef(p.oid), case when proowner <> (select oid from ours) then 'belongs to ' || pg_get_userbyid(proowner) end
    from pg_proc p join spaces on spaces.oid = pronamespace where prokind in ('f', 'p')
  )
  select kind, target, name, definition, coalesce(note, '') as note from entries
  order by kind, definition like 'FOREIGN KEY%', target, name`;

/**
 * Reads the state of some schemas.
 * @param client inside a transaction, as the role that owns the tables: what belongs to it is not told apart by its name
 */
export async function readState(client: Client, schemas: readonly string[]): Promise<readonly StateEntry[]> {
  // With an empty search path PostgreSQL writes every name with its schema, whatever the path of this role is.
  await client.query(`savepoint state; set local search_path = ''`);
  try {
    return (await client.query<StateEntry>(STATE, [schemas])).rows;
  } finally {
    await client.query('rollback to savepoint state');
  }
}

/** Schemas that belong to another role: nothing in them can be compared before they belong to this one. */
export async function schemaDifferences(client: Client, declared: readonly StateEntry[]): Promise<CatalogDifference[]> {
  const schemas = declared.filter(({ kind }) => kind === 'schema').map(({ target }) => target);
  const { rows } = await client.query<{ name: string; owner: string; ours: string }>(
    `select nspname as name, pg_get_userbyid(nspowner) as owner, current_user as ours
     from pg_namespace where nspname = any ($1) and pg_get_userbyid(nspowner) <> current_user order by 1`,
    [schemas],
  );
  return rows.map(({ name, owner, ours }) => ({
    description: `The schema ${name} belongs to ${owner}, not to ${ours}: what is in it is compared once it does.`,
    repair: [`alter schema ${escapeIdentifier(name)} owner to ${escapeIdentifier(ours)}`],
  }));
}

/**
 * Compares the schemas with what was declared. Functions that policies rest on are compared in functions.ts, row-level
 * security and policies of tables that have some in policies.ts.
 * @param elsewhere the tables and functions that are compared there, as `schema.name`
 */
export async function stateDifferences(
  client: Client,
  declared: readonly StateEntry[],
  elsewhere: ReadonlySet<string>,
): Promise<CatalogDifference[]> {
  const schemas = declared.filter(({ kind }) => kind === 'schema').map(({ target }) => target);
  const actual = new Map((await readState(client, schemas)).map((entry) => [keyOf(entry), entry]));
  const { rows } = await client.query<{ ours: string }>('select current_user as ours');
  const ours = rows[0]?.ours ?? '';
  const differences: CatalogDifference[] = [];
  const isElsewhere = ({ kind, target }: StateEntry) =>
    (kind === 'function' || kind === 'policy') && elsewhere.has(plain(target));

  const isLost = (entry: StateEntry) => entry.kind === 'table' && !actual.has(keyOf(entry));
  const lost = new Set(declared.filter(isLost).map(({ target }) => target));
  for (const entry of declared) {
    // What was part of a table that is gone is gone with it.
    if (
      isElsewhere(entry) ||
      (lost.has(entry.target) && (entry.kind !== 'table' || elsewhere.has(plain(entry.target))))
    )
      continue;
    const other = actual.get(keyOf(entry));
    actual.delete(keyOf(entry));
    if (other === undefined)
      differences.push({ description: `The ${labelOf(entry)} is missing.`, repair: made(entry) });
    else if (stateOf(entry, elsewhere) !== stateOf(other, elsewhere) && !(await isSameTrigger(client, entry, other)))
      differences.push({
        description: `The ${labelOf(entry)} differs. Declared: ${described(entry)}. In the database: ${described(other)}.`,
        repair: mended(entry, other, ours),
      });
  }
  for (const entry of actual.values())
    if (!isElsewhere(entry) && !HARMLESS_BESIDE.includes(entry.kind))
      differences.push({
        description: `The ${labelOf(entry)} was not declared: ${described(entry)}.`,
        repair: dropped(entry),
      });
  return differences;
}

const plain = (target: string) => target.replaceAll('"', '');
const keyOf = ({ kind, target, name }: StateEntry) => JSON.stringify([kind, target, name]);

/** Row-level security of a table with policies is compared with them. */
function stateOf({ kind, target, definition, note }: StateEntry, elsewhere: ReadonlySet<string>): string {
  const isElsewhere = kind === 'table' && elsewhere.has(plain(target));
  // White space at the ends of lines is not a difference: see `made`.
  return JSON.stringify([
    definition.replaceAll(/[ \t]+$/gm, ''),
    isElsewhere ? note.replace(/(, )?row-level security/, '') : note,
  ]);
}

/**
 * Whether two triggers are the same although they are written differently: PostgreSQL puts parentheses elsewhere when it
 * reads a condition back that it has written. The declared one is made on an empty copy of the table and read again.
 */
async function isSameTrigger(client: Client, declared: StateEntry, actual: StateEntry): Promise<boolean> {
  const { kind, target, definition, note } = declared;
  if (kind !== 'trigger' || note !== actual.note) return false;
  await client.query('savepoint copy');
  try {
    await client.query(`create temporary table trigger_copy (like ${target})`);
    await client.query(definition.replace(` ON ${target} `, ' ON pg_temp.trigger_copy '));
    const { rows } = await client.query<{ definition: string }>(
      `select pg_get_triggerdef(oid) as definition from pg_trigger where tgrelid = 'pg_temp.trigger_copy'::regclass`,
    );
    return rows[0]?.definition.replace(/ ON \S*trigger_copy /, ` ON ${target} `) === actual.definition;
  } catch (error) {
    if (error instanceof DatabaseError) return false;
    throw error;
  } finally {
    await client.query('rollback to savepoint copy');
  }
}

function described({ definition, note }: StateEntry): string {
  return [definition, note].filter((part) => part !== '').join(', ') || 'nothing of note';
}

function labelOf({ kind, target, name }: StateEntry): string {
  switch (kind) {
    case 'schema':
    case 'table':
      return `${kind} ${target}`;
    case 'function':
      return `${kind} ${target}(${name})`;
    case 'column':
      return `${kind} ${target}.${name}`;
    default:
      return `${kind} ${name} of ${target}`;
  }
}

function made({ kind, target, name, definition }: StateEntry): readonly string[] {
  switch (kind) {
    case 'constraint':
      return [`alter table ${target} add constraint ${escapeIdentifier(name)} ${definition}`];
    case 'function':
      // In what is printed a semicolon ends a line only where it ends a statement.
      return [definition.replaceAll(';\n', '; \n')];
    case 'index':
    case 'rule':
    case 'trigger':
      return [definition];
    default:
      return [];
  }
}

function dropped({ kind, target, name }: StateEntry): readonly string[] {
  const quoted = escapeIdentifier(name);
  switch (kind) {
    case 'constraint':
      return [`alter table ${target} drop constraint ${quoted}`];
    case 'index':
      return [`drop index ${target.slice(0, target.indexOf('.'))}.${quoted}`];
    case 'policy':
    case 'rule':
    case 'trigger':
      return [`drop ${kind} ${quoted} on ${target}`];
    default:
      return [];
  }
}

function mended(declared: StateEntry, actual: StateEntry, ours: string): readonly string[] {
  const { kind, target, name, definition } = declared;
  const isForeign = actual.note.includes('belongs to ');
  const isSwitched = declared.definition === actual.definition && kind === 'trigger';
  if (isSwitched) return [`alter table ${target} enable trigger ${escapeIdentifier(name)}`];
  const owner = isForeign
    ? [`alter ${kind} ${target}${kind === 'function' ? `(${name})` : ''} owner to ${escapeIdentifier(ours)}`]
    : [];
  switch (kind) {
    case 'table':
      return [...owner, ...mendedTable(declared, actual)];
    case 'column': {
      const [, notNull, , value] = /^.*?( not null)?( default (.*))?$/.exec(definition) ?? [];
      const column = `alter table ${target} alter column ${escapeIdentifier(name)}`;
      return [
        `${column} ${value === undefined ? 'drop default' : `set default ${value}`}`,
        `${column} ${notNull === undefined ? 'drop' : 'set'} not null`,
      ];
    }
    case 'function':
      return [...owner, ...made(declared)];
    default:
      return [...dropped(actual), ...made(declared)];
  }
}

function mendedTable({ target, note }: StateEntry, { note: actual }: StateEntry): readonly string[] {
  const parents = /inherits from ([^,]+)/.exec(actual)?.[1]?.split(' and ') ?? [];
  const children = /inherited by ([^,]+)/.exec(actual)?.[1]?.split(' and ') ?? [];
  return [
    ...(actual.includes('unlogged') ? [`alter table ${target} set logged`] : []),
    ...(actual.includes('row-level security') && !note.includes('row-level security')
      ? [`alter table ${target} disable row level security`]
      : []),
    ...(actual.includes('foreign keys off') ? [`alter table ${target} enable trigger all`] : []),
    ...parents.map((parent) => `alter table ${target} no inherit ${parent}`),
    ...children.map((child) => `alter table ${child} no inherit ${target}`),
  ];
}
