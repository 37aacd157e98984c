import { Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WITHDRAWN_FUNCTIONS } from '../../server/data/admin/public-functions.ts';
import { setUpEmptyDatabase } from '../support/test-database.ts';
import { INSUFFICIENT_PRIVILEGE } from '../support/role-connections.ts';
import { declared } from './catalog-drift.ts';

const there = setUpEmptyDatabase();
let api: Client;
beforeAll(async () => {
  api = new Client({ connectionString: there.database.api });
  await api.connect();
});
afterAll(() => api.end());

/** Runs a statement as fieldgate_api and takes it back: the SQLSTATE with which it was refused, or `allowed`. */
async function tried(statement: string): Promise<string> {
  await api.query('begin');
  try {
    await api.query(statement);
    return 'allowed';
  } catch (error) {
    if (error instanceof DatabaseError) return error.code ?? '';
    throw error;
  } finally {
    await api.query('rollback');
  }
}
/** The statements that were not refused for want of a privilege, each with what came of it. */
async function notDenied(statements: readonly string[]): Promise<readonly string[]> {
  const left: string[] = [];
  for (const statement of statements) {
    const outcome = await tried(statement);
    if (outcome !== INSUFFICIENT_PRIVILEGE) left.push(`${outcome}: ${statement}`);
  }
  return left;
}

const MODES = [
  'access share',
  'row share',
  'row exclusive',
  'share update exclusive',
  'share',
  'share row exclusive',
  'exclusive',
  'access exclusive',
];

describe('the role of the API locks no table', () => {
  /** `DELETE` on a table is enough for every lock on it, and PostgreSQL has no privilege that is for the one alone. */
  const DELETED_FROM = declared.grants
    .filter(({ kind, grantee, privileges }) => kind === 'table' && grantee === 'fieldgate_api' && privileges['delete'])
    .map(({ schema, name }) => `${schema}.${name}`);
  /** `SELECT` on the whole table is enough for the weakest lock, which every query takes. */
  const READ_WHOLE = declared.grants
    .filter(
      ({ kind, grantee, privileges }) =>
        kind === 'table' && grantee === 'fieldgate_api' && privileges['select'] === true,
    )
    .map(({ schema, name }) => `${schema}.${name}`);

  // covers: DATA-06
  test('in any mode, but those that docs/security.md names', async () => {
    const tables = await there.superuser.rows<{ name: string; target: string }>(`
      select nspname || '.' || relname as name, format('%I.%I', nspname, relname) as target
      from pg_class join pg_namespace n on n.oid = relnamespace
      where relkind in ('r', 'p') and nspname !~ '^pg_toast|^pg_temp|^information_schema$'`);
    expect(tables.length).toBeGreaterThan(70);
    const locked: string[] = [];
    for (const { name, target } of tables)
      for (const mode of MODES) {
        const isRead = mode === 'access share' && (READ_WHOLE.includes(name) || name.startsWith('pg_catalog.'));
        const outcome = await tried(`lock table ${target} in ${mode} mode nowait`);
        if (outcome === 'allowed' && !isRead) locked.push(`${name}: ${mode}`);
      }
    expect(DELETED_FROM.toSorted()).toEqual(['app.step', 'app.task']);
    expect(locked.toSorted()).toEqual(
      DELETED_FROM.flatMap((name) =>
        MODES.filter((mode) => mode !== 'access share' || !READ_WHOLE.includes(name)).map((mode) => `${name}: ${mode}`),
      ).toSorted(),
    );
  });
});

