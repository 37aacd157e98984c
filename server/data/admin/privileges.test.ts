import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateUuidV7 } from '../query/uuid.ts';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { connectRoles, INSUFFICIENT_PRIVILEGE, type RoleConnections } from '../../../test/support/role-connections.ts';

const there = setUpEmptyDatabase();
let roles: RoleConnections;
let alice: string;
let bob: string;
let alicesTask: string;
let bobsTask: string;

beforeAll(async () => {
  roles = await connectRoles(there.database);
  [alice, bob] = [await there.superuser.insertUser('alice'), await there.superuser.insertUser('bob')];
  [alicesTask, bobsTask] = [await there.superuser.insertTask(alice), await there.superuser.insertTask(bob)];
});
afterAll(async () => {
  await roles.end();
});

const as: RoleConnections['runAs'] = (...asked) => roles.runAs(...asked);

const INSERT = 'insert into app.task (user_id, id, title) values ($1, $2, $3)';

describe('fieldgate_api', () => {
  test('is no superuser, is held by every policy, makes nothing, belongs to nobody and owns nothing', async () => {
    const attributes = await there.superuser.rows(`
      select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, rolinherit,
        exists (select from pg_auth_members where member = r.oid) as belongs,
        exists (select from pg_shdepend where refobjid = r.oid and deptype = 'o') as owns
      from pg_roles r where rolname in ('fieldgate_api', 'fieldgate_auth')`);
    const none = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolinherit: false,
      belongs: false,
      owns: false,
    };
    expect(attributes).toEqual([none, none]);
  });

  // covers: DATA-01
  test('cannot read any table of auth but the accounts, their events and the ids of revoked sessions', async () => {
    const tables = await there.superuser.rows<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'auth'::regnamespace and relkind = 'r'
        and relname not in ('user', 'auth_event', 'session_revocation')`,
    );
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['account', 'session', 'verification', 'rate_limit']),
    );
    for (const { name } of tables)
      for (const statement of ['select from', 'delete from', 'truncate', 'lock'])
        expect(await as('api', bob, `${statement} auth.${name}`), `${statement} ${name}`).toBe(INSUFFICIENT_PRIVILEGE);
  });

  // covers: DATA-01
  test('reads six columns of an account, and no other', async () => {
    const columns = await there.superuser.rows<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'auth."user"'::regclass and attnum > 0`,
    );
    const readable: string[] = [];
    for (const { name } of columns)
      if ((await as('api', bob, `select "${name}" from auth."user"`)) === 1) readable.push(name);
    expect(readable.toSorted()).toEqual(['created_at', 'email', 'email_verified', 'id', 'name', 'role']);
    expect(await as('api', bob, 'select * from auth."user"')).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await as('api', bob, 'select image from auth."user"')).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('reads which sessions are revoked, and cannot unsay it', async () => {
    const readable = 'select session_id, revoked_at from auth.session_revocation';
    expect(await as('api', bob, readable)).toBe(0);
    for (const statement of [
      'select expires_at from auth.session_revocation',
      'delete from auth.session_revocation',
      'truncate auth.session_revocation',
      'insert into auth.session_revocation (session_id, reason) values (gen_random_uuid(), $$ENDED$$)',
      'update auth.session_revocation set revoked_at = now()',
    ])
      expect(await as('api', bob, statement), statement).toBe(INSUFFICIENT_PRIVILEGE);
  });

  // covers: ACCESS-15
  test.each([
    ['make an account', `insert into auth."user" (name, email, email_verified, role) values ('x', 'x', true, 'ADMIN')`],
    ['change one', `update auth."user" set role = 'ADMIN'`],
    ['delete one', 'delete from auth."user"'],
    ['give a task away', 'update app.task set user_id = user_id'],
    ['rename a task’s id', 'update app.task set id = id'],
    ['give a step away', 'update app.step set user_id = user_id'],
    ['rename a step’s id', 'update app.step set id = id'],
    ['hang a step on another task', 'update app.step set task_id = task_id'],
    ['empty the steps at once', 'truncate app.step'],
    ['backdate a task', 'update app.task set created_at = now()'],
    ['empty the tasks at once', 'truncate app.task'],
    ['take the policies away', 'alter table app.task disable row level security'],
    ['not force them', 'alter table app.task no force row level security'],
    ['add one', 'create policy mine on app.task to fieldgate_api using (true)'],
    [
      'make a trigger',
      'create trigger t before insert on app.task execute function suppress_redundant_updates_trigger()',
    ],
    ['make a table', 'create table app.mine (id int)'],
    ['make one elsewhere', 'create table public.mine (id int)'],
    ['make a function', 'create function app.viewer() returns int language sql return 1'],
    ['make a schema', 'create schema mine'],
    ['become the owner', 'set role fieldgate'],
    ['become the other one', 'set role fieldgate_auth'],
    ['be a replica, that no trigger binds', 'set session_replication_role = replica'],
    ['read files', `select pg_read_file('/etc/passwd')`],
    ['write files', `copy app.task to '/tmp/tasks'`],
    ['run programs', `copy app.task from program 'true'`],
    ['read what was migrated', 'select from public.fieldgate_migrations'],
  ])('cannot %s', async (_, statement) => {
    expect(await as('api', bob, statement)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('can set no column of a new task that the server has to decide', async () => {
    for (const column of ['version', 'created_at', 'updated_at'])
      expect(
        await as('api', bob, `insert into app.task (user_id, id, title, ${column}) values ($1, $2, 't', default)`, [
          bob,
          generateUuidV7(),
        ]),
      ).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await as('api', bob, INSERT, [bob, generateUuidV7(), 't'])).toBe(1);
  });
});

describe('row security', () => {
  // covers: ACCESS-13
  test('shows, changes and deletes the viewer’s rows and no others, whatever the WHERE', async () => {
    expect(await as('api', bob, 'select from app.task')).toBe(1);
    expect(await as('api', bob, 'select from app.task where user_id = $1', [alice])).toBe(0);
    expect(await as('api', bob, 'select from app.task where id = $1 or true', [alicesTask])).toBe(1);
    expect(await as('api', bob, `update app.task set title = 'x'`)).toBe(1);
    expect(await as('api', bob, `update app.task set title = 'x' where id = $1`, [alicesTask])).toBe(0);
    expect(await as('api', bob, 'delete from app.task')).toBe(1);
    expect(await as('api', bob, 'delete from app.task where id = $1', [alicesTask])).toBe(0);
    expect(await as('api', bob, 'select id from auth."user"')).toBe(1);
    expect(await as('api', bob, 'select id from auth."user" where id = $1', [alice])).toBe(0);
  });

  // covers: ACCESS-15
  test('keeps a row for another from being made (42501)', async () => {
    expect(await as('api', bob, INSERT, [alice, generateUuidV7(), 'planted'])).toBe(INSUFFICIENT_PRIVILEGE);
    expect(
      await as('api', bob, `${INSERT} on conflict (user_id, id) do update set title = 'taken'`, [
        alice,
        alicesTask,
        'x',
      ]),
    ).toBe(INSUFFICIENT_PRIVILEGE);
    const merge = `merge into app.task using (values (1)) v on user_id = $1 when matched then update set title = 'x' when not matched then do nothing`;
    expect(await as('api', bob, merge, [alice])).toBe(0);
  });

  test.each([
    ['no viewer', null],
    ['an empty one', ''],
    ['one who is nobody', generateUuidV7()],
  ])('with %s shows nothing and lets nothing in', async (_, viewer) => {
    for (const statement of [
      'select from app.task',
      'select id from auth."user"',
      `update app.task set title = 'x'`,
      'delete from app.task',
    ])
      expect(await as('api', viewer, statement), statement).toBe(0);
    expect(await as('api', viewer, INSERT, [bob, generateUuidV7(), 't'])).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('with a viewer that is no id is an error, not a way in', async () => {
    expect(await as('api', `${bob}' or true --`, 'select from app.task')).toBe('22P02');
  });

  // covers: ACCESS-17, CONTRACT-09
  test('keeps a step from hanging on somebody else’s task (23503), as on one that is not there', async () => {
    const insert = `insert into app.step (user_id, id, task_id, title, position) values ($1, $2, $3, 's', 1)`;
    expect(await as('api', bob, insert, [bob, generateUuidV7(), bobsTask])).toBe(1);
    for (const task of [alicesTask, generateUuidV7()])
      expect(await as('api', bob, insert, [bob, generateUuidV7(), task])).toBe('23503');
    expect(await as('api', bob, insert, [alice, generateUuidV7(), alicesTask])).toBe(INSUFFICIENT_PRIVILEGE);
  });

  // covers: ACCESS-21
  test('tells nothing by a constraint: another’s id is free to take', async () => {
    expect(await as('api', bob, INSERT, [bob, alicesTask, 't'])).toBe(1);
    expect(await as('api', bob, INSERT, [bob, bobsTask, 't'])).toBe('23505');
  });

  test('is enabled and forced on every table that the API can touch, but for that of ids and nothing else', async () => {
    const touched = await there.superuser.rows(`
      select oid::regclass::text as name, relrowsecurity and relforcerowsecurity as forced from pg_class
      where relkind in ('r', 'p', 'v', 'm', 'f') and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
        and (has_any_column_privilege('fieldgate_api', oid, 'select, insert, update, references')
          or has_table_privilege('fieldgate_api', oid, 'select, insert, update, delete, truncate, trigger'))
      order by 1`);
    expect(touched).toEqual([
      { name: 'app.step', forced: true },
      { name: 'app.task', forced: true },
      { name: 'auth."user"', forced: true },
      { name: 'auth.auth_event', forced: true },
      { name: 'auth.session_revocation', forced: false },
    ]);
  });

  test('binds the API with policies of its own only, each on the owner', async () => {
    const policies = await there.superuser.rows<{ roles: string; rule: string }>(`
      select array_to_string(roles, ',') as roles, coalesce(qual, with_check) as rule from pg_policies`);
    for (const { roles: to } of policies) expect(to).not.toContain('public');
    const ofApi = policies.filter(({ roles: to }) => to.includes('fieldgate_api')).map(({ rule }) => rule);
    expect(ofApi).toHaveLength(11);
    const isOwners = String.raw`\((user_id|id) = \( SELECT app\.viewer_id\(\) AS viewer_id\)\)`;
    const wider = ofApi.filter((rule) => !new RegExp(`^${isOwners}$`).test(rule));
    expect(wider).toEqual([
      expect.stringMatching(
        new RegExp(
          String.raw`^\(${isOwners} OR \( SELECT app\.acts_for_every_owner\('AuthEvent'::text, ARRAY\['ADMIN'::text\]\)`,
        ),
      ),
    ]);
  });

  test('does not keep the owner’s backfills from their rows: forced, it would in silence', async () => {
    const [{ super: isSuper } = { super: true }] = await there.superuser.rows<{ super: boolean }>(
      `select rolsuper as super from pg_roles where rolname = 'fieldgate'`,
    );
    expect(isSuper).toBe(false);
    expect(await as('owner', null, `update app.task set description = 'x'`)).toBe(2);
    expect(await as('owner', null, 'update auth."user" set name = name')).toBe(2);
    expect(await as('auth', null, 'update auth."user" set name = name')).toBe(2);
  });
});

describe('fieldgate_auth', () => {
  test.each(['select from app.task', 'delete from app.task', 'select app.viewer_id()', 'truncate auth.session'])(
    'cannot %s',
    async (statement) => {
      expect(await as('auth', bob, statement)).toBe(INSUFFICIENT_PRIVILEGE);
    },
  );
});

describe('the tables', () => {
  // covers: ACCESS-21
  test('of owned rows lead every key and index with the owner', async () => {
    const leading = await there.superuser.rows(`
      select c.relname as index, a.attname as first from pg_index i
      join pg_class c on c.oid = i.indexrelid
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid in ('app.task'::regclass, 'app.step'::regclass)`);
    expect(leading.length).toBeGreaterThan(3);
    for (const { index, first } of leading) expect([index, first]).toEqual([index, 'user_id']);
  });

  // covers: DATA-04
  test('have one function that works with another’s rights, to remove old events, and no view', async () => {
    const ours = `in ('app', 'auth', 'public')`;
    expect(
      await there.superuser.rows(
        `select oid::regprocedure from pg_proc where prosecdef and pronamespace::regnamespace::text ${ours}`,
      ),
    ).toEqual([{ oid: 'auth.remove_old_events(interval,integer)' }]);
    expect(
      await there.superuser.rows(
        `select oid::regclass from pg_class where relkind in ('v', 'm') and relnamespace::regnamespace::text ${ours}`,
      ),
    ).toEqual([]);
  });

  test('refuse what the server should have refused before', async () => {
    const wrong = { title: `''`, priority: `'URGENT'`, done: 'true', description: `repeat('x', 10001)` };
    for (const [column, value] of Object.entries(wrong))
      expect(await as('owner', null, `update app.task set ${column} = ${value}`), column).toBe('23514');
  });
});
