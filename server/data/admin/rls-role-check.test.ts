import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Pool } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { freePort } from '../../operations/ports.ts';
import { OWNED_TABLES } from './privileges.ts';
import { assertRoleSubjectToRls } from './rls-role-check.ts';

const PASSWORD = 'a-password-that-no-sentence-may-hold';
const tables = Object.values(OWNED_TABLES);

const there = setUpEmptyDatabase();

/** A role of the test's own, for roles belong to all databases of the server; where `%` stands, its name. */
async function role(attributes: string, ...statements: readonly string[]): Promise<{ name: string; url: string }> {
  const name = `role_${randomBytes(6).toString('hex')}`;
  await there.superuser.rows(`create role ${name} login noinherit ${attributes} password '${PASSWORD}'`);
  onTestFinished(async () => {
    await there.superuser.rows(`drop owned by ${name}; drop role ${name}`);
  });
  for (const statement of statements) await there.superuser.rows(statement.replaceAll('%', name));
  return { name, url: Object.assign(new URL(there.database.superuser), { username: name, password: PASSWORD }).href };
}

/** What the API says when it starts with this connection; null when it starts. */
async function refusal(url: string): Promise<string | null> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    await assertRoleSubjectToRls(pool, tables);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await pool.end();
  }
}

test('the role of the API is held', async () => {
  expect(await refusal(there.database.api)).toBeNull();
});

test('a role that nothing was granted is held', async () => {
  expect(await refusal((await role('')).url)).toBeNull();
});

// covers: DATA-03
describe('the API does not start as', () => {
  const keeper = `create role keeper_% nologin`;
  const dropped = async (name: string) => {
    await there.superuser.rows(
      `reassign owned by keeper_${name} to fieldgate; drop owned by keeper_${name}; drop role keeper_${name}`,
    );
  };

  test('the role that owns the tables', async () => {
    expect(await refusal(there.database.owner)).toContain(
      'The role fieldgate owns tables in app, auth, and can take its policies away',
    );
  });

  test.each([
    ['a superuser', 'superuser', [], 'The role % is a superuser, and no policy holds it: alter role "%" nosuperuser;'],
    [
      'one with BYPASSRLS',
      'bypassrls',
      [],
      'The role % has BYPASSRLS, and no policy holds it: alter role "%" nobypassrls;',
    ],
    [
      'the owner of one table',
      '',
      ['create table app.of_% (); alter table app.of_% owner to %'],
      'The role % owns tables in app, and can take its policies away',
    ],
    [
      'a member of a superuser',
      '',
      ['grant postgres to %'],
      'The role % is a member of postgres, which is a superuser, and can become it: revoke "postgres" from "%";',
    ],
    [
      'a member of the owner',
      '',
      ['grant fieldgate to %'],
      'The role % is a member of fieldgate, which owns tables in app, auth, and can become it',
    ],
    [
      'one that can SET ROLE to the owner and inherits nothing',
      '',
      ['grant fieldgate to % with inherit false, set true'],
      'is a member of fieldgate',
    ],
    [
      'one that can only administer the owner',
      '',
      ['grant fieldgate to % with admin true, inherit false, set false'],
      'is a member of fieldgate',
    ],
    [
      'one that reads the files of the server',
      '',
      ['grant pg_read_server_files to %'],
      'is a member of pg_read_server_files, which reaches the files of the server',
    ],
    [
      'one that runs programs there',
      '',
      ['grant pg_execute_server_program to %'],
      'is a member of pg_execute_server_program',
    ],
  ])('%s', async (_, attributes, statements, sentence) => {
    const { name, url } = await role(attributes, ...statements);
    const said = await refusal(url);
    expect(said).toContain(sentence.replaceAll('%', name));
    expect(said).not.toContain(PASSWORD);
  });

  test('a member of a member of the owner, through a role that cannot sign in', async () => {
    const { name, url } = await role('', keeper, 'grant fieldgate to keeper_%', 'grant keeper_% to %');
    onTestFinished(() => dropped(name));
    expect(await refusal(url)).toContain(`The role ${name} is a member of fieldgate, which owns tables in app, auth`);
  });

  test('a member of one with BYPASSRLS', async () => {
    const { name, url } = await role('', `${keeper} bypassrls`, 'grant keeper_% to %');
    onTestFinished(() => dropped(name));
    expect(await refusal(url)).toContain(`The role ${name} is a member of keeper_${name}, which has BYPASSRLS`);
  });

  // covers: DATA-06
  test.each([
    ['search_path', 'evil'],
    ['row_security', 'off'],
    ['app.viewer_id', 'x'],
    ['default_transaction_read_only', 'on'],
  ])('a role whose connections begin with a value of %s', async (name, value) => {
    const { name: self, url } = await role('', `alter role % set ${name} = '${value}'`);
    const statement = `alter role "${self}" reset ${name
      .split('.')
      .map((part) => `"${part}"`)
      .join('.')};`;
    expect(await refusal(url)).toContain(
      `Every connection of the role ${self} begins with a value of ${name}, which changes what its statements do: ${statement}`,
    );
    await there.superuser.rows(statement);
    expect(await refusal(url)).toBeNull();
  });

  test('a superuser who has put on the API’s role, and can take it off', async () => {
    const { name, url } = await role('superuser', 'alter role % set role = fieldgate_api');
    expect(await refusal(url)).toContain(`The role ${name} is a superuser`);
  });
});

// covers: EDGE-39
describe('the API does not start where', () => {
  const names = tables.map(({ schema, table }) => `${schema}.${table === 'user' ? '"user"' : table}`);

  // covers: DATA-03
  test.each(names)('row security of %s is not forced', async (name) => {
    await there.superuser.rows(`alter table ${name} no force row level security`);
    onTestFinished(() => void there.superuser.rows(`alter table ${name} force row level security`));
    expect(await refusal(there.database.api)).toContain(
      `Row security of ${name} does not hold its owner: alter table ${name} force row level security;`,
    );
  });

  test.each(names)('row security of %s is off', async (name) => {
    await there.superuser.rows(`alter table ${name} disable row level security`);
    onTestFinished(() => void there.superuser.rows(`alter table ${name} enable row level security`));
    expect(await refusal(there.database.api)).toContain(`Row security of ${name} is off`);
  });

  test('a table is missing', async () => {
    await there.superuser.rows('alter table app.task rename to other');
    onTestFinished(() => void there.superuser.rows('alter table app.other rename to task'));
    expect(await refusal(there.database.api)).toContain('The table app.task is missing: run the migrations');
  });
});

// covers: DATA-03
test('the process ends with a code that is not 0, in sentences and without a stack', async () => {
  const { name, url } = await role('superuser bypassrls', 'grant postgres to %');
  const [API_PORT, METRICS_PORT] = [String(await freePort()), String(await freePort())];
  const settings = {
    API_DATABASE_URL: url,
    API_PORT,
    METRICS_PORT,
    API_URL: `http://localhost:${API_PORT}`,
    WEB_URL: 'http://localhost:3000',
    TOKEN_MODE: 'shared-secret',
    TOKEN_SECRETS: `test:${randomBytes(32).toString('base64url')}`,
    TOKEN_ISSUER: 'http://localhost:3000',
  };
  const api = spawn(process.execPath, ['server/main.ts'], {
    env: settings,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 9_000,
  });
  const [said, [code]] = await Promise.all([text(api.stderr), once(api, 'exit')]);
  expect(said).toContain(`The API does not start, because row-level security would not hold it:
  The role ${name} is a superuser, and no policy holds it: alter role "${name}" nosuperuser;`);
  expect(said).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
});
