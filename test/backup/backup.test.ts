import fs from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { catalogDifferences } from '../../server/data/admin/catalog/compare-catalog.ts';
import { readState } from '../../server/data/admin/catalog/catalog-state.ts';
import { migrate } from '../../server/data/admin/migrate.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { createCommand, restoreCommand } from '../../server/commands/backup/backup-commands.ts';
import { createBackup } from '../../server/operations/backup/create-backup.ts';
import { readInstalled } from '../../server/operations/backup/installed.ts';
import { restoreBackup } from '../../server/operations/backup/restore-backup.ts';
import { killEmbeddedPostgres, startEmbeddedPostgres } from '../../server/operations/embedded-postgres.ts';
import { ensureKeyFile, keyFileIn, readKeys } from '../../server/operations/key-store.ts';
import { createProgress } from '../../server/operations/progress.ts';
import { loadSecrets } from '../../server/operations/secrets.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { declared } from '../catalog/catalog-drift.ts';
import { readContents } from '../support/database-contents.ts';
import { NON_DURABLE_SETTINGS, type ScratchPostgres, startScratchPostgres } from '../support/scratch-postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const progress = createProgress(() => undefined);
const QUICK = { progress, settings: NON_DURABLE_SETTINGS };
/** Rows of the tables that previous-rows.sql does not know. */
const LATER_ROWS = `
  insert into auth.mail_outbox (kind, user_id) values ('RESET_PASSWORD', '01980000-0000-7000-8000-000000000001');
  insert into auth.passkey (public_key, user_id, credential_id, counter, device_type, backed_up)
    values ('key', '01980000-0000-7000-8000-000000000001', 'credential', 0, 'singleDevice', false);
  insert into auth.two_factor (secret, backup_codes, user_id, last_used_step)
    values ('sealed', 'sealed', '01980000-0000-7000-8000-000000000001', 0);
  insert into app.request_count (key, used_up_at) values (decode(repeat('ab', 16), 'hex'), 1);
  insert into app.api_process (id, seen_at) values ('01980000-0000-7000-8000-000000000001', now())`;

const base = inRoot('.test/run', `backup-${process.pid}`);
const dataDir = path.join(base, 'data');
let postgres: ScratchPostgres;
beforeAll(async () => {
  fs.mkdirSync(base, { recursive: true });
  postgres = await startScratchPostgres(dataDir);
  ensureKeyFile(keyFileIn(dataDir, 'shared-secret'), 'shared-secret', 0);
  const [databaseUrl, apiDatabaseUrl, authDatabaseUrl] = [
    postgres.url('owner'),
    postgres.url('api'),
    postgres.url('auth'),
  ];
  await migrate({ databaseUrl, apiDatabaseUrl, authDatabaseUrl });
  const rows = fs.readFileSync(path.join(import.meta.dirname, '../upgrade/previous-rows.sql'), 'utf8');
  await withClient(databaseUrl, (owner) => owner.query(rows + LATER_ROWS));
});
afterAll(async () => {
  await postgres.discard();
  fs.rmSync(base, { recursive: true, force: true });
});

/** Roles of the cluster, their attributes, memberships and settings. The password is compared too: processes log in. */
const ROLES = `
  select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls, rolcanlogin, rolpassword,
    (select jsonb_agg(setconfig order by setdatabase) from pg_db_role_setting where setrole = a.oid) as settings,
    (select jsonb_agg(m.roleid::regrole::text order by 1) from pg_auth_members m where m.member = a.oid) as memberships
  from pg_authid a where rolname !~ '^pg_' order by 1`;

/** Reads everything that a restore must bring back. */
async function takeSnapshot(server: Pick<ScratchPostgres, 'url' | 'superuserUrl'>) {
  const asOwner = async (owner: Client) => {
    await owner.query('begin');
    expect(await catalogDifferences(owner, declared)).toEqual([]);
    return { contents: await readContents(owner), state: await readState(owner, ['app', 'auth']) };
  };
  const roles = await withClient(server.superuserUrl, async (client) => (await client.query(ROLES)).rows);
  return { ...(await withClient(server.url('owner'), asOwner)), roles };
}

