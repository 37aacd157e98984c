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

/** Runs the command in a folder with these files; an argument that is a key of `files` is replaced with its path. */
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
test('explain --as a role prints the decision, the rule with file and line, the predicate and the policy', async () => {
  const stdout = await run(QUERY, '--as', 'USER', 'q');
  expect(stdout).toMatch(/^Log is refused: FORBIDDEN, for a caller with the role USER\.\n/);
  expect(stdout).toMatch(
    /^Query\.securityLog +refused FORBIDDEN\n +@auth\(roles: \[ADMIN\]\) at Query\.securityLog \(schema\/security\.graphql:\d+\)$/m,
  );
  expect(stdout).toMatch(/^Rows of AuthEvent in auth\.auth_event: only the caller's own$/m);
  expect(stdout).toContain(`where "user_id" = the caller's id`);
  expect(stdout).toContain('policy owner_select for select to "fieldgate_api" using (');
});

// covers: ENGINE-12
describe('explain describes the rows as those of all owners only for a role in orRoles', () => {
  const ALL_OWNERS =
    "those of all owners, read-only, through orRoles [ADMIN]; only the caller's own if the operation requests those";
  test.each([
    ['ADMIN', ALL_OWNERS, { roles: ['ADMIN'], rules: [] }],
    ['alice@example.com', ALL_OWNERS, { roles: ['ADMIN'], rules: [] }],
    ['USER', "only the caller's own", null],
    ['signed-in', "only the caller's own", null],
    ['anonymous', "only the caller's own", null],
  ])('explain --as %s describes the rows of AuthEvent as %s', async (identity, scope, others) => {
    const stdout = await run(QUERY, '--as', identity, 'q');
    expect(stdout).toContain(`Rows of AuthEvent in auth.auth_event: ${scope}\n`);
    expect(stdout).toMatch(
      /policy owner_select .* or \(select app\.acts_for_every_owner\('AuthEvent', array\['ADMIN'\]\)\)/,
    );
    expect(JSON.parse(await run(QUERY, '--as', identity, '--json', 'q'))).toMatchObject({
      rows: [{ type: 'AuthEvent', predicate: `"user_id" = the caller's id`, others }],
    });
  });

  test('explain describes the rows of a type without orRoles as the caller’s own for every role', async () => {
    const stdout = await run({ q: '{ viewer { securityEvents { nodes { kind } } } }' }, '--as', 'ADMIN', 'q');
    expect(stdout).toContain(`Rows of User in auth.user: only the caller's own\n`);
    expect(stdout).toContain(`Rows of AuthEvent in auth.auth_event: ${ALL_OWNERS}\n`);
    expect(stdout).toContain(`    where "user_id" = the caller's id, if the operation requests own rows\n`);
  });
});

test('explain --as an e-mail address, in any letter case, uses the current role and verification of the account', async () => {
  expect(await run(QUERY, '--as', 'Alice@example.com', 'q')).toMatch(
    /^Log may run, for alice@example\.com \(ADMIN, address not verified\)\.\n/,
  );
});

test('explain --json prints the decision on a named operation for an anonymous and a signed-in caller', async () => {
  const files = { q: 'query A { viewer { id } } query B($id: ID!) { user(id: $id) { id } }', v: '{"id": "x"}' };
  const anonymous = JSON.parse(await run(files, '--as', 'anonymous', '--operation', 'A', '--json', 'q')) as object;
  expect(anonymous).toMatchObject({ as: 'an anonymous caller', operation: 'A', reason: 'UNAUTHENTICATED' });
  const signedIn = JSON.parse(
    await run(files, '--as', 'signed-in', '--operation', 'B', '--variables', 'v', '--json', 'q'),
  ) as object;
  expect(signedIn).toMatchObject({ operation: 'B', verdict: 'refused', reason: 'FORBIDDEN' });
});

test('explain prints which variable has an invalid value', async () => {
  const files = { q: 'query ($first: Int) { tasks(first: $first) { totalCount } }', v: '{"first": "many"}' };
  expect(await run(files, '--as', 'signed-in', '--variables', 'v', 'q')).toMatch(
    /^The query is refused: BAD_USER_INPUT.*\n.*"\$first" got invalid value "many"/,
  );
});

describe('access explain, with invalid arguments', () => {
  const usage = 'Usage: npm run access -- explain --as <anonymous';
  test.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    ['no caller', QUERY, ['q'], usage],
    ['no file', QUERY, ['--as', 'USER'], usage],
    ['two files', QUERY, ['--as', 'USER', 'q', 'q'], usage],
    ['an unknown option', QUERY, ['--us', 'USER', 'q'], usage],
    ['an option without its value', QUERY, ['q', '--as'], usage],
    ['a missing file', {}, ['--as', 'USER', 'missing'], 'missing cannot be read: there is no such file.'],
    ['a folder', {}, ['--as', 'USER', '/'], '/ cannot be read: it is a folder.'],
    ['an unknown role', QUERY, ['--as', 'ADMN', 'q'], 'a role (USER, ADMIN) or an e-mail address'],
    ['an address without an account', QUERY, ['--as', 'x@y', 'q'], 'There is no account "x@y".'],
    ['a syntax error', { q: '{\n  viewer {' }, ['--as', 'USER', 'q'], 'q:2 Syntax Error: Expected Name'],
    ['an empty file', { q: '' }, ['--as', 'USER', 'q'], 'q:1 Syntax Error: Unexpected <EOF>.'],
    ['an unknown field', { q: '{\n  nope\n}' }, ['--as', 'USER', 'q'], 'q:2 Cannot query field "nope"'],
    [
      'several operations',
      { q: 'query A { status { ok } } query B { status { ok } }' },
      ['--as', 'USER', 'q'],
      'choose one with --operation: A, B.',
    ],
    [
      'an unknown operation name',
      QUERY,
      ['--as', 'USER', '--operation', 'Lag', 'q'],
      'has no operation "Lag": it has Log.',
    ],
    [
      'a document with only fragments',
      { q: 'fragment F on Query { status { ok } }' },
      ['--as', 'USER', 'q'],
      'Fragment "F" is never used',
    ],
    ['variables that are not JSON', { ...QUERY, v: '{' }, ['--as', 'USER', '--variables', 'v', 'q'], 'v is not JSON: '],
    [
      'variables that are not an object',
      { ...QUERY, v: '[1]' },
      ['--as', 'USER', '--variables', 'v', 'q'],
      'v must hold one JSON object',
    ],
    ['a missing file of variables', QUERY, ['--as', 'USER', '--variables', 'missing', 'q'], 'missing cannot be read'],
  ])('explain rejects %s, and prints what is valid', async (_, files, args, message) => {
    await expect(run(files, ...args)).rejects.toMatchObject({
      name: expect.stringMatching(/^(Operator|Usage)Error$/) as string,
      message: expect.stringContaining(message) as string,
    });
  });
});
