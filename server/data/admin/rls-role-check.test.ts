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

const PASSWORD = 'a-password-that-no-message-may-contain';
const tables = Object.values(OWNED_TABLES);

const fixture = setUpEmptyDatabase();

/**
 * Creates a role for one test, because roles are shared by all databases of the server. `%` in a statement is its name.
 */
async function createRole(
  attributes: string,
  ...statements: readonly string[]
): Promise<{ name: string; url: string }> {
  const name = `role_${randomBytes(6).toString('hex')}`;
  await fixture.superuser.rows(`create role ${name} login noinherit ${attributes} password '${PASSWORD}'`);
  onTestFinished(async () => {
    await fixture.superuser.rows(`drop owned by ${name}; drop role ${name}`);
  });
  for (const statement of statements) await fixture.superuser.rows(statement.replaceAll('%', name));
  return { name, url: Object.assign(new URL(fixture.database.superuser), { username: name, password: PASSWORD }).href };
}

/** Returns the error of the check with this connection; null if it passes. */
async function checkError(url: string): Promise<string | null> {
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

test('the API’s role passes the check', async () => {
  expect(await checkError(fixture.database.api)).toBeNull();
});

test('a role without privileges passes the check', async () => {
  expect(await checkError((await createRole('')).url)).toBeNull();
});

// covers: DATA-03
describe('unsafe roles', () => {
  const createGroup = `create role group_% nologin`;
  const dropGroup = async (name: string) => {
    await fixture.superuser.rows(
      `reassign owned by group_${name} to fieldgate; drop owned by group_${name}; drop role group_${name}`,
    );
  };

  test('the API refuses to start as the role that owns the tables', async () => {
    expect(await checkError(fixture.database.owner)).toContain(
      'The role fieldgate owns tables in app, auth and can drop their policies',
    );
  });

  test.each([
    [
      'a superuser',
      'superuser',
      [],
      'The role % is a superuser and bypasses row-level security: alter role "%" nosuperuser;',
    ],
    [
      'a role with BYPASSRLS',
      'bypassrls',
      [],
      'The role % has BYPASSRLS and bypasses row-level security: alter role "%" nobypassrls;',
    ],
    [
      'the owner of one table',
      '',
      ['create table app.of_% (); alter table app.of_% owner to %'],
      'The role % owns tables in app and can drop their policies',
    ],
    [
      'a member of a superuser',
      '',
      ['grant postgres to %'],
      'The role % is a member of postgres, which is a superuser, and can act as it: revoke "postgres" from "%";',
    ],
    [
      'a member of the owner',
      '',
      ['grant fieldgate to %'],
      'The role % is a member of fieldgate, which owns tables in app, auth, and can act as it',
    ],
    [
      'a role that can SET ROLE to the owner and inherits nothing',
      '',
      ['grant fieldgate to % with inherit false, set true'],
      'is a member of fieldgate',
    ],
    [
      'a role that can only administer the owner',
      '',
      ['grant fieldgate to % with admin true, inherit false, set false'],
      'is a member of fieldgate',
    ],
    [
      'a role that reads the files of the server',
      '',
      ['grant pg_read_server_files to %'],
      'is a member of pg_read_server_files, which can access the files of the server',
    ],
    [
      'a role that runs programs on the server',
      '',
      ['grant pg_execute_server_program to %'],
      'is a member of pg_execute_server_program',
    ],
  ])('the API refuses to start as %s', async (_, attributes, statements, message) => {
    const { name, url } = await createRole(attributes, ...statements);
    const error = await checkError(url);
    expect(error).toContain(message.replaceAll('%', name));
    expect(error).not.toContain(PASSWORD);
  });

  test('the API refuses to start as an indirect member of the owner', async () => {
    const { name, url } = await createRole('', createGroup, 'grant fieldgate to group_%', 'grant group_% to %');
    onTestFinished(() => dropGroup(name));
    expect(await checkError(url)).toContain(
      `The role ${name} is a member of fieldgate, which owns tables in app, auth`,
    );
  });

  test('the API refuses to start as a member of a role with BYPASSRLS', async () => {
    const { name, url } = await createRole('', `${createGroup} bypassrls`, 'grant group_% to %');
    onTestFinished(() => dropGroup(name));
    expect(await checkError(url)).toContain(`The role ${name} is a member of group_${name}, which has BYPASSRLS`);
  });

  // covers: DATA-06
  test.each([
    ['search_path', 'evil'],
    ['row_security', 'off'],
    ['app.viewer_id', 'x'],
    ['default_transaction_read_only', 'on'],
  ])('the API refuses to start as a role with a default setting of %s', async (name, value) => {
    const { name: self, url } = await createRole('', `alter role % set ${name} = '${value}'`);
    const statement = `alter role "${self}" reset ${name
      .split('.')
      .map((part) => `"${part}"`)
      .join('.')};`;
    expect(await checkError(url)).toContain(
      `The role ${self} has a default setting of ${name}, which changes what its statements do: ${statement}`,
    );
    await fixture.superuser.rows(statement);
    expect(await checkError(url)).toBeNull();
  });

  test('the API refuses to start as a superuser whose default role is the API’s', async () => {
    const { name, url } = await createRole('superuser', 'alter role % set role = fieldgate_api');
    expect(await checkError(url)).toContain(`The role ${name} is a superuser`);
  });
});

// covers: EDGE-39
describe('unprotected tables', () => {
  const names = tables.map(({ schema, table }) => `${schema}.${table === 'user' ? '"user"' : table}`);

  // covers: DATA-03
  test.each(names)('the API refuses to start if row-level security of %s is not forced', async (name) => {
    await fixture.superuser.rows(`alter table ${name} no force row level security`);
    onTestFinished(() => void fixture.superuser.rows(`alter table ${name} force row level security`));
    expect(await checkError(fixture.database.api)).toContain(
      `Row-level security of ${name} is not forced, and its owner bypasses it: alter table ${name} force row level security;`,
    );
  });

  test.each(names)('the API refuses to start if row-level security of %s is disabled', async (name) => {
    await fixture.superuser.rows(`alter table ${name} disable row level security`);
    onTestFinished(() => void fixture.superuser.rows(`alter table ${name} enable row level security`));
    expect(await checkError(fixture.database.api)).toContain(`Row-level security of ${name} is disabled`);
  });

  test('the API refuses to start if a table is missing', async () => {
    await fixture.superuser.rows('alter table app.task rename to other');
    onTestFinished(() => void fixture.superuser.rows('alter table app.other rename to task'));
    expect(await checkError(fixture.database.api)).toContain('The table app.task is missing: run the migrations');
  });
});

// covers: DATA-03
test('the API process exits with code 1 and prints the reasons without a stack', async () => {
  const { name, url } = await createRole('superuser bypassrls', 'grant postgres to %');
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
  const [output, [code]] = await Promise.all([text(api.stderr), once(api, 'exit')]);
  expect(output).toContain(`The API refuses to start, because row-level security does not protect its data:
  The role ${name} is a superuser and bypasses row-level security: alter role "${name}" nosuperuser;`);
  expect(output).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
});
