import { escapeLiteral } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { withClient } from '../pg/with-client.ts';
import { migrate } from './migrate.ts';
import { HARMLESS_SETTINGS, resetRoleSettings } from './role-settings.ts';
import { RUNTIME_ROLES } from './runtime-roles.ts';

const there = setUpEmptyDatabase();

/** A role of the test's own that the owner of the database administers, or not. */
async function role({ isOurs }: { isOurs: boolean }): Promise<string> {
  const name = `role_${crypto.randomUUID().replaceAll('-', '_')}`;
  const create = `create role ${name} login noinherit`;
  if (isOurs) await withClient(there.database.owner, (owner) => owner.query(create));
  else await there.superuser.rows(create);
  onTestFinished(async () => void (await there.superuser.rows(`drop role ${name}`)));
  return name;
}
const settingsOf = (name: string) =>
  there.superuser.rows(
    'select unnest(setconfig) as setting from pg_db_role_setting where setrole = $1::regrole order by 1',
    [name],
  );
const reset = (name: string, log?: (line: string) => void) =>
  withClient(there.database.owner, (owner) => resetRoleSettings(owner, name, log));

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly harmless: boolean;
}

/**
 * Every setting that a role may have, with its default; of those that only a superuser may set, the harmless ones.
 * Settings of extensions are left out: a connection that has not loaded the extension may not reset them.
 */
const settings = () =>
  there.superuser.rows<Setting>(
    `select name, name ~* $1 as harmless, boot_val as value from pg_settings
     where boot_val is not null and name !~ '[.]' and (context = 'user' or (context = 'superuser' and name ~* $1)) order by 1`,
    [HARMLESS_SETTINGS],
  );
const setTo = (name: string, setting: Setting) =>
  `alter role ${name} set "${setting.name}" to ${escapeLiteral(setting.value)}`;

const SETTINGS = ['search_path = evil', 'row_security = off', 'transform_null_equals = on'];

describe('resetRoleSettings', () => {
  test('takes back every setting that is not harmless, here and in every database, and tells of it', async () => {
    const name = await role({ isOurs: true });
    for (const setting of SETTINGS) await there.superuser.rows(`alter role ${name} set ${setting}`);
    await there.superuser.rows(
      `do $$ begin execute format('alter role ${name} in database %I set role = pg_monitor', current_database()); end $$`,
    );
    const said: string[] = [];
    await reset(name, (line) => said.push(line));
    expect(await settingsOf(name)).toEqual([]);
    expect(said).toHaveLength(4);
    expect(said).toContain(`took back search_path, which ${name} had been given`);
  });

  test('leaves a role without settings alone, whoever administers it', async () => {
    await expect(reset(await role({ isOurs: false }))).resolves.toBeUndefined();
  });

  test('says what an administrator has to run where the owner may not alter the role', async () => {
    const name = await role({ isOurs: false });
    await there.superuser.rows(`alter role ${name} set search_path = evil`);
    await expect(reset(name)).rejects.toThrow(
      `DATABASE_URL's role may not change that. As an administrator run: alter role "${name}" reset "search_path";`,
    );
  });

  // covers: DATA-06
  test.each([true, false])(
    'leaves every harmless setting, and no other, of all that a role may have; administered by the owner: %s',
    async (isOurs) => {
      const name = await role({ isOurs });
      const given: Setting[] = [];
      for (const setting of await settings())
        if (isOurs || setting.harmless)
          await there.superuser.rows(setTo(name, setting)).then(
            () => given.push(setting),
            () => undefined,
          );
      expect(given.filter(({ harmless }) => harmless).length).toBeGreaterThan(20);
      expect(given.length > 100).toBe(isOurs);
      const kept = given.filter(({ harmless }) => harmless).map((setting) => setting.name);
      const said: string[] = [];
      await reset(name, (line) => said.push(line));
      const left = (await settingsOf(name)).map(({ setting }) => String(setting).split('=', 1)[0]);
      expect(new Set(left)).toEqual(new Set(kept));
      expect(said).toHaveLength(given.length - kept.length);
    },
  );

  test('leaves a transaction setting, which PostgreSQL takes back from no role and which holds for no transaction', async () => {
    const { api } = there.database;
    await withClient(api, (client) => client.query('alter role current_user set transaction_read_only = on'));
    onTestFinished(async () => void (await there.superuser.rows('alter role fieldgate_api reset all')));
    await reset('fieldgate_api');
    const { rows } = await withClient(api, (client) => client.query('show transaction_read_only'));
    expect(rows).toEqual([{ transaction_read_only: 'off' }]);
  });
});

// covers: DATA-06
test('each start takes back what the runtime roles have given themselves', async () => {
  const { owner, api, auth } = there.database;
  for (const url of [api, auth])
    await withClient(url, (client) => client.query('alter role current_user set search_path = evil'));
  for (const name of Object.values(RUNTIME_ROLES)) expect(await settingsOf(name)).toHaveLength(1);
  await migrate({ databaseUrl: owner, apiDatabaseUrl: api, authDatabaseUrl: auth });
  for (const name of Object.values(RUNTIME_ROLES)) expect(await settingsOf(name)).toEqual([]);
});

test('no setting that changes what a statement means or reaches counts as harmless', async () => {
  const harmless = await there.superuser.rows<{ name: string }>(
    'select name from pg_settings where name ~* $1 order by 1',
    [HARMLESS_SETTINGS],
  );
  const names = harmless.map(({ name }) => name);
  expect(names).toContain('statement_timeout');
  expect(names).toContain('log_min_messages');
  for (const name of names)
    expect(name).toMatch(/timeout|^log_|^track_|^tcp_|^work_mem$|^temp_file_limit$|^application_name$|^transaction_/);
});
