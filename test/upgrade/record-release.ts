import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, escapeLiteral } from 'pg';
import { DataSource, type Logger, type MigrationInterface } from 'typeorm';
import { ensureRole, RUNTIME_ROLES } from '../../server/data/admin/runtime-roles.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { inRoot, ROOT } from '../../server/operations/paths.ts';
import { startScratchPostgres } from '../support/scratch-postgres.ts';

/**
 * Writes `previous-release.sql`: every statement with which the migrations of a revision create its database. Run it
 * after a release, with the released revision, and adapt `previous-rows.sql` to the tables of it:
 * `node test/upgrade/record-release.ts <revision>`
 */
const [revision] = process.argv.slice(2);
if (revision === undefined) throw new Error('Usage: node test/upgrade/record-release.ts <revision>');
const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' });

const folder = inRoot('.test', `release-${process.pid}`);
fs.mkdirSync(folder, { recursive: true });
const names = git('ls-tree', '--name-only', revision, 'migrations/').trim().split('\n');
const migrations = [];
for (const name of names) {
  const file = path.join(folder, path.basename(name));
  fs.writeFileSync(file, git('show', `${revision}:${name}`));
  migrations.push(
    ...Object.values((await import(pathToFileURL(file).href)) as Record<string, new () => MigrationInterface>),
  );
}

const statements: string[] = [];
const record = (text: string, parameters: readonly (string | number)[] = []) => {
  if (/^\s*(select|start transaction|commit)\b/i.test(text) && !/set_config/.test(text)) return;
  const statement = text.replaceAll(/\$(\d+)/g, (placeholder, number: string) => {
    const value = parameters[Number(number) - 1];
    // In the text of a function, $1 is the function's own.
    return value === undefined ? placeholder : escapeLiteral(String(value));
  });
  statements.push(`${statement.trim().replace(/;$/, '')};\n`);
};
const ignore = () => undefined;
const logger: Logger = {
  logQuery: record,
  logQueryError: ignore,
  logQuerySlow: ignore,
  logSchemaBuild: ignore,
  logMigration: ignore,
  log: ignore,
};

const postgres = await startScratchPostgres(path.join(folder, 'data'));
try {
  await withClient(postgres.url('owner'), async (owner: Client) => {
    await ensureRole(owner, { role: RUNTIME_ROLES.api, url: postgres.url('api') });
    await ensureRole(owner, { role: RUNTIME_ROLES.auth, url: postgres.url('auth') });
  });
  const source = await new DataSource({
    type: 'postgres',
    url: postgres.url('owner'),
    migrations,
    migrationsTableName: 'fieldgate_migrations',
    installExtensions: false,
    logger,
  }).initialize();
  await source.runMigrations({ transaction: 'each' });
  await source.destroy();
} finally {
  await postgres.discard();
  fs.rmSync(folder, { recursive: true, force: true });
}
const header = `-- The database of ${git('describe', '--always', revision).trim()}, by test/upgrade/record-release.ts. Do not edit.\n`;
fs.writeFileSync(inRoot('test/upgrade/previous-release.sql'), header + statements.join(''));
