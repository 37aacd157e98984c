import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Superuser, connectSuperuser } from '../../../test/support/superuser.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { migrate } from '../../data/admin/migrate.ts';
import { findRunningPostgres, startEmbeddedPostgres } from '../../operations/embedded-postgres.ts';
import { describeError as words, OperatorError } from '../../operations/operator-error.ts';
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

/** Runs the command; its exit code and what it printed. A sentence for the user makes the code 1, as for a process. */
async function run(args: readonly string[], environment: NodeJS.ProcessEnv = { DATABASE_URL: database.owner }) {
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  try {
    const code = await grantCommand({ args, environment, print, signal: new AbortController().signal });
    return { code, printed };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { code: 1, printed: [...printed, words(error)] };
  }
}

/** Somebody with an account of their own; how it stands, and what was put down of it. */
async function createUser() {
  const name = `person${(count += 1)}`;
  const id = await superuser.insertUser(name);
  const stands = async () => ({
    roles: await superuser.rows('select role from auth."user" where id = $1', [id]),
    events: await superuser.rows('select kind, outcome, detail, address from auth.auth_event where user_id = $1', [id]),
  });
  return { email: `${name}@example.com`, id, stands };
}
const roleChangedEvent = (detail: string) => ({ kind: 'ROLE_CHANGED', outcome: 'SUCCEEDED', detail, address: null });

describe('grant', () => {
  // covers: FR-026.2
  test('gives the role, says what it was before, and puts it down', async () => {
    const { email, stands } = await createUser();
    expect(await run([email, 'ADMIN'])).toEqual({
      code: 0,
      printed: [
        `${email} has the role ADMIN now, and had USER. Access tokens of before are refused from now on; renewed ones say so.`,
      ],
    });
    expect(await stands()).toEqual({ roles: [{ role: 'ADMIN' }], events: [roleChangedEvent('USER_TO_ADMIN')] });
  });

  test('of USER takes it away again', async () => {
    const { email, stands } = await createUser();
    await run([email, 'ADMIN']);
    expect((await run([email, 'USER'])).code).toBe(0);
    expect(await stands()).toMatchObject({
      roles: [{ role: 'USER' }],
      events: [{}, roleChangedEvent('ADMIN_TO_USER')],
    });
  });

  test('finds the address in any letter case', async () => {
    const { email, stands } = await createUser();
    expect((await run([` ${email.toUpperCase()} `, 'ADMIN'])).code).toBe(0);
    expect((await stands()).roles).toEqual([{ role: 'ADMIN' }]);
  });

  test('of what they have already changes nothing, and puts nothing down', async () => {
    const { email, stands } = await createUser();
    expect(await run([email, 'USER'])).toEqual({
      code: 0,
      printed: [`${email} has the role USER already: nothing was changed.`],
    });
    expect((await stands()).events).toEqual([]);
  });

  test.each(['nobody@example.com', '', "' or true --", '%'])('to the unknown address %j is refused', async (email) => {
    expect(await run([email, 'ADMIN'])).toEqual({ code: 1, printed: [`Nobody has signed up as "${email}".`] });
    expect(await superuser.rows(`select from auth."user" where role = 'ADMIN' and email = $1`, [email])).toEqual([]);
  });

  test.each(['admin', 'ROOT', '', 'ADMIN '])('of the unknown role %j is refused', async (role) => {
    const { email, stands } = await createUser();
    expect(await run([email, role])).toEqual({
      code: 1,
      printed: [`There is no role "${role}": the roles are USER, ADMIN.`],
    });
    expect(await stands()).toEqual({ roles: [{ role: 'USER' }], events: [] });
  });

  test.each([[[]], [['a@example.com']], [['a@example.com', 'ADMIN', 'b@example.com']], [['--all', 'ADMIN']]])(
    'of %j says how it is written',
    async (args) => {
      const { code, printed } = await run(args);
      expect([code, printed.join('\n')]).toEqual([
        1,
        expect.stringContaining('Write: npm run access -- grant <e-mail address> <role>'),
      ]);
    },
  );

  test('happens whole or not at all: without the record there is no role', async () => {
    const { email, stands } = await createUser();
    await superuser.rows(`alter table auth.auth_event add constraint broken check (kind <> 'ROLE_CHANGED') not valid`);
    try {
      await expect(run([email, 'ADMIN'])).rejects.toMatchObject({ code: '23514' });
    } finally {
      await superuser.rows('alter table auth.auth_event drop constraint broken');
    }
    expect(await stands()).toEqual({ roles: [{ role: 'USER' }], events: [] });
  });
});

describe('where the database is', () => {
  test('embedded, running or stopped, it is left as it was found', async () => {
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
      expect.stringContaining('has the role ADMIN now'),
    ]);
    expect(await findRunningPostgres(dataDir, passwords.owner)).toBe(postgres.url('owner'));
    await postgres.stop();
    expect((await run(['eve@example.com', 'ADMIN'], { DATA_DIR: dataDir })).printed).toEqual([
      expect.stringContaining('has the role ADMIN already'),
    ]);
    expect(await findRunningPostgres(dataDir, passwords.owner)).toBeUndefined();
  }, 30_000);

  test('not there yet, it says so and makes nothing', async () => {
    const dataDir = temporaryFolder();
    expect(await run(['a@example.com', 'ADMIN'], { DATA_DIR: dataDir })).toEqual({
      code: 1,
      printed: [`There is no database in ${dataDir} yet: run npm start once, which makes it.`],
    });
  });

  test('older than this version, it says what to do', async () => {
    const old = await connectSuperuser(database.superuser);
    const { email } = await createUser();
    await old.rows('alter table auth.auth_event rename to elsewhere');
    try {
      expect((await run([email, 'ADMIN'])).printed).toEqual([
        'The database is of an older Fieldgate: run npm start once, which brings it up to date.',
      ]);
    } finally {
      await old.rows('alter table auth.elsewhere rename to auth_event');
      await old.end();
    }
  });

  test('named by DATABASE_URL and away, it says which setting; never the password', async () => {
    const wrong = Object.assign(new URL(database.owner), { password: 'wrong-password' }).href;
    const { code, printed } = await run(['a@example.com', 'ADMIN'], { DATABASE_URL: wrong });
    expect([code, printed]).toEqual([
      1,
      ['DATABASE_URL does not lead into a database: the role or its password is wrong.'],
    ]);
  });
});