describe('the role of the API makes nothing', () => {
  const SCHEMAS = ['app', 'auth', 'public', 'pg_catalog', 'information_schema', 'pg_temp'];
  const OBJECTS = (schema: string) => [
    `create table ${schema}.x (a int)`,
    `create table ${schema}.x as select 1`,
    `select 1 as a into ${schema}.x`,
    `create unlogged table ${schema}.x (a int)`,
    `create view ${schema}.x as select 1`,
    `create materialized view ${schema}.x as select 1 as a`,
    `create sequence ${schema}.x`,
    `create function ${schema}.x() returns int return 1`,
    `create procedure ${schema}.x() language sql as 'select 1'`,
    `create aggregate ${schema}.x(int) (sfunc = int4pl, stype = int4)`,
    `create type ${schema}.x as (a int)`,
    `create type ${schema}.x as enum ('a')`,
    `create domain ${schema}.x as int`,
    `create operator ${schema}.=== (function = int4eq, leftarg = int, rightarg = int)`,
    `create collation ${schema}.x from "C"`,
    `create text search configuration ${schema}.x (copy = pg_catalog.simple)`,
    `create statistics ${schema}.x on title, done from app.task`,
  ];

  // covers: DATA-06
  test.each(SCHEMAS)('in the schema %s', async (schema) => {
    const left = await notDenied(OBJECTS(schema));
    // What PostgreSQL refuses for another reason, such as a view among temporary objects, is refused as well.
    expect(left.filter((line) => line.startsWith('allowed'))).toEqual([]);
  });

  test('elsewhere: schema, database, role, extension, trigger, policy, rule, index, publication, server and the rest', async () => {
    const left = await notDenied([
      'create schema x',
      'create temporary table x ()',
      'create role x',
      'create extension hstore',
      'create language plperlu',
      'create trigger x before update on app.task for each row execute function auth.rename_session()',
      'create policy x on app.task using (true)',
      'create rule x as on delete to app.task do instead nothing',
      'create index x on app.task (title)',
      'create publication x for table app.task',
      'create publication x for all tables',
      `create subscription x connection '' publication x with (connect = false)`,
      'create foreign data wrapper x',
      `create event trigger x on ddl_command_end execute function app.viewer_id()`,
      'create cast (text as int) with inout as implicit',
      'comment on table app.task is null',
      `security label on table app.task is null`,
    ]);
    expect(left.filter((line) => line.startsWith('allowed'))).toEqual([]);
  });

  // covers: DATA-06
  test('no large object: by none of PostgreSQL’s functions, nor any other of those that were withdrawn from PUBLIC', async () => {
    const callable = await there.superuser.rows(
      `select oid::regprocedure::text as name from pg_proc
       where proname ~ $1 and has_function_privilege('fieldgate_api', oid, 'execute')`,
      [WITHDRAWN_FUNCTIONS],
    );
    expect(callable).toEqual([]);
    expect(
      await notDenied([
        'select lo_creat(-1)',
        'select lo_create(0)',
        `select lo_from_bytea(0, 'x')`,
        `select lo_import('/etc/passwd')`,
        'select lo_open(1, 131072)',
        `select pg_logical_emit_message(false, 'x', 'x')`,
        'select pg_export_snapshot()',
      ]),
    ).toEqual([]);
  });
});

