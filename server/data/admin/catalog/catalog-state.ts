import { type Client, DatabaseError, escapeIdentifier } from 'pg';
import type { CatalogDifference, StateEntry } from './declared-catalog.ts';

/** Kinds of objects that may exist undeclared. */
const HARMLESS_KINDS: readonly StateEntry['kind'][] = ['function', 'schema', 'table', 'column'];

/**
 * Lists the objects of some schemas ($1) that access control and revocation depend on, as PostgreSQL formats them:
 * their owners, tables, columns, constraints, unique indexes, triggers, rules, functions, and policies of tables whose
 * row-level security is disabled.
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
 * Reads the objects of some schemas.
 * @param client a connection in a transaction, as the role that owns the tables: only other owners appear in `note`
 */
export async function readState(client: Client, schemas: readonly string[]): Promise<readonly StateEntry[]> {
  // With an empty search path PostgreSQL qualifies every name with its schema.
  await client.query(`savepoint state; set local search_path = ''`);
  try {
    return (await client.query<StateEntry>(STATE, [schemas])).rows;
  } finally {
    await client.query('rollback to savepoint state');
  }
}

/** Reports schemas that belong to another role. Their objects cannot be compared until this role owns them. */
export async function schemaDifferences(client: Client, declared: readonly StateEntry[]): Promise<CatalogDifference[]> {
  const schemas = declared.filter(({ kind }) => kind === 'schema').map(({ target }) => target);
  const { rows } = await client.query<{ name: string; owner: string; ours: string }>(
    `select nspname as name, pg_get_userbyid(nspowner) as owner, current_user as ours
     from pg_namespace where nspname = any ($1) and pg_get_userbyid(nspowner) <> current_user order by 1`,
    [schemas],
  );
  return rows.map(({ name, owner, ours }) => ({
    description: `The schema ${name} belongs to ${owner}, not to ${ours}: its objects are compared once it does.`,
    repair: [`alter schema ${escapeIdentifier(name)} owner to ${escapeIdentifier(ours)}`],
  }));
}

/**
 * Compares the objects of the schemas with the declared ones.
 * @param comparedSeparately the tables whose policies, and the functions whose definitions, are compared in
 * policy-differences.ts and function-differences.ts, as `schema.name`
 */
export async function stateDifferences(
  client: Client,
  declared: readonly StateEntry[],
  comparedSeparately: ReadonlySet<string>,
): Promise<CatalogDifference[]> {
  const schemas = declared.filter(({ kind }) => kind === 'schema').map(({ target }) => target);
  const actual = new Map((await readState(client, schemas)).map((entry) => [keyOf(entry), entry]));
  const { rows } = await client.query<{ ours: string }>('select current_user as ours');
  const ours = rows[0]?.ours ?? '';
  const differences: CatalogDifference[] = [];
  const isComparedSeparately = ({ kind, target }: StateEntry) =>
    (kind === 'function' || kind === 'policy') && comparedSeparately.has(unquoted(target));

  const isMissingTable = (entry: StateEntry) => entry.kind === 'table' && !actual.has(keyOf(entry));
  const missingTables = new Set(declared.filter(isMissingTable).map(({ target }) => target));
  for (const entry of declared) {
    // Parts of a missing table are not reported one by one.
    if (
      isComparedSeparately(entry) ||
      (missingTables.has(entry.target) && (entry.kind !== 'table' || comparedSeparately.has(unquoted(entry.target))))
    )
      continue;
    const found = actual.get(keyOf(entry));
    actual.delete(keyOf(entry));
    if (found === undefined)
      differences.push({ description: `The ${labelOf(entry)} is missing.`, repair: createStatements(entry) });
    else if (
      comparableState(entry, comparedSeparately) !== comparableState(found, comparedSeparately) &&
      !(await isSameTrigger(client, entry, found))
    )
      differences.push({
        description: `The ${labelOf(entry)} differs. Declared: ${describe(entry)}. In the database: ${describe(found)}.`,
        repair: repairStatements(entry, found, ours),
      });
  }
  for (const entry of actual.values())
    if (!isComparedSeparately(entry) && !HARMLESS_KINDS.includes(entry.kind))
      differences.push({
        description: `The ${labelOf(entry)} was not declared: ${describe(entry)}.`,
        repair: dropStatements(entry),
      });
  return differences;
}

const unquoted = (target: string) => target.replaceAll('"', '');
const keyOf = ({ kind, target, name }: StateEntry) => JSON.stringify([kind, target, name]);

/** Returns what is compared of an entry. Row-level security of a table with policies is compared with its policies. */
function comparableState(
  { kind, target, definition, note }: StateEntry,
  comparedSeparately: ReadonlySet<string>,
): string {
  const isComparedSeparately = kind === 'table' && comparedSeparately.has(unquoted(target));
  // White space at the ends of lines is ignored: see `createStatements`.
  return JSON.stringify([
    definition.replaceAll(/[ \t]+$/gm, ''),
    isComparedSeparately ? note.replace(/(, )?row-level security/, '') : note,
  ]);
}

/**
 * Whether two differently formatted triggers are the same. PostgreSQL adds parentheses when it parses and formats its
 * own output again, so the declared trigger is created on an empty copy of the table and read back.
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

function describe({ definition, note }: StateEntry): string {
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

function createStatements({ kind, target, name, definition }: StateEntry): readonly string[] {
  switch (kind) {
    case 'constraint':
      return [`alter table ${target} add constraint ${escapeIdentifier(name)} ${definition}`];
    case 'function':
      // In the printed migration only the end of a statement is a semicolon at the end of a line: the body gets spaces.
      return [definition.replaceAll(';\n', '; \n')];
    case 'index':
    case 'rule':
    case 'trigger':
      return [definition];
    default:
      return [];
  }
}

function dropStatements({ kind, target, name }: StateEntry): readonly string[] {
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

function repairStatements(declared: StateEntry, actual: StateEntry, ours: string): readonly string[] {
  const { kind, target, name, definition } = declared;
  const isForeign = actual.note.includes('belongs to ');
  const isDisabledTrigger = declared.definition === actual.definition && kind === 'trigger';
  if (isDisabledTrigger) return [`alter table ${target} enable trigger ${escapeIdentifier(name)}`];
  const owner = isForeign
    ? [`alter ${kind} ${target}${kind === 'function' ? `(${name})` : ''} owner to ${escapeIdentifier(ours)}`]
    : [];
  switch (kind) {
    case 'table':
      return [...owner, ...repairTableStatements(declared, actual)];
    case 'column': {
      const [, notNull, , value] = /^.*?( not null)?( default (.*))?$/.exec(definition) ?? [];
      const column = `alter table ${target} alter column ${escapeIdentifier(name)}`;
      return [
        `${column} ${value === undefined ? 'drop default' : `set default ${value}`}`,
        `${column} ${notNull === undefined ? 'drop' : 'set'} not null`,
      ];
    }
    case 'function':
      return [...owner, ...createStatements(declared)];
    default:
      return [...dropStatements(actual), ...createStatements(declared)];
  }
}

function repairTableStatements({ target, note }: StateEntry, { note: actual }: StateEntry): readonly string[] {
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
