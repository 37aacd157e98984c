import path from 'node:path';
import { inspect } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ScratchPostgres, startScratchPostgres } from '../../../test/support/scratch-postgres.ts';
import { type EnsureRoleOptions, ensureRole, RuntimeRoleError } from './runtime-roles.ts';

/** A separate server for this file, because roles belong to the whole server. */
let postgres: ScratchPostgres;
let superuser: Client;
const ROLE = 'fieldgate_api';

beforeAll(async () => {
  postgres = await startScratchPostgres(path.resolve('.test/run', `roles-${process.pid}`));
  superuser = await connected(postgres.superuserUrl);
  await superuser.query(`create role tenant login password 'tenant-password'`);
  await superuser.query(`create role maker login createrole password 'maker-password'`);
});
afterAll(async () => {
  await superuser.end();
  await postgres.discard();
});
beforeEach(() => superuser.query(`drop role if exists ${ROLE}`));

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  return client;
}

const urlOf = (role: string, password: string) =>
  Object.assign(new URL(postgres.superuserUrl), { username: role, password }).href;
const roleUrl = () => urlOf(ROLE, 'secret');

type Owner = 'superuser' | 'maker' | 'tenant';

/** Calls `ensureRole` as `npm start` does, with the `DATABASE_URL` of this role. */
async function ensure(owner: Owner, options: Partial<EnsureRoleOptions> = {}): Promise<void> {
  const url = owner === 'superuser' ? postgres.superuserUrl : urlOf(owner, `${owner}-password`);
  const client = await connected(url);
  onTestFinished(() => client.end());
  await ensureRole(client, { role: ROLE, url: roleUrl(), ...options });
}
const attributes = async () =>
  (
    await superuser.query(
      `select rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolinherit from pg_roles where rolname = $1`,
      [ROLE],
    )
  ).rows[0];
const rowVersion = async () =>
  (await superuser.query('select xmin::text from pg_authid where rolname = $1', [ROLE])).rows[0]?.xmin;
const REQUIRED_ATTRIBUTES = {
  rolcanlogin: true,
  rolsuper: false,
  rolbypassrls: false,
  rolcreatedb: false,
  rolcreaterole: false,
  rolinherit: false,
};
const password = async () =>
  (await superuser.query('select rolpassword from pg_authid where rolname = $1', [ROLE])).rows[0]?.rolpassword;
const PASSWORD_REFUSAL =
  /exists, and its password is not the one that this start has.*Set API_DATABASE_URL to the connection string.*run as an administrator: alter role "fieldgate_api" password '…';/;
const signIn = async () => (await connected(roleUrl())).end();

