import { escapeIdentifier, escapeLiteral } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { withClient } from '../pg/with-client.ts';
import { migrate } from './migrate.ts';
import { HARMLESS_SETTINGS, resetRoleSettings } from './role-settings.ts';
import { RUNTIME_ROLES } from './runtime-roles.ts';

const fixture = setUpEmptyDatabase();

/** Creates a role for one test; the owner of the database administers it or not. */
async function createRole({ isAdministered }: { isAdministered: boolean }): Promise<string> {
  const name = `role_${crypto.randomUUID().replaceAll('-', '_')}`;
  const create = `create role ${name} login noinherit`;
  if (isAdministered) await withClient(fixture.database.owner, (owner) => owner.query(create));
  else await fixture.superuser.rows(create);
  onTestFinished(async () => void (await fixture.superuser.rows(`drop role ${name}`)));
  return name;
}
const settingsOf = (name: string) =>
  fixture.superuser.rows<{ setting: string }>(
    'select unnest(setconfig) as setting from pg_db_role_setting where setrole = $1::regrole order by 1',
    [name],
  );
const reset = (name: string, log?: (line: string) => void) =>
  withClient(fixture.database.owner, (owner) => resetRoleSettings(owner, name, log));

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly harmless: boolean;
}

/**
 * Reads every setting that a role can have, with its default; of those that only a superuser can set, the harmless
 * ones. Excludes settings of extensions: a connection that has not loaded the extension cannot reset them.
 */
const settings = () =>
  fixture.superuser.rows<Setting>(
    `select name, name ~* $1 as harmless, boot_val as value from pg_settings
     where boot_val is not null and name !~ '[.]' and (context = 'user' or (context = 'superuser' and name ~* $1)) order by 1`,
    [HARMLESS_SETTINGS],
  );
const setTo = (name: string, setting: Setting) =>
  `alter role ${name} set "${setting.name}" to ${escapeLiteral(setting.value)}`;

const SETTINGS = ['search_path = evil', 'row_security = off', 'transform_null_equals = on'];

describe('resetRoleSettings', () => {
  test('resetRoleSettings resets and logs every setting that is not harmless, for one database and for all', async () => {
    const name = await createRole({ isAdministered: true });
    for (const setting of SETTINGS) await fixture.superuser.rows(`alter role ${name} set ${setting}`);
    await fixture.superuser.rows(
      `do $$ begin execute format('alter role ${name} in database %I set role = pg_monitor', current_database()); end $$`,
    );
    const logged: string[] = [];
    await reset(name, (line) => logged.push(line));
    expect(await settingsOf(name)).toEqual([]);
    expect(logged).toHaveLength(4);
    expect(logged).toContain(`reset search_path of the role ${name}`);
  });

  test('resetRoleSettings does not alter a role without settings', async () => {
    await expect(reset(await createRole({ isAdministered: false }))).resolves.toBeUndefined();
  });

  test('resetRoleSettings throws with the statement for an administrator if the owner may not alter the role', async () => {
    const name = await createRole({ isAdministered: false });
    await fixture.superuser.rows(`alter role ${name} set search_path = evil`);
    await expect(reset(name)).rejects.toThrow(
      `the role of DATABASE_URL has no privilege to reset it. As an administrator run: alter role "${name}" reset "search_path";`,
    );
  });

  // covers: DATA-06
  test.each([true, false])(
    'resetRoleSettings keeps exactly the harmless ones of all settings that a role can have; administered by the owner: %s',
    async (isAdministered) => {
      const name = await createRole({ isAdministered });
      const applied: Setting[] = [];
      for (const setting of await settings())
        if (isAdministered || setting.harmless)
          await fixture.superuser.rows(setTo(name, setting)).then(
            () => applied.push(setting),
            () => undefined,
          );
      expect(applied.filter(({ harmless }) => harmless).length).toBeGreaterThan(20);
      expect(applied.length > 100).toBe(isAdministered);
      const kept = applied.filter(({ harmless }) => harmless).map((setting) => setting.name);
      const logged: string[] = [];
      await reset(name, (line) => logged.push(line));
      const remaining = (await settingsOf(name)).map(({ setting }) => setting.split('=', 1)[0]);
      expect(new Set(remaining)).toEqual(new Set(kept));
      expect(logged).toHaveLength(applied.length - kept.length);
    },
  );

  test('resetRoleSettings keeps a transaction setting, which PostgreSQL cannot reset and which has no effect', async () => {
    const { api } = fixture.database;
    await withClient(api, (client) => client.query('alter role current_user set transaction_read_only = on'));
    onTestFinished(async () => void (await fixture.superuser.rows('alter role fieldgate_api reset all')));
    await reset('fieldgate_api');
    const { rows } = await withClient(api, (client) => client.query('show transaction_read_only'));
    expect(rows).toEqual([{ transaction_read_only: 'off' }]);
  });
});

// covers: DATA-06
test('migrate resets the settings that the runtime roles have given themselves', async () => {
  const { owner, api, auth } = fixture.database;
  // In this database alone: tests beside this one share the roles, compare their settings, and migrate.
  const name = escapeIdentifier(new URL(owner).pathname.slice(1));
  for (const url of [api, auth])
    await withClient(url, (client) =>
      client.query(`alter role current_user in database ${name} set search_path = evil`),
    );
  // The API's role also has the settings of session-settings.ts, in each database.
  const evilOf = async (role: string) =>
    (await settingsOf(role)).filter(({ setting }) => setting === 'search_path=evil');
  for (const role of Object.values(RUNTIME_ROLES)) expect(await evilOf(role)).toHaveLength(1);
  await migrate({ databaseUrl: owner, apiDatabaseUrl: api, authDatabaseUrl: auth });
  for (const role of Object.values(RUNTIME_ROLES)) expect(await evilOf(role)).toEqual([]);
});

test('HARMLESS_SETTINGS matches only limits, logging and transaction settings', async () => {
  const harmless = await fixture.superuser.rows<{ name: string }>(
    'select name from pg_settings where name ~* $1 order by 1',
    [HARMLESS_SETTINGS],
  );
  const names = harmless.map(({ name }) => name);
  expect(names).toContain('statement_timeout');
  expect(names).toContain('log_min_messages');
  for (const name of names)
    expect(name).toMatch(/timeout|^log_|^track_|^tcp_|^work_mem$|^temp_file_limit$|^application_name$|^transaction_/);
});
