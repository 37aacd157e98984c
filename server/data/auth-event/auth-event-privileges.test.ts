import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { connectRoles, INSUFFICIENT_PRIVILEGE, type RoleConnections } from '../../../test/support/role-connections.ts';
import { generateUuidV7 } from '../../uuid.ts';

const fixture = setUpEmptyDatabase();
let roles: RoleConnections;
let alice: string;
let bob: string;

beforeAll(async () => {
  roles = await connectRoles(fixture.database);
  [alice, bob] = [await fixture.superuser.insertUser('alice'), await fixture.superuser.insertUser('bob')];
});
afterAll(async () => {
  await roles.end();
});

const SELECT_EVENTS = 'select from auth.auth_event';

describe('privileges on auth.auth_event', () => {
  test('the API can record a cross-owner read of its viewer, and of no other user (42501)', async () => {
    const recordRead = `insert into auth.auth_event (user_id, detail) values ($1, 'AuthEvent')`;
    expect(await roles.runAs('api', bob, recordRead, [bob])).toBe(1);
    expect(await roles.runAs('api', bob, recordRead, [alice])).toBe(INSUFFICIENT_PRIVILEGE);
    expect(await roles.runAs('api', null, recordRead, [bob])).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('an admin reads all events only if app.every_owner is exactly the type’s name', async () => {
    const admin = await fixture.superuser.insertUser('admin', 'ADMIN');
    await fixture.superuser.insertEvent(alice);
    const countVisible = (viewer: string, type: string) =>
      roles.runAs('api', viewer, SELECT_EVENTS, [], { 'app.every_owner': type });
    for (const type of ['EVERY', 'Task', '', 'authevent', '%']) expect(await countVisible(admin, type), type).toBe(0);
    expect(await countVisible(admin, 'AuthEvent')).toBe(1);
    expect(await countVisible(bob, 'AuthEvent')).toBe(0);
  });

  // covers: ACCOUNT-17
  test.each([
    ['change an event', 'update auth.auth_event set detail = null'],
    ['delete one', 'delete from auth.auth_event'],
    ['truncate the log', 'truncate auth.auth_event'],
    ['set the kind of an event', `insert into auth.auth_event (user_id, kind) values (app.viewer_id(), 'SIGN_IN')`],
    ['set the outcome of one', `insert into auth.auth_event (user_id, outcome) values (app.viewer_id(), 'FAILED')`],
    ['backdate one', 'insert into auth.auth_event (user_id, created_at) values (app.viewer_id(), now())'],
    ['insert one without a user', 'insert into auth.auth_event (user_id) values (null)'],
  ])('the API cannot %s (42501)', async (_, statement) => {
    expect(await roles.runAs('api', bob, statement)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  // covers: ACCOUNT-17
  test('record_refusal inserts for the viewer only: nothing without one, and not for the web app (42501)', async () => {
    const call = `select auth.record_refusal('FORBIDDEN', null, null)`;
    const countEvents = async () =>
      (await fixture.superuser.rows(`select from auth.auth_event where kind = 'ACCESS_REFUSED'`)).length;
    const before = await countEvents();
    expect(await roles.runAs('api', null, call)).toBe(1);
    expect(await countEvents()).toBe(before);
    expect(await roles.runAs('auth', bob, call)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  // covers: ACCOUNT-17
  test('the web app can insert events, and cannot read, change or delete them', async () => {
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
  test('the events of a deleted account are kept', async () => {
    const deleted = await fixture.superuser.insertUser(`deleted-${generateUuidV7()}`);
    const event = await fixture.superuser.insertEvent(deleted);
    await fixture.superuser.rows('delete from auth."user" where id = $1', [deleted]);
    expect(await fixture.superuser.rows('select user_id from auth.auth_event where id = $1', [event])).toEqual([
      { user_id: deleted },
    ]);
  });

  test('every column of auth.auth_event has a comment', async () => {
    const uncommented = await fixture.superuser.rows(`select attname from pg_attribute
      where attrelid = 'auth.auth_event'::regclass and attnum > 0 and attname <> 'id' and col_description(attrelid, attnum) is null`);
    expect(uncommented).toEqual([]);
  });
});
