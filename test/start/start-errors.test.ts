import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadSecrets } from '../../server/operations/secrets.ts';
import {
  queryAsOwner,
  createInstallation,
  type FieldgateProcess,
  READY_LINE,
  startFieldgate,
  supervisorPid,
} from '../support/fieldgate-process.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** Asserts exit code 1 and this message, without a stack. */
async function refuses(run: FieldgateProcess, words: string | RegExp): Promise<void> {
  expect(await run.waitForExit(), run.output()).toBe(1);
  expect(run.output()).toMatch(words);
  expect(run.output()).not.toMatch(/^\s+at /m);
}

describe('npm start refuses, with one sentence,', () => {
  test('a second start on the same data folder, naming the first, which keeps running', async () => {
    const { dataDir, settings, webUrl } = await createInstallation();
    await startFieldgate(settings).waitForOutput(READY_LINE);
    await refuses(
      startFieldgate(settings),
      `${dataDir} is in use by process ${supervisorPid(dataDir)} (${webUrl}): stop that one`,
    );
    expect((await fetch(`${webUrl}/sign-in`)).status).toBe(200);
  });

  test('a taken port, naming the setting, before it creates any file', async () => {
    const { dataDir, settings } = await createInstallation();
    const stranger = net.createServer().listen(Number(settings['WEB_PORT']));
    await once(stranger, 'listening');
    onTestFinished(() => void stranger.close());
    await refuses(
      startFieldgate(settings),
      `Port ${settings['WEB_PORT']} is taken by another program: set WEB_PORT to a free one.`,
    );
    expect(fs.existsSync(path.join(dataDir, 'postgres'))).toBe(false);
  });

  test('invalid settings: all of them at once, without their values', async () => {
    const { dataDir, settings } = await createInstallation();
    const run = startFieldgate({ ...settings, API_PORT: 'eighty', TOKEN_TTL: 'never', BETTER_AUTH_SECRET: 'hunter2' });
    await refuses(
      run,
      /API_PORT is not valid[^]*TOKEN_TTL is not valid|TOKEN_TTL is not valid[^]*API_PORT is not valid/,
    );
    expect(run.output()).toContain('BETTER_AUTH_SECRET is not valid: expected 32 characters or more');
    expect(run.output()).not.toMatch(/hunter2|eighty/);
    expect(fs.existsSync(dataDir)).toBe(false);
  });

  test('a data folder that this user may not write', async () => {
    const { dataDir, settings } = await createInstallation();
    const parent = path.dirname(dataDir);
    fs.chmodSync(parent, 0o555);
    onTestFinished(() => fs.chmodSync(parent, 0o755));
    await refuses(
      startFieldgate(settings, isRoot ? { uid: NOBODY } : {}),
      `${dataDir} cannot be written: this user may not write there.`,
    );
  });

  test('a data folder below a file', async () => {
    const { dataDir, settings } = await createInstallation();
    fs.writeFileSync(dataDir, '');
    const folder = path.join(dataDir, 'data');
    await refuses(
      startFieldgate({ ...settings, DATA_DIR: folder }),
      `${folder} cannot be written: a part of this path is a file.`,
    );
  });

  test('damaged secrets, and leaves them and the database unchanged', async () => {
    const { dataDir, settings } = await createInstallation();
    const run = startFieldgate(settings);
    await run.waitForOutput(READY_LINE);
    process.kill(run.pid, 'SIGTERM');
    await run.waitForExit();
    const file = path.join(dataDir, 'secrets.json');
    fs.truncateSync(file, 100);
    await refuses(startFieldgate(settings), 'secrets.json is damaged: restore it from a backup');
    expect(fs.statSync(file).size).toBe(100);
    expect(fs.existsSync(path.join(dataDir, 'postgres', 'PG_VERSION'))).toBe(true);
  });

  test('npm start refuses a damaged data folder, naming the file, and has every row once it is repaired', async () => {
    const { dataDir, settings } = await createInstallation();
    const first = startFieldgate(settings);
    await first.waitForOutput(READY_LINE);
    await queryAsOwner(dataDir, "create table kept as select 'acknowledged' as what");
    process.kill(first.pid, 'SIGTERM');
    await first.waitForExit();
    const cluster = path.join(dataDir, 'postgres');
    const secrets = path.join(dataDir, 'secrets.json');
    const text = fs.readFileSync(secrets, 'utf8');
    const { passwords } = loadSecrets(dataDir);
    const pidFile = path.join(cluster, 'postmaster.pid');
    const base = path.join(cluster, 'base');

    fs.writeFileSync(pidFile, '');
    await refuses(startFieldgate(settings), `${pidFile} is empty or damaged`);
    fs.rmSync(pidFile);

    fs.renameSync(base, `${dataDir}.base`);
    await refuses(startFieldgate(settings), `${base} is missing`);
    fs.renameSync(`${dataDir}.base`, base);

    fs.writeFileSync(secrets, text.replace(passwords.superuser, 'w'.repeat(43)));
    await refuses(startFieldgate(settings), `${secrets} does not hold the passwords of the database in ${cluster}`);
    fs.writeFileSync(secrets, text);

    fs.chmodSync(secrets, 0o644);
    const open = startFieldgate(settings);
    await refuses(open, `run chmod 600 '${secrets}'`);
    for (const secret of Object.values(passwords)) expect(open.output()).not.toContain(secret);
    fs.chmodSync(secrets, 0o600);

    await startFieldgate(settings).waitForOutput(READY_LINE);
    expect(await queryAsOwner(dataDir, 'select what from kept')).toEqual([{ what: 'acknowledged' }]);
  });
});
