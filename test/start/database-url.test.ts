import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { loadSecrets } from '../../server/operations/secrets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startScratchPostgres } from '../support/scratch-postgres.ts';
import { createInstallation, queryDatabase, READY_LINE, startFieldgate } from '../support/fieldgate-process.ts';

/** An external server: a database whose owner may not create roles, as an administrator would provide it. */
async function strangersDatabase(roles: readonly string[]) {
  const postgres = await startScratchPostgres(path.join(temporaryFolder(), 'server'));
  onTestFinished(postgres.stop);
  await queryDatabase(postgres.superuserUrl, "create role tenant login password 'tenant-password'");
  for (const role of roles)
    await queryDatabase(postgres.superuserUrl, `create role ${role} login noinherit password '${role}-password'`);
  await queryDatabase(postgres.superuserUrl, 'create database tenancy owner tenant');
  return (role: string) => `postgres://${role}:${role}-password@127.0.0.1:${postgres.port}/tenancy`;
}

describe('with DATABASE_URL', () => {
  test('npm start uses the server of DATABASE_URL, as an owner without privileges, with roles created by its administrator', async () => {
    const url = await strangersDatabase(['fieldgate_api', 'fieldgate_auth']);
    const { dataDir, settings, apiUrl } = await createInstallation();
    const run = startFieldgate({
      ...settings,
      DATABASE_URL: url('tenant'),
      API_DATABASE_URL: url('fieldgate_api'),
      AUTH_DATABASE_URL: url('fieldgate_auth'),
    });
    await run.waitForOutput(READY_LINE);
    expect((await fetch(`${apiUrl}/readyz`)).status).toBe(200);
    expect(run.output()).not.toContain('demo@');
    expect(fs.existsSync(path.join(dataDir, 'postgres'))).toBe(false);
    expect(await queryDatabase(url('tenant'), 'select count(*)::int as users from auth.user')).toEqual([{ users: 0 }]);
  });

  test('npm start prints what an administrator must do if the runtime roles are missing and cannot be created', async () => {
    const url = await strangersDatabase([]);
    const { settings } = await createInstallation();
    const run = startFieldgate({ ...settings, DATABASE_URL: url('tenant') });
    expect(await run.waitForExit()).toBe(1);
    expect(run.output()).toContain('The role fieldgate_api is missing');
    expect(run.output()).not.toMatch(/tenant-password|^\s+at /m);
  });

  test('npm start names the setting that does not lead to a database, never its password', async () => {
    const url = await strangersDatabase([]);
    const { settings } = await createInstallation();
    const run = startFieldgate({
      ...settings,
      DATABASE_URL: url('tenant').replace('tenant-password', 'wrong-password'),
    });
    expect(await run.waitForExit()).toBe(1);
    expect(run.output()).toContain('Cannot connect with DATABASE_URL: the role or its password is wrong.');
    expect(run.output()).not.toContain('wrong-password');
  });

  // covers: OPS-13
  test('npm start refuses a second start on the same database with another data folder, and the first keeps working, new connections included', async () => {
    const postgres = await startScratchPostgres(path.join(temporaryFolder(), 'server'));
    onTestFinished(postgres.stop);
    await queryDatabase(postgres.superuserUrl, "create role maker login createrole password 'maker-password'");
    await queryDatabase(postgres.superuserUrl, 'create database shared owner maker');
    const DATABASE_URL = `postgres://maker:maker-password@127.0.0.1:${postgres.port}/shared`;
    const [first, second] = [await createInstallation(), await createInstallation()];
    const run = startFieldgate({ ...first.settings, DATABASE_URL });
    await run.waitForOutput(READY_LINE);
    const refused = startFieldgate({ ...second.settings, DATABASE_URL });
    expect(await refused.waitForExit()).toBe(1);
    expect(refused.output()).toMatch(
      /^The role fieldgate_api exists, and its password is not the one that this start has/m,
    );
    expect(refused.output()).toContain('Set API_DATABASE_URL to the connection string');
    expect(refused.output()).not.toMatch(/^\s+at |maker-password/m);
    for (const { dataDir } of [first, second])
      for (const secret of Object.values(loadSecrets(dataDir).passwords)) {
        expect(run.output()).not.toContain(secret);
        expect(refused.output()).not.toContain(secret);
      }

    // Every connection of the first start is new now.
    await queryDatabase(
      postgres.superuserUrl,
      "select pg_terminate_backend(pid) from pg_stat_activity where usename in ('fieldgate_api', 'fieldgate_auth')",
    );
    const signUp = () =>
      fetch(`${first.webUrl}/api/auth/sign-up/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: first.webUrl },
        body: JSON.stringify({ email: 'member@example.com', password: 'Correct7horse' }),
      });
    await vi.waitUntil(async () => (await signUp()).status === 200, { timeout: 15_000, interval: 200 });
    await vi.waitUntil(async () => (await fetch(`${first.apiUrl}/readyz`)).status === 200, { timeout: 15_000 });
  });
});
