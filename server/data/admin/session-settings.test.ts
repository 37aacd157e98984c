import { Pool } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { withClient } from '../pg/with-client.ts';
import { migrate } from './migrate.ts';
import { applySessionSettings, assertSessionSettings } from './session-settings.ts';

const fixture = setUpEmptyDatabase();

/** The name of the database, quoted; the settings of tests hold in it alone, because roles are shared. */
const database = () => `"${new URL(fixture.database.api).pathname.slice(1)}"`;
const alter = (change: string) =>
  fixture.superuser.rows(`alter role fieldgate_api in database ${database()} ${change}`);
/** Changes a default of the API's role until the end of the test. */
async function changeTemporarily(statement: string) {
  await alter(statement);
  onTestFinished(() =>
    withClient(fixture.database.owner, (owner) => applySessionSettings(owner, fixture.database.api)),
  );
}
const settings = async () =>
  (
    await fixture.superuser.rows<{ setting: string }>(
      `select unnest(setconfig) as setting from pg_db_role_setting
       where setrole = 'fieldgate_api'::regrole and setdatabase <> 0
         and setdatabase = (select oid from pg_database where datname = current_database()) order by 1`,
    )
  ).map(({ setting }) => setting);
const REQUIRED = ['idle_in_transaction_session_timeout=15s', 'plan_cache_mode=force_generic_plan'];

/** Returns the error of the check at the API's start, on a new connection; null if it passes. */
async function startError(): Promise<string | null> {
  const pool = new Pool({ connectionString: fixture.database.api, max: 1 });
  try {
    await assertSessionSettings(pool);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await pool.end();
  }
}
const runMigrate = (log?: (line: string) => void) => {
  const { owner, api, auth } = fixture.database;
  return migrate({ databaseUrl: owner, apiDatabaseUrl: api, authDatabaseUrl: auth, ...(log && { log }) });
};

// covers: POOL-02
describe('settings of the API’s role', () => {
  test('migrate gives the API’s role its settings in the database, and changes nothing the next time', async () => {
    expect(await settings()).toEqual(REQUIRED);
    const logged: string[] = [];
    await runMigrate((line) => logged.push(line));
    expect(logged).toEqual([]);
  });

  test.each(['reset all', 'set plan_cache_mode = force_custom_plan', 'set idle_in_transaction_session_timeout = 0'])(
    'migrate corrects the settings after: alter role … %s',
    async (statement) => {
      await changeTemporarily(statement);
      expect(await startError()).not.toBeNull();
      await runMigrate();
      expect(await settings()).toEqual(REQUIRED);
      expect(await startError()).toBeNull();
    },
  );

  test('an owner that may not alter the API’s role lets the role set them itself', async () => {
    await changeTemporarily('reset all');
    const stranger = `owner_${crypto.randomUUID().replaceAll('-', '_')}`;
    await fixture.superuser.rows(`create role ${stranger} login password 'stranger'`);
    onTestFinished(async () => void (await fixture.superuser.rows(`drop role ${stranger}`)));
    const url = Object.assign(new URL(fixture.database.owner), { username: stranger, password: 'stranger' }).href;
    await withClient(url, (owner) => applySessionSettings(owner, fixture.database.api));
    expect(await settings()).toEqual(REQUIRED);

    await alter('reset plan_cache_mode');
    await expect(withClient(url, (owner) => applySessionSettings(owner, url))).rejects.toThrow(
      `The role fieldgate_api needs a default setting of plan_cache_mode, and the role of DATABASE_URL has no privilege to set it. As an administrator run: alter role "fieldgate_api" in database ${database()} set plan_cache_mode = 'force_generic_plan';`,
    );
  });

  test('the API refuses to start with other settings, with the statement that makes it start', async () => {
    await changeTemporarily('set plan_cache_mode = auto');
    const statement = `alter role "fieldgate_api" in database ${database()} set plan_cache_mode = 'force_generic_plan';`;
    expect(await startError()).toContain(`plan_cache_mode is auto, and has to be force_generic_plan: ${statement}`);
    await fixture.superuser.rows(statement);
    expect(await startError()).toBeNull();
  });
});
