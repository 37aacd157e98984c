import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { policiesCommand } from './policies-command.ts';

let database: TestDatabase;
let superuser: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  superuser = new Client({ connectionString: database.superuser });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await database.drop();
});

async function run(environment: NodeJS.ProcessEnv, ...args: readonly string[]) {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const code = await policiesCommand({ args, environment, signal: new AbortController().signal, print });
  return { code, said: lines.join('\n') };
}

test('the SQL that is printed makes row security from nothing', async () => {
  const { code, said } = await run({});
  expect(code).toBe(0);
  await superuser.query('begin; set local role fieldgate');
  try {
    const made = await superuser.query<{ drop: string }>(
      `select format('drop policy %I on %s; alter table %2$s no force row level security, disable row level security', polname, polrelid::regclass) as drop from pg_policy`,
    );
    for (const { drop } of made.rows) await superuser.query(drop);
    await superuser.query(said);
    const again = await superuser.query('select from pg_policy');
    expect(again.rowCount).toBe(made.rowCount);
  } finally {
    await superuser.query('rollback');
  }
});

test('--check finds nothing on a migrated database, and its exit code is 0', async () => {
  const { code, said } = await run({ DATABASE_URL: database.owner }, '--check');
  expect(said).toBe('The database is what the schema and the declared privileges say.');
  expect(code).toBe(0);
});

// covers: ENGINE-13
test('--check prints each difference and the migration to write, which mends it; its exit code is 1', async () => {
  await superuser.query('drop policy owner_select on app.task; grant update (user_id) on app.task to fieldgate_api');
  const { code, said } = await run({ DATABASE_URL: database.owner }, '--check');
  expect(code).toBe(1);
  expect(said).toMatch(/^- app\.task lacks a policy, owner_select \(select to fieldgate_api using /m);
  expect(said).toMatch(/^- fieldgate_api has UPDATE on app\.task: the columns .*, user_id, .*; declared: /m);
  const [, migration = ''] = said.split(':\n\n');
  await superuser.query(migration);
  expect((await run({ DATABASE_URL: database.owner }, '--check')).code).toBe(0);
});

test.each([
  [
    'an option that there is not',
    { DATABASE_URL: 'postgres://x/y' },
    ['--chek'],
    /Unknown option '--chek'.*\[--check\]/,
  ],
  [
    'a database that is not there',
    { DATABASE_URL: 'postgres://a@127.0.0.1:1/x' },
    ['--check'],
    /DATABASE_URL does not lead into a database: nothing listens there/,
  ],
  ['no database yet', {}, ['--check'], /There is no database in .* yet: run npm start once/],
])('%s is told in a sentence', async (_, environment, args, words) => {
  const DATA_DIR = temporaryFolder();
  await expect(run({ DATA_DIR, ...environment }, ...args)).rejects.toMatchObject({
    name: 'OperatorError',
    message: expect.stringMatching(words) as string,
  });
});
