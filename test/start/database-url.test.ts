import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../setup/folder.ts';
import { startScratchPostgres } from '../setup/scratch-postgres.ts';
import { newPlace, query, READY, start } from './fieldgate.ts';

/** Somebody else's server: a database whose owner may not make roles, as an administrator would hand it out. */
async function strangersDatabase(roles: readonly string[]) {
  const postgres = await startScratchPostgres(path.join(temporaryFolder(), 'server'));
  onTestFinished(postgres.stop);
  await query(postgres.superuserUrl, "create role tenant login password 'tenant-password'");
  for (const role of roles)
    await query(postgres.superuserUrl, `create role ${role} login noinherit password '${role}-password'`);
  await query(postgres.superuserUrl, 'create database tenancy owner tenant');
  return (role: string) => `postgres://${role}:${role}-password@127.0.0.1:${postgres.port}/tenancy`;
}

describe('with DATABASE_URL', () => {
  test('it works on that server alone: as an owner without privileges, with roles made by its administrator', async () => {
    const url = await strangersDatabase(['fieldgate_api', 'fieldgate_auth']);
    const { dataDir, settings, apiUrl } = await newPlace();
    const run = start({
      ...settings,
      DATABASE_URL: url('tenant'),
      API_DATABASE_URL: url('fieldgate_api'),
      AUTH_DATABASE_URL: url('fieldgate_auth'),
    });
    await run.until(READY);
    expect((await fetch(`${apiUrl}/readyz`)).status).toBe(200);
    expect(run.output()).not.toContain('demo@');
    expect(fs.existsSync(path.join(dataDir, 'postgres'))).toBe(false);
    expect(await query(url('tenant'), 'select count(*)::int as users from auth.user')).toEqual([{ users: 0 }]);
  });

  test('it says what an administrator has to do when the roles are missing and may not be made', async () => {
    const url = await strangersDatabase([]);
    const { settings } = await newPlace();
    const run = start({ ...settings, DATABASE_URL: url('tenant') });
    expect(await run.end()).toBe(1);
    expect(run.output()).toContain('The role fieldgate_api is missing');
    expect(run.output()).not.toMatch(/tenant-password|^\s+at /m);
  });

  test('it names the setting that does not lead into a database, never its password', async () => {
    const url = await strangersDatabase([]);
    const { settings } = await newPlace();
    const run = start({ ...settings, DATABASE_URL: url('tenant').replace('tenant-password', 'wrong-password') });
    expect(await run.end()).toBe(1);
    expect(run.output()).toContain('DATABASE_URL does not lead into a database: the role or its password is wrong.');
    expect(run.output()).not.toContain('wrong-password');
  });
});
