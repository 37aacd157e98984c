import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateUuidV7 } from '../../uuid.ts';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { connectRoles, INSUFFICIENT_PRIVILEGE, type RoleConnections } from '../../../test/support/role-connections.ts';

const fixture = setUpEmptyDatabase();
let roles: RoleConnections;
let alice: string;
let bob: string;
let alicesTask: string;
let bobsTask: string;

beforeAll(async () => {
  roles = await connectRoles(fixture.database);
  [alice, bob] = [await fixture.superuser.insertUser('alice'), await fixture.superuser.insertUser('bob')];
  [alicesTask, bobsTask] = [await fixture.superuser.insertTask(alice), await fixture.superuser.insertTask(bob)];
});
afterAll(async () => {
  await roles.end();
});

const runAs: RoleConnections['runAs'] = (...args) => roles.runAs(...args);

const INSERT_TASK = 'insert into app.task (user_id, id, title) values ($1, $2, $3)';

describe('fieldgate_api', () => {
  test('the runtime roles have no privileged attributes and no memberships, and own nothing', async () => {
    const attributes = await fixture.superuser.rows(`
      select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, rolinherit,
        exists (select from pg_auth_members where member = r.oid) as "isMember",
        exists (select from pg_shdepend where refobjid = r.oid and deptype = 'o') as "ownsObjects"
      from pg_roles r where rolname in ('fieldgate_api', 'fieldgate_auth')`);
    const none = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolinherit: false,
      isMember: false,
      ownsObjects: false,
    };
    expect(attributes).toEqual([none, none]);
  });

  // covers: DATA-01
  test('fieldgate_api can read only the accounts, their events and the ids of revoked sessions in auth', async () => {
    const tables = await fixture.superuser.rows<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'auth'::regnamespace and relkind = 'r'
        and relname not in ('user', 'auth_event', 'session_revocation')`,
    );
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['account', 'session', 'verification', 'rate_limit']),
    );
    for (const { name } of tables)
      for (const statement of ['select from', 'delete from', 'truncate', 'lock'])
        expect(await runAs('api', bob, `${statement} auth.${name}`), `${statement} ${name}`).toBe(
          INSUFFICIENT_PRIVILEGE,
        );
  });

  // covers: DATA-01
  test('fieldgate_api can read six columns of an account, and no others', async () => {
    const columns = await fixture.superuser.rows<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'auth."user"'::regclass and attnum > 0`,
    );
    const readable: string[] = [];
    for (const { name } of columns)
      if ((await runAs('api', bob, `select "${name}" from auth."user"`)) === 1) readable.push(name);
    expect(readable.toSorted()).toEqual(['created_at', 'email', 'email_verified', 'id', 'name', 'role']);
    expect(await runAs('api', bob, 'select * from auth."user"')).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await runAs('api', bob, 'select image from auth."user"')).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('fieldgate_api can read which sessions are revoked, and cannot change it', async () => {
    const readable = 'select session_id, revoked_at from auth.session_revocation';
    expect(await runAs('api', bob, readable)).toBe(0);
    for (const statement of [
      'select expires_at from auth.session_revocation',
      'delete from auth.session_revocation',
      'truncate auth.session_revocation',
      'insert into auth.session_revocation (session_id, reason) values (gen_random_uuid(), $$ENDED$$)',
      'update auth.session_revocation set revoked_at = now()',
    ])
      expect(await runAs('api', bob, statement), statement).toBe(INSUFFICIENT_PRIVILEGE);
  });

  // covers: ACCESS-15
  test.each([
    [
      'create an account',
      `insert into auth."user" (name, email, email_verified, role) values ('x', 'x', true, 'ADMIN')`,
    ],
    ['change an account', `update auth."user" set role = 'ADMIN'`],
    ['delete an account', 'delete from auth."user"'],
    ['change the owner of a task', 'update app.task set user_id = user_id'],
    ['change the id of a task', 'update app.task set id = id'],
    ['change the owner of a step', 'update app.step set user_id = user_id'],
    ['change the id of a step', 'update app.step set id = id'],
    ['move a step to another task', 'update app.step set task_id = task_id'],
    ['truncate the steps', 'truncate app.step'],
    ['change the creation time of a task', 'update app.task set created_at = now()'],
    ['truncate the tasks', 'truncate app.task'],
    ['disable row-level security', 'alter table app.task disable row level security'],
    ['stop forcing row-level security', 'alter table app.task no force row level security'],
    ['add a policy', 'create policy mine on app.task to fieldgate_api using (true)'],
    [
      'create a trigger',
      'create trigger t before insert on app.task execute function suppress_redundant_updates_trigger()',
    ],
    ['create a table in app', 'create table app.mine (id int)'],
    ['create a table in public', 'create table public.mine (id int)'],
    ['create a function', 'create function app.viewer() returns int language sql return 1'],
    ['create a schema', 'create schema mine'],
    ['SET ROLE to the owner', 'set role fieldgate'],
    ['SET ROLE to fieldgate_auth', 'set role fieldgate_auth'],
    ['disable triggers as a replica', 'set session_replication_role = replica'],
    ['read files', `select pg_read_file('/etc/passwd')`],
    ['write files', `copy app.task to '/tmp/tasks'`],
    ['run programs', `copy app.task from program 'true'`],
    ['read the list of migrations', 'select from public.fieldgate_migrations'],
  ])('fieldgate_api cannot %s', async (_, statement) => {
    expect(await runAs('api', bob, statement)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('fieldgate_api cannot set columns of a new task that the database sets', async () => {
    for (const column of ['version', 'created_at', 'updated_at'])
      expect(
        await runAs('api', bob, `insert into app.task (user_id, id, title, ${column}) values ($1, $2, 't', default)`, [
          bob,
          generateUuidV7(),
        ]),
      ).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await runAs('api', bob, INSERT_TASK, [bob, generateUuidV7(), 't'])).toBe(1);
  });
});

describe('row-level security', () => {
  // covers: ACCESS-13
  test('the viewer can read, change and delete own rows only, whatever the WHERE clause', async () => {
    expect(await runAs('api', bob, 'select from app.task')).toBe(1);
    expect(await runAs('api', bob, 'select from app.task where user_id = $1', [alice])).toBe(0);
    expect(await runAs('api', bob, 'select from app.task where id = $1 or true', [alicesTask])).toBe(1);
    expect(await runAs('api', bob, `update app.task set title = 'x'`)).toBe(1);
    expect(await runAs('api', bob, `update app.task set title = 'x' where id = $1`, [alicesTask])).toBe(0);
    expect(await runAs('api', bob, 'delete from app.task')).toBe(1);
    expect(await runAs('api', bob, 'delete from app.task where id = $1', [alicesTask])).toBe(0);
    expect(await runAs('api', bob, 'select id from auth."user"')).toBe(1);
    expect(await runAs('api', bob, 'select id from auth."user" where id = $1', [alice])).toBe(0);
  });

  // covers: ACCESS-15
  test('the viewer cannot insert a row for another user (42501)', async () => {
    expect(await runAs('api', bob, INSERT_TASK, [alice, generateUuidV7(), 'planted'])).toBe(INSUFFICIENT_PRIVILEGE);
    expect(
      await runAs('api', bob, `${INSERT_TASK} on conflict (user_id, id) do update set title = 'taken'`, [
        alice,
        alicesTask,
        'x',
      ]),
    ).toBe(INSUFFICIENT_PRIVILEGE);
    const merge = `merge into app.task using (values (1)) v on user_id = $1 when matched then update set title = 'x' when not matched then do nothing`;
    expect(await runAs('api', bob, merge, [alice])).toBe(0);
  });

  test.each([
    ['no viewer', null],
    ['an empty viewer', ''],
    ['a viewer without an account', generateUuidV7()],
  ])('with %s no row is visible and none can be inserted', async (_, viewer) => {
    for (const statement of [
      'select from app.task',
      'select id from auth."user"',
      `update app.task set title = 'x'`,
      'delete from app.task',
    ])
      expect(await runAs('api', viewer, statement), statement).toBe(0);
    expect(await runAs('api', viewer, INSERT_TASK, [bob, generateUuidV7(), 't'])).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('a viewer that is not a UUID is an error (22P02)', async () => {
    expect(await runAs('api', `${bob}' or true --`, 'select from app.task')).toBe('22P02');
  });

  // covers: ACCESS-17, CONTRACT-09
  test('a step cannot belong to another user’s task, with the same error as for a missing one (23503)', async () => {
    const insert = `insert into app.step (user_id, id, task_id, title, position) values ($1, $2, $3, 's', 1)`;
    expect(await runAs('api', bob, insert, [bob, generateUuidV7(), bobsTask])).toBe(1);
    for (const task of [alicesTask, generateUuidV7()])
      expect(await runAs('api', bob, insert, [bob, generateUuidV7(), task])).toBe('23503');
    expect(await runAs('api', bob, insert, [alice, generateUuidV7(), alicesTask])).toBe(INSUFFICIENT_PRIVILEGE);
  });

  // covers: ACCESS-21
  test('a constraint does not reveal another user’s id: the viewer can use the same one', async () => {
    expect(await runAs('api', bob, INSERT_TASK, [bob, alicesTask, 't'])).toBe(1);
    expect(await runAs('api', bob, INSERT_TASK, [bob, bobsTask, 't'])).toBe('23505');
  });

  test('row-level security is forced on every table that the API can access, except the one of revoked session ids', async () => {
    const accessible = await fixture.superuser.rows(`
      select oid::regclass::text as name, relrowsecurity and relforcerowsecurity as forced from pg_class
      where relkind in ('r', 'p', 'v', 'm', 'f') and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
        and (has_any_column_privilege('fieldgate_api', oid, 'select, insert, update, references')
          or has_table_privilege('fieldgate_api', oid, 'select, insert, update, delete, truncate, trigger'))
      order by 1`);
    expect(accessible).toEqual([
      { name: 'app.step', forced: true },
      { name: 'app.task', forced: true },
      { name: 'auth."user"', forced: true },
      { name: 'auth.auth_event', forced: true },
      { name: 'auth.session_revocation', forced: false },
    ]);
  });

  test('the policies for fieldgate_api apply to no other role, and each checks the owner', async () => {
    const policies = await fixture.superuser.rows<{ roles: string; rule: string }>(`
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

  test('the owner of the tables can update all rows although row-level security is forced', async () => {
    const [{ super: isSuper } = { super: true }] = await fixture.superuser.rows<{ super: boolean }>(
      `select rolsuper as super from pg_roles where rolname = 'fieldgate'`,
    );
    expect(isSuper).toBe(false);
    expect(await runAs('owner', null, `update app.task set description = 'x'`)).toBe(2);
    expect(await runAs('owner', null, 'update auth."user" set name = name')).toBe(2);
    expect(await runAs('auth', null, 'update auth."user" set name = name')).toBe(2);
  });
});

describe('fieldgate_auth', () => {
  test.each(['select from app.task', 'delete from app.task', 'select app.viewer_id()', 'truncate auth.session'])(
    'fieldgate_auth cannot %s',
    async (statement) => {
      expect(await runAs('auth', bob, statement)).toBe(INSUFFICIENT_PRIVILEGE);
    },
  );
});

describe('tables', () => {
  // covers: ACCESS-21
  test('every key and index of a table with owned rows begins with the owner, except the one of the retention', async () => {
    const leading = await fixture.superuser.rows(`
      select c.relname as index, a.attname as first from pg_index i
      join pg_class c on c.oid = i.indexrelid
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid in ('app.task'::regclass, 'app.step'::regclass) and c.relname <> 'task_deleted_at_idx'`);
    expect(leading.length).toBeGreaterThan(3);
    for (const { index, first } of leading) expect([index, first]).toEqual([index, 'user_id']);
  });

  // covers: DATA-04
  test('there are five SECURITY DEFINER functions, for refusals, retention and counts of requests, and no view', async () => {
    const ours = `in ('app', 'auth', 'public')`;
    expect(
      await fixture.superuser.rows(
        `select oid::regprocedure from pg_proc where prosecdef and pronamespace::regnamespace::text ${ours} order by proname`,
      ),
    ).toEqual([
      { oid: 'app.read_request_secret()' },
      { oid: 'auth.record_refusal(text,text,text)' },
      { oid: 'auth.remove_deleted_tasks(interval,integer)' },
      { oid: 'auth.remove_old_events(interval,integer)' },
      {
        oid: `app.settle_requests(uuid,bytea[],${Array(5).fill('double precision[]').join(',')})`,
      },
    ]);
    expect(
      await fixture.superuser.rows(
        `select oid::regclass from pg_class where relkind in ('v', 'm') and relnamespace::regnamespace::text ${ours}`,
      ),
    ).toEqual([]);
  });

  test('check constraints reject invalid values that the server should have rejected', async () => {
    const wrong = { title: `''`, priority: `'URGENT'`, done: 'true', description: `repeat('x', 10001)` };
    for (const [column, value] of Object.entries(wrong))
      expect(await runAs('owner', null, `update app.task set ${column} = ${value}`), column).toBe('23514');
  });
});
