import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Superuser, connectSuperuser } from '../../../test/support/superuser.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { migrate } from '../../data/admin/migrate.ts';
import { findRunningPostgres, startEmbeddedPostgres } from '../../operations/embedded-postgres.ts';
import { describeError, OperatorError } from '../../operations/operator-error.ts';
import { loadSecrets } from '../../operations/secrets.ts';
import { grantCommand } from './grant-command.ts';

let database: TestDatabase;
let superuser: Superuser;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  superuser = await connectSuperuser(database.superuser);
});
afterAll(async () => {
  await superuser.end();
  await database.drop();
});

/** Runs the command. @returns its exit code and output; for an operator error 1 and its message, as the process does */
async function run(args: readonly string[], environment: NodeJS.ProcessEnv = { DATABASE_URL: database.owner }) {
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  try {
    const code = await grantCommand({ args, environment, print, signal: new AbortController().signal });
    return { code, printed };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { code: 1, printed: [...printed, describeError(error)] };
  }
}

/** Creates an account. @returns its e-mail address, and a function that reads its role and its audit events */
async function createUser() {
  const name = `user${(count += 1)}`;
  const id = await superuser.insertUser(name);
  const readState = async () => ({
    roles: await superuser.rows('select role from auth."user" where id = $1', [id]),
    events: await superuser.rows('select kind, outcome, detail, address from auth.auth_event where user_id = $1', [id]),
  });
  return { email: `${name}@example.com`, id, readState };
}
const roleChangedEvent = (detail: string) => ({ kind: 'ROLE_CHANGED', outcome: 'SUCCEEDED', detail, address: null });

describe('access grant', () => {
  // covers: FR-026.2
  test('grant replaces the role, prints the previous one, and records an audit event', async () => {
    const { email, readState } = await createUser();
    expect(await run([email, 'ADMIN'])).toEqual({
      code: 0,
      printed: [
        `${email} now has the role ADMIN instead of USER. Older access tokens are refused from now on; renewed ones carry the new role.`,
      ],
    });
    expect(await readState()).toEqual({ roles: [{ role: 'ADMIN' }], events: [roleChangedEvent('USER_TO_ADMIN')] });
  });

  test('grant of USER revokes another role', async () => {
    const { email, readState } = await createUser();
    await run([email, 'ADMIN']);
    expect((await run([email, 'USER'])).code).toBe(0);
    expect(await readState()).toMatchObject({
      roles: [{ role: 'USER' }],
      events: [{}, roleChangedEvent('ADMIN_TO_USER')],
    });
  });

  test('grant finds an account by its address in any letter case', async () => {
    const { email, readState } = await createUser();
    expect((await run([` ${email.toUpperCase()} `, 'ADMIN'])).code).toBe(0);
    expect((await readState()).roles).toEqual([{ role: 'ADMIN' }]);
  });

  test('grant of the current role changes nothing, and records no audit event', async () => {
    const { email, readState } = await createUser();
    expect(await run([email, 'USER'])).toEqual({
      code: 0,
      printed: [`${email} already has the role USER: nothing was changed.`],
    });
    expect((await readState()).events).toEqual([]);
  });

  test.each(['nobody@example.com', '', "' or true --", '%'])('grant rejects the unknown address %j', async (email) => {
    expect(await run([email, 'ADMIN'])).toEqual({ code: 1, printed: [`There is no account "${email}".`] });
    expect(await superuser.rows(`select from auth."user" where role = 'ADMIN' and email = $1`, [email])).toEqual([]);
  });

  test.each(['admin', 'ROOT', '', 'ADMIN '])('grant rejects the unknown role %j', async (role) => {
    const { email, readState } = await createUser();
    expect(await run([email, role])).toEqual({
      code: 1,
      printed: [`There is no role "${role}": the roles are USER, ADMIN.`],
    });
    expect(await readState()).toEqual({ roles: [{ role: 'USER' }], events: [] });
  });

  test.each([[[]], [['a@example.com']], [['a@example.com', 'ADMIN', 'b@example.com']], [['--all', 'ADMIN']]])(
    'grant with the arguments %j prints its usage',
    async (args) => {
      const { code, printed } = await run(args);
      expect([code, printed.join('\n')]).toEqual([
        1,
        expect.stringContaining('Usage: npm run access -- grant <e-mail address> <role>'),
      ]);
    },
  );

  test('grant is atomic: without the audit event the role is not changed', async () => {
    const { email, readState } = await createUser();
    await superuser.rows(`alter table auth.auth_event add constraint broken check (kind <> 'ROLE_CHANGED') not valid`);
    try {
      await expect(run([email, 'ADMIN'])).rejects.toMatchObject({ code: '23514' });
    } finally {
      await superuser.rows('alter table auth.auth_event drop constraint broken');
    }
    expect(await readState()).toEqual({ roles: [{ role: 'USER' }], events: [] });
  });
});

describe('access grant, on each kind of database', () => {
  test('grant works on an embedded database, running or stopped, and leaves it running or stopped', async () => {
    const dataDir = temporaryFolder();
    const { passwords } = loadSecrets(dataDir);
    const postgres = await startEmbeddedPostgres({ dataDir, passwords, settings: ['fsync=off'] });
    onTestFinished(postgres.stop);
    const [owner, api, auth] = [postgres.url('owner'), postgres.url('api'), postgres.url('auth')];
    await migrate({ databaseUrl: owner, apiDatabaseUrl: api, authDatabaseUrl: auth });
    const otherSuperuser = await connectSuperuser(owner);
    await otherSuperuser.insertUser('eve');
    await otherSuperuser.end();

    expect((await run(['eve@example.com', 'ADMIN'], { DATA_DIR: dataDir })).printed).toEqual([
      expect.stringContaining('now has the role ADMIN'),
    ]);
    expect(await findRunningPostgres(dataDir, passwords.owner)).toBe(postgres.url('owner'));
    await postgres.stop();
    expect((await run(['eve@example.com', 'ADMIN'], { DATA_DIR: dataDir })).printed).toEqual([
      expect.stringContaining('already has the role ADMIN'),
    ]);
    expect(await findRunningPostgres(dataDir, passwords.owner)).toBeUndefined();
  }, 30_000);

  test('grant rejects a data folder without a database, and creates none', async () => {
    const dataDir = temporaryFolder();
    expect(await run(['a@example.com', 'ADMIN'], { DATA_DIR: dataDir })).toEqual({
      code: 1,
      printed: [`There is no database in ${dataDir} yet: run npm start once, which creates it.`],
    });
  });

  test('grant rejects a database of an older version, and says what to do', async () => {
    const old = await connectSuperuser(database.superuser);
    const { email } = await createUser();
    await old.rows('alter table auth.auth_event rename to elsewhere');
    try {
      expect((await run([email, 'ADMIN'])).printed).toEqual([
        'The database has the schema of an older Fieldgate: run npm start once, which migrates it.',
      ]);
    } finally {
      await old.rows('alter table auth.elsewhere rename to auth_event');
      await old.end();
    }
  });

  test('grant names DATABASE_URL if it cannot connect, and never the password', async () => {
    const wrong = Object.assign(new URL(database.owner), { password: 'wrong-password' }).href;
    const { code, printed } = await run(['a@example.com', 'ADMIN'], { DATABASE_URL: wrong });
    expect([code, printed]).toEqual([1, ['Cannot connect with DATABASE_URL: the role or its password is wrong.']]);
  });
});
