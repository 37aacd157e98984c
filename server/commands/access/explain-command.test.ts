import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectSuperuser } from '../../../test/support/superuser.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { explainCommand } from './explain-command.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const superuser = await connectSuperuser(database.superuser);
  await superuser.insertUser('alice');
  await superuser.rows(`update auth."user" set role = 'ADMIN', email_verified = false`);
  await superuser.end();
});
afterAll(() => database.drop());

/** Runs the command with these files in a folder, named by their keys in the arguments. */
async function run(files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content);
  let stdout = '';
  const code = await explainCommand({
    args: args.map((arg) => (arg in files || arg === 'missing' ? path.join(folder, arg) : arg)),
    environment: { DATABASE_URL: database.owner },
    signal: new AbortController().signal,
    print: (line) => void (stdout += `${line}\n`),
  });
  expect(code).toBe(0);
  return stdout;
}

const QUERY = { q: 'query Log { securityLog { nodes { kind } } }' };

// covers: ENGINE-12
test('for a role: the verdict, the rule with file and line, the predicate and the policy', async () => {
  const stdout = await run(QUERY, '--as', 'USER', 'q');
  expect(stdout).toMatch(/^Log is refused: FORBIDDEN, asked by a caller with the role USER\.\n/);
  expect(stdout).toMatch(
    /^Query\.securityLog +refused FORBIDDEN\n +@auth\(roles: \[ADMIN\]\) at Query\.securityLog \(schema\/security\.graphql:\d+\)$/m,
  );
  expect(stdout).toMatch(/^Rows of AuthEvent in auth\.auth_event: only the caller's own$/m);
  expect(stdout).toContain(`where "user_id" = the caller's id`);
  expect(stdout).toContain('policy owner_select for select to "fieldgate_api" using (');
});

// covers: ENGINE-12
describe('rows are said to be every owner’s to whoever has one of orRoles, and to nobody else', () => {
  const EVERY_OWNER =
    "every owner's to read, through orRoles [ADMIN]; where the operation asks for its own, only those";
  test.each([
    ['ADMIN', EVERY_OWNER, { roles: ['ADMIN'], rules: [] }],
    ['alice@example.com', EVERY_OWNER, { roles: ['ADMIN'], rules: [] }],
    ['USER', "only the caller's own", null],
    ['signed-in', "only the caller's own", null],
    ['anonymous', "only the caller's own", null],
  ])('%s: %s', async (identity, scope, others) => {
    const stdout = await run(QUERY, '--as', identity, 'q');
    expect(stdout).toContain(`Rows of AuthEvent in auth.auth_event: ${scope}\n`);
    expect(stdout).toMatch(
      /policy owner_select .* or \(select app\.acts_for_every_owner\('AuthEvent', array\['ADMIN'\]\)\)/,
    );
    expect(JSON.parse(await run(QUERY, '--as', identity, '--json', 'q'))).toMatchObject({
      rows: [{ type: 'AuthEvent', predicate: `"user_id" = the caller's id`, others }],
    });
  });

  test('and of a type without orRoles only the caller’s own, whoever asks', async () => {
    const stdout = await run({ q: '{ viewer { securityEvents { nodes { kind } } } }' }, '--as', 'ADMIN', 'q');
    expect(stdout).toContain(`Rows of User in auth.user: only the caller's own\n`);
    expect(stdout).toContain(`Rows of AuthEvent in auth.auth_event: ${EVERY_OWNER}\n`);
    expect(stdout).toContain(`    where "user_id" = the caller's id, for its own\n`);
  });
});

test('for an account, by its address in any letter case: its role and its verification as they are now', async () => {
  expect(await run(QUERY, '--as', 'Alice@example.com', 'q')).toMatch(
    /^Log may run, asked by alice@example\.com \(ADMIN, address not verified\)\.\n/,
  );
});

test('for an anonymous and a signed-in caller, of a named operation, as JSON', async () => {
  const files = { q: 'query A { viewer { id } } query B($id: ID!) { user(id: $id) { id } }', v: '{"id": "x"}' };
  const anonymous = JSON.parse(await run(files, '--as', 'anonymous', '--operation', 'A', '--json', 'q')) as object;
  expect(anonymous).toMatchObject({ as: 'an anonymous caller', operation: 'A', reason: 'UNAUTHENTICATED' });
  const signedIn = JSON.parse(
    await run(files, '--as', 'signed-in', '--operation', 'B', '--variables', 'v', '--json', 'q'),
  ) as object;
  expect(signedIn).toMatchObject({ operation: 'B', verdict: 'refused', reason: 'FORBIDDEN' });
});

test('variables that are no values of their types are told', async () => {
  const files = { q: 'query ($first: Int) { tasks(first: $first) { totalCount } }', v: '{"first": "many"}' };
  expect(await run(files, '--as', 'signed-in', '--variables', 'v', 'q')).toMatch(
    /^The query is refused: BAD_USER_INPUT.*\n.*"\$first" got invalid value "many"/,
  );
});

describe('is refused in a sentence that says what would be right:', () => {
  const usage = 'Write: npm run access -- explain --as <anonymous';
  test.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    ['nobody asks', QUERY, ['q'], usage],
    ['no file', QUERY, ['--as', 'USER'], usage],
    ['two files', QUERY, ['--as', 'USER', 'q', 'q'], usage],
    ['an option that there is not', QUERY, ['--us', 'USER', 'q'], usage],
    ['an option without its value', QUERY, ['q', '--as'], usage],
    ['a file that is not there', {}, ['--as', 'USER', 'missing'], 'missing cannot be read: there is no such file.'],
    ['a folder', {}, ['--as', 'USER', '/'], '/ cannot be read: it is a folder.'],
    ['a role that there is not', QUERY, ['--as', 'ADMN', 'q'], 'a role (USER, ADMIN) or an e-mail address'],
    ['an address without an account', QUERY, ['--as', 'x@y', 'q'], 'Nobody has signed up as "x@y".'],
    ['a mistake in the syntax', { q: '{\n  viewer {' }, ['--as', 'USER', 'q'], 'q:2 Syntax Error: Expected Name'],
    ['an empty file', { q: '' }, ['--as', 'USER', 'q'], 'q:1 Syntax Error: Unexpected <EOF>.'],
    ['a field that the schema lacks', { q: '{\n  nope\n}' }, ['--as', 'USER', 'q'], 'q:2 Cannot query field "nope"'],
    [
      'several operations',
      { q: 'query A { status { ok } } query B { status { ok } }' },
      ['--as', 'USER', 'q'],
      'choose one with --operation: A, B.',
    ],
    [
      'an operation that is not there',
      QUERY,
      ['--as', 'USER', '--operation', 'Lag', 'q'],
      'has no operation "Lag": it has Log.',
    ],
    [
      'fragments alone',
      { q: 'fragment F on Query { status { ok } }' },
      ['--as', 'USER', 'q'],
      'Fragment "F" is never used',
    ],
    ['variables that are not JSON', { ...QUERY, v: '{' }, ['--as', 'USER', '--variables', 'v', 'q'], 'v is not JSON: '],
    [
      'variables that are no object',
      { ...QUERY, v: '[1]' },
      ['--as', 'USER', '--variables', 'v', 'q'],
      'v has to hold one JSON object',
    ],
    ['variables that are not there', QUERY, ['--as', 'USER', '--variables', 'missing', 'q'], 'missing cannot be read'],
  ])('%s', async (_, files, args, sentence) => {
    await expect(run(files, ...args)).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringContaining(sentence) as string,
    });
  });
});
