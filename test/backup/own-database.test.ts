import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readState } from '../../server/data/admin/catalog/catalog-state.ts';
import { migrate } from '../../server/data/admin/migrate.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { readContents, readPrivileges } from '../support/database-contents.ts';
import { findSystemPostgres, startSystemPostgres } from '../support/system-postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const programs = findSystemPostgres();
const MISSING = 'there is no PostgreSQL server in /usr/lib/postgresql';

if (programs === undefined) test(`the dump of an own database DID NOT RUN: ${MISSING}`, () => undefined);

// covers: LIVE-04
test('an own database that pg_dump dumps and pg_restore restores has the same rows, objects and privileges', {
  timeout: 120_000,
}, async ({ skip }) => {
  skip(programs === undefined, MISSING);
  const folder = temporaryFolder();
  const server = await startSystemPostgres(programs ?? '', folder);
  onTestFinished(() => server.stop());
  const superuser = (database: string, text: string) =>
    withClient(server.url(database), (client) => client.query(text));
  const urls = (database: string) => {
    const as = (role: string) => Object.assign(new URL(server.url(database)), { username: role, password: 'x' }).href;
    return { databaseUrl: as('keeper'), apiDatabaseUrl: as('fieldgate_api'), authDatabaseUrl: as('fieldgate_auth') };
  };
  const snapshot = (database: string) =>
    withClient(urls(database).databaseUrl, async (owner) => {
      await owner.query('begin');
      // PostgreSQL removes parentheses when it parses its own output again.
      const withoutParentheses = (text: string) => text.replaceAll(/[()]/g, '');
      const state = (await readState(owner, ['app', 'auth'])).map((entry) => ({
        ...entry,
        definition: withoutParentheses(entry.definition),
      }));
      return { state, contents: await readContents(owner), privileges: await readPrivileges(owner) };
    });

  await superuser('postgres', 'create role keeper login createrole');
  await superuser('postgres', 'create database tasks owner keeper');
  await migrate(urls('tasks'));
  const rows = fs.readFileSync(path.join(import.meta.dirname, '../upgrade/previous-rows.sql'), 'utf8');
  await withClient(urls('tasks').databaseUrl, (owner) => owner.query(rows));
  const before = await snapshot('tasks');

  const file = path.join(folder, 'tasks.dump');
  // Without --enable-row-security the owner is refused, because row-level security is forced on it.
  await expect(server.run('pg_dump', ['-Fc', '-f', file, urls('tasks').databaseUrl])).rejects.toThrow(
    /row-level security/,
  );
  await server.run('pg_dump', ['--enable-row-security', '-Fc', '-f', file, urls('tasks').databaseUrl]);
  await superuser('postgres', 'create database restored owner keeper');
  await server.run('pg_restore', ['--exit-on-error', '-d', urls('restored').databaseUrl, file]);
  await migrate(urls('restored'));
  expect(await snapshot('restored')).toEqual(before);
});