describe('the role of the API changes nothing of what is there', () => {
  test('no table, function, schema, default or statistics', async () => {
    const targets = declared.tables.map(({ schema, table }) => `"${schema}"."${table}"`);
    const left = await notDenied([
      ...targets.flatMap((on) => [
        `alter table ${on} disable row level security`,
        `alter table ${on} no force row level security`,
        `alter table ${on} disable trigger all`,
        `alter table ${on} owner to fieldgate_api`,
        `alter table ${on} set unlogged`,
        `drop table ${on}`,
        `truncate ${on}`,
        `drop policy maintenance on ${on}`,
        `alter policy maintenance on ${on} using (true)`,
        `grant select on ${on} to public with grant option`,
      ]),
      'alter function app.viewer_id() volatile',
      'create or replace function app.viewer_id() returns uuid return null::uuid',
      'alter schema app owner to fieldgate_api',
      'alter default privileges for role fieldgate grant select on tables to public',
      'drop trigger revoke_deleted on auth.session',
      'alter table auth.session disable trigger revoke_deleted',
      'insert into auth.session_revocation (session_id, reason) values (gen_random_uuid(), $$ENDED$$)',
      'delete from auth.session_revocation',
      'reindex table app.task',
      'cluster app.task using task_pkey',
      'refresh materialized view app.task',
    ]);
    // GRANT without a grant option is a warning of PostgreSQL's, and grants nothing.
    expect(left.filter((line) => line.startsWith('allowed') && !line.includes('grant select'))).toEqual([]);
    const granted = `select from pg_class, aclexplode(relacl) where relnamespace in ('app'::regnamespace, 'auth'::regnamespace) and grantee = 0`;
    expect(await there.superuser.rows(granted)).toEqual([]);
  });

  // covers: DATA-06
  test('no role: neither another’s attributes nor its own, but its password and what its connections begin with', async () => {
    const attributes = [
      'superuser',
      'createdb',
      'createrole',
      'replication',
      'bypassrls',
      'inherit',
      'nologin',
      'connection limit 1',
      `valid until '2000-01-01'`,
    ];
    const left = await notDenied([
      ...['fieldgate_api', 'fieldgate_auth', 'fieldgate', 'postgres'].flatMap((role) =>
        attributes.map((attribute) => `alter role ${role} ${attribute}`),
      ),
      ...['fieldgate_auth', 'fieldgate', 'postgres', 'all'].map((role) => `alter role ${role} set search_path = evil`),
      ...['fieldgate_auth', 'fieldgate', 'postgres'].map((role) => `alter role ${role} password 'x'`),
      'alter role fieldgate_api rename to x',
      'grant fieldgate to fieldgate_api',
      'grant fieldgate_auth to fieldgate_api',
      'grant pg_read_all_data to fieldgate_api',
      'grant fieldgate_api to fieldgate_auth',
      'drop role fieldgate_auth',
      'alter database postgres set search_path = evil',
      'alter system set row_security = off',
    ]);
    // Neither can be done by anybody in such a place: in a transaction, to oneself.
    expect(left).toEqual(['0A000: alter role fieldgate_api rename to x', '25001: alter system set row_security = off']);
    expect(await tried(`alter role fieldgate_api password 'another'`)).toBe('allowed');
    expect(await tried('alter role fieldgate_api set search_path = evil')).toBe('allowed');
    expect(await tried(`alter role fieldgate_api set app.viewer_id = 'x'`)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('not who it is', async () => {
    const roles = (
      await there.superuser.rows<{ name: string }>('select quote_ident(rolname) as name from pg_roles')
    ).map(({ name }) => name);
    const others = roles.filter((role) => role !== 'fieldgate_api');
    expect(others.length).toBeGreaterThan(10);
    expect(
      await notDenied(others.flatMap((role) => [`set role ${role}`, `set local session authorization ${role}`])),
    ).toEqual([]);
    expect(await notDenied(['set session_replication_role = replica', 'set lo_compat_privileges = on'])).toEqual([]);
  });
});

describe('the role of the API reaches nothing outside of its tables', () => {
  // covers: DATA-06
  test('no file and no program of the server', async () => {
    const left = await notDenied([
      `copy (select 1) to '/tmp/fieldgate'`,
      `copy app.step (user_id, id, task_id, title, done, position) from '/etc/passwd'`,
      `copy (select 1) to program 'true'`,
      `copy app.step (user_id, id, task_id, title, done, position) from program 'true'`,
      `select pg_read_file('/etc/passwd')`,
      `select pg_read_binary_file('/etc/passwd')`,
      `select pg_ls_dir('.')`,
      `select pg_stat_file('PG_VERSION')`,
      `select pg_ls_logdir()`,
      `select pg_current_logfile()`,
      `select lo_export(1, '/tmp/fieldgate')`,
      `load '/tmp/evil.so'`,
      'select pg_reload_conf()',
      'select pg_rotate_logfile()',
      'select pg_switch_wal()',
      'select pg_create_restore_point($$x$$)',
      'select pg_stat_reset()',
      'checkpoint',
    ]);
    expect(left.filter((line) => line.startsWith('allowed'))).toEqual([]);
  });

  test('no password and no settings of the server’s', async () => {
    const left = await notDenied([
      'table pg_authid',
      'table pg_shadow',
      'table pg_user_mapping',
      'table pg_hba_file_rules',
      'table pg_file_settings',
      'table pg_subscription',
      'table pg_largeobject',
      'table pg_statistic',
      'table pg_backend_memory_contexts',
    ]);
    expect(left).toEqual([]);
  });

  test('no statement of another role, and no statistics of rows that it may not read', async () => {
    await there.superuser.rows('analyze');
    const { rows: activity } = await api.query<{ query: string }>(
      `select query from pg_stat_activity where usename is distinct from 'fieldgate_api'`,
    );
    expect(activity.length).toBeGreaterThan(0);
    expect(new Set(activity.map(({ query }) => query))).toEqual(new Set(['<insufficient privilege>']));
    const { rows: statistics } = await api.query<{ name: string }>(
      `select distinct schemaname || '.' || tablename as name from pg_stats where schemaname in ('app', 'auth')`,
    );
    // Ids of sessions that are over: it may read them anyway.
    expect(statistics.filter(({ name }) => name !== 'auth.session_revocation')).toEqual([]);
  });

  test('no connection of another role’s: it ends and cancels none', async () => {
    const other = new Client({ connectionString: there.database.auth });
    await other.connect();
    onTestFinished(() => other.end());
    const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = rows[0]?.pid ?? 0;
    expect(await notDenied([`select pg_terminate_backend(${pid})`, `select pg_cancel_backend(${pid})`])).toEqual([]);
  });
});

describe('the functions of PostgreSQL that the API’s role may call, that change something and belong to no table', () => {
  /** Of its own connections, or of nobody's: what remains of them stands in docs/security.md. */
  const OF_ITS_OWN = [
    ...['lock', 'lock_shared', 'unlock', 'unlock_all', 'unlock_shared', 'xact_lock', 'xact_lock_shared'].map(
      (name) => `pg_advisory_${name}`,
    ),
    ...['lock', 'lock_shared', 'xact_lock', 'xact_lock_shared'].map((name) => `pg_try_advisory_${name}`),
    'pg_cancel_backend',
    'pg_terminate_backend',
    'pg_notify',
    'pg_sleep',
    'pg_sleep_for',
    'pg_sleep_until',
    'set_config',
    'setseed',
  ];
  /** They ask for more when they are called. */
  const REFUSED = {
    pg_clear_attribute_stats: `'app', 'task', 'title', false`,
    pg_clear_relation_stats: `'app', 'task'`,
    pg_copy_logical_replication_slot: `'x', 'y'`,
    pg_copy_physical_replication_slot: `'x', 'y'`,
    pg_create_logical_replication_slot: `'x', 'pgoutput'`,
    pg_create_physical_replication_slot: `'x'`,
    pg_drop_replication_slot: `'x'`,
    pg_import_system_collations: `'app'`,
    pg_logical_slot_get_binary_changes: `'x', null, null`,
    pg_logical_slot_get_changes: `'x', null, null`,
    pg_logical_slot_peek_binary_changes: `'x', null, null`,
    pg_logical_slot_peek_changes: `'x', null, null`,
    pg_replication_slot_advance: `'x', '0/1'`,
    pg_restore_attribute_stats: `'schemaname', 'app', 'relname', 'task', 'attname', 'title', 'inherited', false`,
    pg_restore_relation_stats: `'schemaname', 'app', 'relname', 'task'`,
    pg_stop_making_pinned_objects: '',
    pg_sync_replication_slots: '',
  };

  // covers: DATA-06
  test('are those that have been looked at, and no others', async () => {
    const rows = await there.superuser.rows<{ name: string }>(`
      select distinct proname as name from pg_proc p
      where pronamespace = 'pg_catalog'::regnamespace and provolatile = 'v' and prokind = 'f'
        and has_function_privilege('fieldgate_api', oid, 'execute')
        and proname ~ '^(setseed|set_config|pg_(notify|sleep|advisory|try_|terminate|cancel|drop|create|copy|restore|clear|import|export|logical|sync|stop|reload|rotate|switch|promote|wal_replay|log_|stat_reset|replication))'
      order by 1`);
    expect(rows.map(({ name }) => name)).toEqual([...OF_ITS_OWN, ...Object.keys(REFUSED)].toSorted());
  });

  test.each(Object.entries(REFUSED))('%s is refused', async (name, values) => {
    expect(await tried(`select ${name}(${values})`)).not.toBe('allowed');
  });
});