describe('a runtime role', () => {
  test.each(['superuser', 'maker'] as const)(
    'ensureRole creates a missing role with its password, as a %s',
    async (owner) => {
      await ensure(owner);
      expect(await attributes()).toEqual(REQUIRED_ATTRIBUTES);
      await signIn();
    },
  );

  test('ensureRole throws with the statement to run if the role is missing and the owner may not create it', async () => {
    await expect(ensure('tenant')).rejects.toThrow(
      /^The role fieldgate_api is missing, .*run: create role .* password '…';$/,
    );
  });

  test('ensureRole does not alter a correct role', async () => {
    await superuser.query(`create role ${ROLE} login noinherit password 'secret'`);
    const before = await rowVersion();
    for (const owner of ['superuser', 'maker', 'tenant'] as const) await ensure(owner);
    expect(await rowVersion()).toBe(before);
  });

  test.each(['superuser', 'maker'] as const)(
    'ensureRole with `set` changes another password to that of the connection string, as a %s',
    async (owner) => {
      await ensure(owner);
      await superuser.query(`alter role ${ROLE} password 'another'`);
      await expect(signIn()).rejects.toThrow('password');
      await ensure(owner, { otherPassword: 'set' });
      await signIn();
    },
  );

  test('ensureRole with `set` throws with the statement to run and no password if the owner may not change it', async () => {
    await superuser.query(`create role ${ROLE} login noinherit password 'another'`);
    const error = await ensure('tenant', { otherPassword: 'set' }).catch((caught: unknown) => caught);
    expect(String(error)).toMatch(
      /has another password than its connection string, .*run: alter role .* password '…';$/,
    );
    expect(inspect(error)).not.toMatch(/secret|another'|tenant-password/);
  });

  const OTHERS = (['superuser', 'maker', 'tenant'] as const).flatMap((owner) =>
    (['superuser', 'administrator', 'maker'] as const).flatMap((creator) =>
      ["password 'another'", "password 'Another:@/ ü'", 'password null', "password 'another' nologin"].map((state) => ({
        owner,
        creator,
        state,
      })),
    ),
  );
  test.each(OTHERS)(
    'ensureRole throws as a $owner for a role that $creator created with $state, and does not change its password',
    async ({ owner, creator, state }) => {
      const creating = await connected(creator === 'maker' ? urlOf('maker', 'maker-password') : postgres.superuserUrl);
      onTestFinished(() => creating.end());
      await creating.query(`create role ${ROLE} noinherit login ${state.replace(' nologin', '')}`);
      if (state.endsWith('nologin') && owner !== 'tenant') await creating.query(`alter role ${ROLE} nologin`);
      const before = await password();
      const error = await ensure(owner).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(RuntimeRoleError);
      expect(await password()).toBe(before);
      const mayRepair = !(state.endsWith('nologin') && owner === 'maker' && creator !== 'maker');
      if (mayRepair) expect(String(error)).toMatch(PASSWORD_REFUSAL);
      expect(inspect(error)).not.toMatch(/secret|another'|Another:|-password/);
    },
  );

  // covers: OPS-13
  test('of two Fieldgates with different passwords on one server, the second is rejected and the first can still connect', async () => {
    const passwords = { first: 'secret-of-the-first', second: 'secret-of-the-second' };
    await ensure('maker', { url: urlOf(ROLE, passwords.first) });
    const kept = await connected(urlOf(ROLE, passwords.first));
    onTestFinished(() => kept.end());
    for (const owner of ['maker', 'superuser'] as const)
      await expect(ensure(owner, { url: urlOf(ROLE, passwords.second) })).rejects.toThrow(PASSWORD_REFUSAL);
    await kept.query('select 1');
    await (await connected(urlOf(ROLE, passwords.first))).end();
    // With the password of the first, as the message advises, the second one starts too.
    await ensure('maker', { url: urlOf(ROLE, passwords.first) });
  });

  test('of two Fieldgates that create a role concurrently, one is rejected and the other can sign in', async () => {
    const urls = ['one', 'two'].map((suffix) => urlOf(ROLE, `secret-of-${suffix}`));
    const outcomes = await Promise.allSettled(urls.map((url) => ensure('maker', { url })));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    await (await connected(urls[winner] ?? '')).end();
  });

  /** Simulates another process on another database of the server, which has not committed yet. */
  async function beginConcurrent(statement: string): Promise<Client> {
    const other = await connected(postgres.superuserUrl);
    onTestFinished(() => other.end());
    await other.query(`begin; ${statement}`);
    return other;
  }
  const untilBlocked = () =>
    vi.waitUntil(
      async () =>
        (await superuser.query(`select from pg_stat_activity where wait_event_type = 'Lock' and usename = 'maker'`))
          .rowCount,
    );

  // covers: OPS-13
  test.each([
    { password: 'secret', end: 'commit', outcome: 'accepts the role' },
    { password: 'another', end: 'commit', outcome: 'throws RuntimeRoleError' },
    { password: 'another', end: 'rollback', outcome: 'creates the role' },
  ])(
    'ensureRole $outcome after it waited for the $end of a concurrent creation with the password $password',
    async ({ password: otherPassword, end, outcome }) => {
      const other = await beginConcurrent(`create role ${ROLE} login noinherit password '${otherPassword}'`);
      const ensured = ensure('maker').catch((error: unknown) => error);
      await untilBlocked();
      await other.query(end);
      const error = await ensured;
      if (outcome === 'throws RuntimeRoleError') expect(error).toBeInstanceOf(RuntimeRoleError);
      else expect(error).toBeUndefined();
      if (outcome !== 'throws RuntimeRoleError') await signIn();
    },
  );

  test.each(['commit', 'rollback'])(
    'ensureRole succeeds after it waited for the %s of a concurrent change of the role',
    async (end) => {
      const maker = await connected(urlOf('maker', 'maker-password'));
      onTestFinished(() => maker.end());
      await maker.query(`create role ${ROLE} login inherit password 'secret'`);
      const other = await beginConcurrent(`alter role ${ROLE} noinherit`);
      const ensured = ensure('maker');
      await untilBlocked();
      await other.query(end);
      await ensured;
      expect(await attributes()).toEqual(REQUIRED_ATTRIBUTES);
    },
  );

  test('ensureRole accepts the role after the statement of its error message was run with a new password', async () => {
    await superuser.query(`create role ${ROLE} login noinherit password 'lost'`);
    const error = await ensure('superuser').catch((caught: unknown) => caught);
    const [, statement = ''] = /run as an administrator: (.*?';)/.exec(String(error)) ?? [];
    await superuser.query(statement.replace('…', 'secret'));
    await ensure('superuser');
    await signIn();
  });

  const WRONG_ATTRIBUTES = ['superuser', 'bypassrls', 'createdb', 'createrole', 'inherit', 'nologin'];
  // covers: EDGE-34
  test.each(WRONG_ATTRIBUTES)('ensureRole corrects a role that is %s, as a superuser', async (attribute) => {
    await superuser.query(`create role ${ROLE} login noinherit password 'secret'`);
    await superuser.query(`alter role ${ROLE} ${attribute}`);
    await ensure('superuser');
    expect(await attributes()).toEqual(REQUIRED_ATTRIBUTES);
  });

  // covers: DATA-03, EDGE-34
  test.each(WRONG_ATTRIBUTES)(
    'ensureRole throws for a role that is %s if the owner may not change that',
    async (attribute) => {
      await superuser.query(`create role ${ROLE} login noinherit password 'secret'`);
      await superuser.query(`alter role ${ROLE} ${attribute}`);
      const option = attribute === 'nologin' ? 'login' : `no${attribute}`;
      await expect(ensure('tenant')).rejects.toThrow(
        new RegExp(`As an administrator run: alter role "${ROLE}" ${option};$`),
      );
      expect(await attributes()).not.toEqual(REQUIRED_ATTRIBUTES);
    },
  );

  test.each(['tenant', 'between'])(
    'ensureRole throws for a role that is a direct or indirect member of the owner: %s',
    async (group) => {
      await superuser.query(`create role ${ROLE} login noinherit password 'secret'`);
      await superuser.query('create role between');
      onTestFinished(async () => void (await superuser.query('drop role between')));
      await superuser.query(`grant tenant to between; grant ${group} to ${ROLE}`);
      await expect(ensure('tenant')).rejects.toThrow(
        `The role ${ROLE} is a member of ${group}, and so of the role that owns the database. As an administrator run: revoke "${group}" from "${ROLE}";`,
      );
    },
  );

  test('ensureRole throws if the connection string names another role', async () => {
    const client = await connected(postgres.superuserUrl);
    onTestFinished(() => client.end());
    await expect(ensureRole(client, { role: ROLE, url: urlOf('someone', 'secret') })).rejects.toThrow(
      'signs in as "someone"',
    );
  });
});
