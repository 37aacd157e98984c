import { Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WITHDRAWN_FUNCTIONS } from '../../server/data/admin/public-functions.ts';
import { setUpEmptyDatabase } from '../support/test-database.ts';
import { INSUFFICIENT_PRIVILEGE } from '../support/role-connections.ts';
import { declared } from './catalog-drift.ts';

const fixture = setUpEmptyDatabase();
let api: Client;
beforeAll(async () => {
  api = new Client({ connectionString: fixture.database.api });
  await api.connect();
});
afterAll(() => api.end());

/** Runs a statement as fieldgate_api, rolls it back and returns its SQLSTATE, or `allowed`. */
async function attempt(statement: string): Promise<string> {
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
/** Returns the statements that did not fail with 42501 (insufficient privilege), each with its outcome. */
async function notDenied(statements: readonly string[]): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (const statement of statements) {
    const outcome = await attempt(statement);
    if (outcome !== INSUFFICIENT_PRIVILEGE) outcomes.push(`${outcome}: ${statement}`);
  }
  return outcomes;
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

describe('locks of the role fieldgate_api', () => {
  /** `DELETE` on a table allows every lock on it; PostgreSQL has no privilege for the one without the other. */
  const DELETE_GRANTED = declared.grants
    .filter(({ kind, grantee, privileges }) => kind === 'table' && grantee === 'fieldgate_api' && privileges['delete'])
    .map(({ schema, name }) => `${schema}.${name}`);
  /** `SELECT` on the whole table allows the weakest lock, which every query takes. */
  const SELECT_GRANTED = declared.grants
    .filter(
      ({ kind, grantee, privileges }) =>
        kind === 'table' && grantee === 'fieldgate_api' && privileges['select'] === true,
    )
    .map(({ schema, name }) => `${schema}.${name}`);

  // covers: DATA-06
  test('denies fieldgate_api every table lock, except those that docs/security.md lists', async () => {
    const tables = await fixture.superuser.rows<{ name: string; target: string }>(`
      select nspname || '.' || relname as name, format('%I.%I', nspname, relname) as target
      from pg_class join pg_namespace n on n.oid = relnamespace
      where relkind in ('r', 'p') and nspname !~ '^pg_toast|^pg_temp|^information_schema$'`);
    expect(tables.length).toBeGreaterThan(70);
    const locked: string[] = [];
    for (const { name, target } of tables)
      for (const mode of MODES) {
        const isRead = mode === 'access share' && (SELECT_GRANTED.includes(name) || name.startsWith('pg_catalog.'));
        const outcome = await attempt(`lock table ${target} in ${mode} mode nowait`);
        if (outcome === 'allowed' && !isRead) locked.push(`${name}: ${mode}`);
      }
    expect(DELETE_GRANTED.toSorted()).toEqual(['app.step', 'app.task']);
    expect(locked.toSorted()).toEqual(
      DELETE_GRANTED.flatMap((name) =>
        MODES.filter((mode) => mode !== 'access share' || !SELECT_GRANTED.includes(name)).map(
          (mode) => `${name}: ${mode}`,
        ),
      ).toSorted(),
    );
  });
});

describe('objects created by the role fieldgate_api', () => {
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
  test.each(SCHEMAS)('denies fieldgate_api creating objects in the schema %s', async (schema) => {
    const outcomes = await notDenied(OBJECTS(schema));
    // Some fail with another error, for example a view among temporary objects.
    expect(outcomes.filter((line) => line.startsWith('allowed'))).toEqual([]);
  });

  test('denies fieldgate_api creating schemas, roles, extensions, triggers, policies, rules, indexes and publications', async () => {
    const outcomes = await notDenied([
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
    expect(outcomes.filter((line) => line.startsWith('allowed'))).toEqual([]);
  });

  // covers: DATA-06
  test('denies fieldgate_api large objects and every function that was withdrawn from PUBLIC', async () => {
    const callable = await fixture.superuser.rows(
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

describe('changes by the role fieldgate_api', () => {
  test('denies fieldgate_api changes of tables, functions, schemas and default privileges', async () => {
    const targets = declared.tables.map(({ schema, table }) => `"${schema}"."${table}"`);
    const outcomes = await notDenied([
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
    // GRANT without a grant option raises a warning and grants nothing.
    expect(outcomes.filter((line) => line.startsWith('allowed') && !line.includes('grant select'))).toEqual([]);
    const granted = `select from pg_class, aclexplode(relacl) where relnamespace in ('app'::regnamespace, 'auth'::regnamespace) and grantee = 0`;
    expect(await fixture.superuser.rows(granted)).toEqual([]);
  });

  // covers: DATA-06
  test('denies fieldgate_api changes of roles, except its own password and settings', async () => {
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
    const outcomes = await notDenied([
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
    // These two fail for every role: one within a transaction, one on the session's own role.
    expect(outcomes).toEqual([
      '0A000: alter role fieldgate_api rename to x',
      '25001: alter system set row_security = off',
    ]);
    expect(await attempt(`alter role fieldgate_api password 'another'`)).toBe('allowed');
    expect(await attempt('alter role fieldgate_api set search_path = evil')).toBe('allowed');
    expect(await attempt(`alter role fieldgate_api set app.viewer_id = 'x'`)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('denies fieldgate_api assuming another role', async () => {
    const roles = (
      await fixture.superuser.rows<{ name: string }>('select quote_ident(rolname) as name from pg_roles')
    ).map(({ name }) => name);
    const others = roles.filter((role) => role !== 'fieldgate_api');
    expect(others.length).toBeGreaterThan(10);
    expect(
      await notDenied(others.flatMap((role) => [`set role ${role}`, `set local session authorization ${role}`])),
    ).toEqual([]);
    expect(await notDenied(['set session_replication_role = replica', 'set lo_compat_privileges = on'])).toEqual([]);
  });
});

describe('access of the role fieldgate_api beyond its tables', () => {
  // covers: DATA-06
  test('denies fieldgate_api files and programs of the server', async () => {
    const outcomes = await notDenied([
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
    expect(outcomes.filter((line) => line.startsWith('allowed'))).toEqual([]);
  });

  test('denies fieldgate_api passwords and server configuration', async () => {
    const outcomes = await notDenied([
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
    expect(outcomes).toEqual([]);
  });

  test('hides statements of other roles and statistics of unreadable rows from fieldgate_api', async () => {
    await fixture.superuser.rows('analyze');
    const { rows: activity } = await api.query<{ query: string }>(
      `select query from pg_stat_activity where usename is distinct from 'fieldgate_api'`,
    );
    expect(activity.length).toBeGreaterThan(0);
    expect(new Set(activity.map(({ query }) => query))).toEqual(new Set(['<insufficient privilege>']));
    const { rows: statistics } = await api.query<{ name: string }>(
      `select distinct schemaname || '.' || tablename as name from pg_stats where schemaname in ('app', 'auth')`,
    );
    // Ids of ended sessions, which the role may read.
    expect(statistics.filter(({ name }) => name !== 'auth.session_revocation')).toEqual([]);
  });

  test('denies fieldgate_api terminating and cancelling connections of another role', async () => {
    const other = new Client({ connectionString: fixture.database.auth });
    await other.connect();
    onTestFinished(() => other.end());
    const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = rows[0]?.pid ?? 0;
    expect(await notDenied([`select pg_terminate_backend(${pid})`, `select pg_cancel_backend(${pid})`])).toEqual([]);
  });
});

describe('volatile functions that the role fieldgate_api may call', () => {
  /** They affect the role's own connections or no table; docs/security.md states the remaining risk. */
  const ALLOWED = [
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
  /** They check another privilege when called. */
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
  test('lets fieldgate_api call exactly the volatile functions that have been reviewed', async () => {
    const rows = await fixture.superuser.rows<{ name: string }>(`
      select distinct proname as name from pg_proc p
      where pronamespace = 'pg_catalog'::regnamespace and provolatile = 'v' and prokind = 'f'
        and has_function_privilege('fieldgate_api', oid, 'execute')
        and proname ~ '^(setseed|set_config|pg_(notify|sleep|advisory|try_|terminate|cancel|drop|create|copy|restore|clear|import|export|logical|sync|stop|reload|rotate|switch|promote|wal_replay|log_|stat_reset|replication))'
      order by 1`);
    expect(rows.map(({ name }) => name)).toEqual([...ALLOWED, ...Object.keys(REFUSED)].toSorted());
  });

  test.each(Object.entries(REFUSED))('rejects a call of %s by fieldgate_api', async (name, values) => {
    expect(await attempt(`select ${name}(${values})`)).not.toBe('allowed');
  });
});