/** Starts the database of a restored data folder; it is killed after the test. */
async function startRestored(restored: string) {
  onTestFinished(() => killEmbeddedPostgres(restored));
  return startEmbeddedPostgres({
    dataDir: restored,
    passwords: loadSecrets(restored).passwords,
    settings: NON_DURABLE_SETTINGS,
  });
}

/** A file and a data folder that do not exist, beside the test's data; removed after the test. */
function newPaths() {
  const folder = fs.mkdtempSync(path.join(base, 'paths-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return { file: path.join(folder, 'backup.tar.gz'), restored: path.join(folder, 'restored') };
}

const restore = async (file: string, restored: string, options: { endSessions: boolean; secretsFrom?: string }) =>
  restoreBackup({ file, dataDir: restored, installed: await readInstalled(restored), ...QUICK, ...options });

describe('a backup of a running database', { timeout: 180_000 }, () => {
  // covers: LIVE-01
  test('restores every row, object, policy, role and setting, and the secrets', async () => {
    const before = await takeSnapshot(postgres);
    expect(Object.entries(before.contents).filter(([, rows]) => rows.length === 0)).toEqual([]);
    const { file, restored } = newPaths();
    await createBackup({ dataDir, file, secrets: true, progress });
    const result = await restore(file, restored, { endSessions: false });
    expect(result.description).toMatchObject({ postgres: '18', secrets: true });
    expect(await takeSnapshot(await startRestored(restored))).toEqual(before);
    for (const name of ['secrets.json', 'token-secrets.json']) {
      expect(fs.readFileSync(path.join(restored, name))).toEqual(fs.readFileSync(path.join(dataDir, name)));
      expect(fs.statSync(path.join(restored, name)).mode & 0o777).toBe(0o600);
    }
  });

  // covers: LIVE-01
  test('that is written to contains what was committed before it began, and of later transactions a prefix', async () => {
    const { file, restored } = newPaths();
    await withClient(postgres.superuserUrl, async (client) => {
      await client.query('create table if not exists public.written (n integer primary key, filler text)');
    });
    const state = { last: 0, stopped: false };
    const writer = withClient(postgres.superuserUrl, async (client) => {
      while (!state.stopped) {
        await client.query(`insert into public.written values ($1, repeat('x', 2000))`, [state.last + 1]);
        state.last += 1;
      }
    });
    await expect.poll(() => state.last).toBeGreaterThan(20);
    const committed = state.last;
    await createBackup({ dataDir, file, secrets: true, progress });
    const during = state.last;
    state.stopped = true;
    await writer;
    await restore(file, restored, { endSessions: false });
    const server = await startRestored(restored);
    const { rows } = await withClient(server.superuserUrl, (client) =>
      client.query<{ count: number; last: number }>(
        'select count(*)::integer as count, max(n) as last from public.written',
      ),
    );
    expect(rows[0]?.count).toBe(rows[0]?.last);
    expect(during).toBeGreaterThan(committed);
    expect(rows[0]?.last).toBeGreaterThanOrEqual(committed);
    await withClient(postgres.superuserUrl, (client) => client.query('drop table public.written'));
  });

  // covers: LIVE-02
  test('ends sessions, mailed links and keys in a restore, unless it is told to keep them', async () => {
    const { file, restored } = newPaths();
    await createBackup({ dataDir, file, secrets: true, progress });
    const { endedSessions } = await restore(file, restored, { endSessions: true });
    expect(endedSessions).toBe(2);
    const { contents } = await takeSnapshot(await startRestored(restored));
    expect(contents['auth.session']).toEqual([]);
    expect(contents['auth.verification']).toEqual([]);
    const revoked = contents['auth.session_revocation']?.map((row) => row['session_id']);
    expect(revoked).toEqual(expect.arrayContaining([21, 22, 23].map((n) => `01980000-0000-7000-8000-0000000000${n}`)));
    const keysOf = (folder: string) => readKeys(keyFileIn(folder, 'shared-secret'), 'shared-secret');
    expect(keysOf(restored)).toHaveLength(1);
    expect(keysOf(restored)[0]?.kid).not.toBe(keysOf(dataDir)[0]?.kid);
  });

  // covers: LIVE-03
  test('without secrets contains none of them, and is restored with a copy of them', async () => {
    const { file, restored } = newPaths();
    await createBackup({ dataDir, file, secrets: false, progress });
    await expect(restore(file, restored, { endSessions: false })).rejects.toThrow(/add --secrets <folder>/);
    expect(fs.existsSync(restored)).toBe(false);
    await restore(file, restored, { endSessions: false, secretsFrom: dataDir });
    expect(loadSecrets(restored)).toEqual(loadSecrets(dataDir));
    const server = await startRestored(restored);
    await withClient(server.url('owner'), (owner) => owner.query('select from auth.session'));
  });

  // covers: LIVE-02
  test('whose restore is stopped leaves an empty folder, into which it can be restored', async () => {
    const { file, restored } = newPaths();
    await createBackup({ dataDir, file, secrets: true, progress });
    const installed = await readInstalled(restored);
    const steps: string[] = [];
    for (const stopAfter of ['archive verified', 'archive unpacked', 'database recovered']) {
      const abortController = new AbortController();
      const stopping = createProgress((line) => {
        // Not a step that still runs, which is printed after five seconds.
        if (line.includes('…')) return;
        steps.push(line);
        if (line.includes(stopAfter)) abortController.abort(new Error('stopped'));
      });
      const { signal } = abortController;
      const options = { ...QUICK, file, dataDir: restored, endSessions: true, installed, progress: stopping, signal };
      await expect(restoreBackup(options)).rejects.toThrow('stopped');
      const left = fs.existsSync(restored) ? fs.readdirSync(restored) : [];
      expect(left.filter((name) => !name.startsWith('lock'))).toEqual([]);
    }
    expect(steps).toHaveLength(6);
    await restore(file, restored, { endSessions: true });
    expect(fs.existsSync(path.join(restored, 'secrets.json'))).toBe(true);
  });
});

describe('npm run backup', { timeout: 180_000 }, () => {
  /** Runs a command and returns its lines. */
  const runCommand = async (command: typeof createCommand, environment: NodeJS.ProcessEnv, args: readonly string[]) => {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const code = await command({ environment, args, signal: new AbortController().signal, print });
    expect(code).toBe(0);
    return lines.join('\n');
  };

  // covers: LIVE-01, LIVE-03
  test('starts a database that is stopped, names the archive, says that it is secret, and restores it', async () => {
    const { file, restored } = newPaths();
    await createBackup({ dataDir, file, secrets: true, progress });
    await restore(file, restored, { endSessions: true });
    const folder = path.join(path.dirname(file), 'folder');
    fs.mkdirSync(folder);
    const output = await runCommand(createCommand, { DATA_DIR: restored }, [folder]);
    const [name = ''] = fs.readdirSync(folder);
    expect(name).toMatch(/^fieldgate-\d{8}T\d{6}Z\.tar\.gz$/);
    expect(output).toContain(`Backup: ${path.join(folder, name)}`);
    expect(output).toContain('SECRET: it contains the passwords of the database');
    expect(fs.existsSync(path.join(restored, 'postgres/postmaster.pid'))).toBe(false);
    const again = await runCommand(restoreCommand, { DATA_DIR: `${restored}-again` }, [path.join(folder, name)]);
    expect(again).toContain('0 sessions are ended and the keys are new');
    for (const secret of Object.values(loadSecrets(restored).passwords)) expect(output + again).not.toContain(secret);
  });

  // covers: LIVE-03
  test('refuses a database of your own, a file that exists, a place in the data folder, and a folder without a database', async () => {
    const { file } = newPaths();
    const refused = (environment: NodeJS.ProcessEnv, args: readonly string[]) =>
      expect(runCommand(createCommand, environment, args)).rejects;
    const DATABASE_URL = 'postgres://owner:secret@db.example/tasks';
    await refused({ DATABASE_URL }, []).toThrow(/back it up with pg_dump or pg_basebackup/);
    fs.writeFileSync(file, 'mine');
    await refused({ DATA_DIR: dataDir }, [file]).toThrow(/exists: choose another file/);
    expect(fs.readFileSync(file, 'utf8')).toBe('mine');
    await refused({ DATA_DIR: dataDir }, [path.join(dataDir, 'x.tar.gz')]).toThrow(/is in the data folder/);
    await refused({ DATA_DIR: temporaryFolder() }, [`${file}2`]).toThrow(/There is no database in/);
  });
});
