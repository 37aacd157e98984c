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
  return { code, output: lines.join('\n') };
}

test('policies prints SQL that creates the row-level security of a database without any', async () => {
  const { code, output } = await run({});
  expect(code).toBe(0);
  await superuser.query('begin; set local role fieldgate');
  try {
    const before = await superuser.query<{ drop: string }>(
      `select format('drop policy %I on %s; alter table %2$s no force row level security, disable row level security', polname, polrelid::regclass) as drop from pg_policy`,
    );
    for (const { drop } of before.rows) await superuser.query(drop);
    await superuser.query(output);
    const after = await superuser.query('select from pg_policy');
    expect(after.rowCount).toBe(before.rowCount);
  } finally {
    await superuser.query('rollback');
  }
});

test('policies --check finds no difference on a migrated database, with exit code 0', async () => {
  const { code, output } = await run({ DATABASE_URL: database.owner }, '--check');
  expect(output).toBe('The database matches the schema and the declared privileges.');
  expect(code).toBe(0);
});

// covers: ENGINE-13
test('policies --check prints each difference and a migration that corrects it, with exit code 1', async () => {
  await superuser.query('drop policy owner_select on app.task; grant update (user_id) on app.task to fieldgate_api');
  const { code, output } = await run({ DATABASE_URL: database.owner }, '--check');
  expect(code).toBe(1);
  expect(output).toMatch(/^- app\.task lacks a policy, owner_select \(select to fieldgate_api using /m);
  expect(output).toMatch(/^- fieldgate_api has UPDATE on app\.task: the columns .*, user_id, .*; declared: /m);
  const [, migration = ''] = output.split(':\n\n');
  await superuser.query(migration);
  expect((await run({ DATABASE_URL: database.owner }, '--check')).code).toBe(0);
});

test.each([
  ['an unknown option', { DATABASE_URL: 'postgres://x/y' }, ['--chek'], /Unknown option '--chek'.*\[--check\]/],
  [
    'an unreachable database',
    { DATABASE_URL: 'postgres://a@127.0.0.1:1/x' },
    ['--check'],
    /Cannot connect with DATABASE_URL: connection refused/,
  ],
  ['no database yet', {}, ['--check'], /There is no database in .* yet: run npm start once/],
])('policies --check rejects %s with an operator error', async (_, environment, args, message) => {
  const DATA_DIR = temporaryFolder();
  await expect(run({ DATA_DIR, ...environment }, ...args)).rejects.toMatchObject({
    name: 'OperatorError',
    message: expect.stringMatching(message) as string,
  });
});
