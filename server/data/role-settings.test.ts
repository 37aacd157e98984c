import { describe, expect, onTestFinished, test } from 'vitest';
import { ownDatabase } from '../../test/setup/own-database.ts';
import { withClient } from './client.ts';
import { migrate } from './migrate.ts';
import { HARMLESS_SETTINGS, resetRoleSettings } from './role-settings.ts';
import { RUNTIME_ROLES } from './roles.ts';

const there = ownDatabase();

/** A role of the test's own that the owner of the database administers, or not. */
async function role({ isOurs }: { isOurs: boolean }): Promise<string> {
  const name = `role_${crypto.randomUUID().replaceAll('-', '_')}`;
  const create = `create role ${name} login noinherit`;
  if (isOurs) await withClient(there.place.owner, (owner) => owner.query(create));
  else await there.above.rows(create);
  onTestFinished(async () => void (await there.above.rows(`drop role ${name}`)));
  return name;
}
const settingsOf = (name: string) =>
  there.above.rows(
    'select unnest(setconfig) as setting from pg_db_role_setting where setrole = $1::regrole order by 1',
    [name],
  );
const reset = (name: string, log?: (line: string) => void) =>
  withClient(there.place.owner, (owner) => resetRoleSettings(owner, name, log));

const SETTINGS = [
  'search_path = evil',
  'row_security = off',
  'transform_null_equals = on',
  `statement_timeout = '1ms'`,
];

describe('resetRoleSettings', () => {
  test('takes back everything that a role has given itself, here and in every database, and tells of it', async () => {
    const name = await role({ isOurs: true });
    for (const setting of SETTINGS) await there.above.rows(`alter role ${name} set ${setting}`);
    await there.above.rows(
      `do $$ begin execute format('alter role ${name} in database %I set role = pg_monitor', current_database()); end $$`,
    );
    const said: string[] = [];
    await reset(name, (line) => said.push(line));
    expect(await settingsOf(name)).toEqual([]);
    expect(said).toHaveLength(5);
    expect(said).toContain(`took back search_path, which ${name} had been given`);
  });

  test('leaves a role without settings alone, whoever administers it', async () => {
    await expect(reset(await role({ isOurs: false }))).resolves.toBeUndefined();
  });

  test('says what an administrator has to run where the owner may not alter the role', async () => {
    const name = await role({ isOurs: false });
    await there.above.rows(`alter role ${name} set search_path = evil`);
    await expect(reset(name)).rejects.toThrow(
      `DATABASE_URL's role may not change that. As an administrator run: alter role "${name}" reset "search_path";`,
    );
  });

  test('passes over a harmless setting that the owner may not take back', async () => {
    const name = await role({ isOurs: false });
    await there.above.rows(`alter role ${name} set statement_timeout = '9s'`);
    await expect(reset(name)).resolves.toBeUndefined();
  });
});

test('each start takes back what the runtime roles have given themselves', async () => {
  const { owner, api, auth } = there.place;
  for (const url of [api, auth])
    await withClient(url, (client) => client.query(`alter role current_user set work_mem = '1MB'`));
  await migrate({ databaseUrl: owner, apiDatabaseUrl: api, authDatabaseUrl: auth });
  for (const name of Object.values(RUNTIME_ROLES)) expect(await settingsOf(name)).toEqual([]);
});

test('no setting that changes what a statement means or reaches counts as harmless', async () => {
  const harmless = await there.above.rows<{ name: string }>(
    'select name from pg_settings where name ~* $1 order by 1',
    [HARMLESS_SETTINGS],
  );
  const names = harmless.map(({ name }) => name);
  expect(names).toContain('statement_timeout');
  expect(names).toContain('log_min_messages');
  for (const name of names)
    expect(name).toMatch(/timeout|^log_|^track_|^tcp_|^work_mem$|^temp_file_limit$|^application_name$/);
});
