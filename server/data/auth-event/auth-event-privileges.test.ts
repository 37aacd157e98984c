import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { connectRoles, INSUFFICIENT_PRIVILEGE, type RoleConnections } from '../../../test/support/role-connections.ts';
import { generateUuidV7 } from '../query/uuid.ts';

const there = setUpEmptyDatabase();
let roles: RoleConnections;
let alice: string;
let bob: string;

beforeAll(async () => {
  roles = await connectRoles(there.database);
  [alice, bob] = [await there.superuser.insertUser('alice'), await there.superuser.insertUser('bob')];
});
afterAll(async () => {
  await roles.end();
});

const READ = 'select from auth.auth_event';

describe('the security log', () => {
  test('takes a look for every owner from the API, of its viewer alone (42501)', async () => {
    const look = `insert into auth.auth_event (user_id, detail) values ($1, 'AuthEvent')`;
    expect(await roles.runAs('api', bob, look, [bob])).toBe(1);
    expect(await roles.runAs('api', bob, look, [alice])).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await roles.runAs('api', null, look, [bob])).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('opens to an admin by the name of its type, and by no other', async () => {
    const admin = await there.superuser.insertUser('admin', 'ADMIN');
    await there.superuser.insertEvent(alice);
    const seen = (viewer: string, type: string) => roles.runAs('api', viewer, READ, [], { 'app.every_owner': type });
    for (const type of ['EVERY', 'Task', '', 'authevent', '%']) expect(await seen(admin, type), type).toBe(0);
    expect(await seen(admin, 'AuthEvent')).toBe(1);
    expect(await seen(bob, 'AuthEvent')).toBe(0);
  });

  // covers: ACCOUNT-17
  test.each([
    ['change an event', 'update auth.auth_event set detail = null'],
    ['delete one', 'delete from auth.auth_event'],
    ['empty the log at once', 'truncate auth.auth_event'],
    ['say what kind an event is', `insert into auth.auth_event (user_id, kind) values (app.viewer_id(), 'SIGN_IN')`],
    ['backdate one', 'insert into auth.auth_event (user_id, created_at) values (app.viewer_id(), now())'],
    ['put one down to nobody', 'insert into auth.auth_event (user_id) values (null)'],
  ])('does not let the API %s', async (_, statement) => {
    expect(await roles.runAs('api', bob, statement)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  // covers: ACCOUNT-17
  test('is added to by the web app, which can neither read, change nor delete it', async () => {
    const columns = '(user_id, kind, outcome, address, user_agent, detail)';
    const insert = `insert into auth.auth_event ${columns} values (null, 'SIGN_IN', 'FAILED', '::1', 'x', 'y')`;
    expect(await roles.runAs('auth', null, insert)).toBe(1);
    for (const statement of [
      'select from auth.auth_event',
      'select id from auth.auth_event',
      `${insert} returning id`,
      'update auth.auth_event set detail = null',
      'delete from auth.auth_event',
      'truncate auth.auth_event',
      'insert into auth.auth_event (created_at) values (now())',
    ])
      expect(await roles.runAs('auth', null, statement), statement).toBe(INSUFFICIENT_PRIVILEGE);
  });

  // covers: ACCOUNT-17
  test('keeps what happened to an account that is gone', async () => {
    const gone = await there.superuser.insertUser(`gone-${generateUuidV7()}`);
    const event = await there.superuser.insertEvent(gone);
    await there.superuser.rows('delete from auth."user" where id = $1', [gone]);
    expect(await there.superuser.rows('select user_id from auth.auth_event where id = $1', [event])).toEqual([
      { user_id: gone },
    ]);
  });

  test('explains each of its columns', async () => {
    const silent = await there.superuser.rows(`select attname from pg_attribute
      where attrelid = 'auth.auth_event'::regclass and attnum > 0 and attname <> 'id' and col_description(attrelid, attnum) is null`);
    expect(silent).toEqual([]);
  });
});
