import path from 'node:path';
import { inspect } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ScratchPostgres, startScratchPostgres } from '../../../test/support/scratch-postgres.ts';
import { type EnsureRoleOptions, ensureRole, RuntimeRoleError } from './runtime-roles.ts';

/** A server of this file's own: roles belong to the whole of it. */
let postgres: ScratchPostgres;
let above: Client;
const ROLE = 'fieldgate_api';

beforeAll(async () => {
  postgres = await startScratchPostgres(path.resolve('.test/run', `roles-${process.pid}`));
  above = await connected(postgres.superuserUrl);
  await above.query(`create role tenant login password 'tenant-password'`);
  await above.query(`create role maker login createrole password 'maker-password'`);
});
afterAll(async () => {
  await above.end();
  await postgres.discard();
});
beforeEach(() => above.query(`drop role if exists ${ROLE}`));

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  return client;
}

const urlOf = (role: string, password: string) =>
  Object.assign(new URL(postgres.superuserUrl), { username: role, password }).href;
const urlOfRole = () => urlOf(ROLE, 'secret');

type Owner = 'superuser' | 'maker' | 'tenant';

/** As `npm start` does it, with `DATABASE_URL` of this role. */
async function ensure(owner: Owner, options: Partial<EnsureRoleOptions> = {}): Promise<void> {
  const url = owner === 'superuser' ? postgres.superuserUrl : urlOf(owner, `${owner}-password`);
  const client = await connected(url);
  onTestFinished(() => client.end());
  await ensureRole(client, { role: ROLE, url: urlOfRole(), ...options });
}
const attributes = async () =>
  (
    await above.query(
      `select rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolinherit from pg_roles where rolname = $1`,
      [ROLE],
    )
  ).rows[0];
const version = async () =>
  (await above.query('select xmin::text from pg_authid where rolname = $1', [ROLE])).rows[0]?.xmin;
const AS_IT_SHOULD_BE = {
  rolcanlogin: true,
  rolsuper: false,
  rolbypassrls: false,
  rolcreatedb: false,
  rolcreaterole: false,
  rolinherit: false,
};
const password = async () =>
  (await above.query('select rolpassword from pg_authid where rolname = $1', [ROLE])).rows[0]?.rolpassword;
const WHAT_TO_DO =
  /exists, and its password is not the one that this start has.*Set API_DATABASE_URL to the connection string.*run as an administrator: alter role "fieldgate_api" password '…';/;
const signsIn = async () => (await connected(urlOfRole())).end();

describe('a runtime role', () => {
  test.each(['superuser', 'maker'] as const)(
    'a runtime role that is missing is made by a %s, with its password',
    async (owner) => {
      await ensure(owner);
      expect(await attributes()).toEqual(AS_IT_SHOULD_BE);
      await signsIn();
    },
  );

  test('a runtime role that is missing, where the owner may not make it, ends with what to run', async () => {
    await expect(ensure('tenant')).rejects.toThrow(
      /^The role fieldgate_api is missing, .*run: create role .* password '…';$/,
    );
  });

  test('a runtime role that is as it should be is not touched', async () => {
    await above.query(`create role ${ROLE} login noinherit password 'secret'`);
    const before = await version();
    for (const owner of ['superuser', 'maker', 'tenant'] as const) await ensure(owner);
    expect(await version()).toBe(before);
  });

  test.each(['superuser', 'maker'] as const)(
    'a runtime role with another password gets that of its connection string by a %s where no other Fieldgate can use it',
    async (owner) => {
      await ensure(owner);
      await above.query(`alter role ${ROLE} password 'another'`);
      await expect(signsIn()).rejects.toThrow('password');
      await ensure(owner, { otherPassword: 'set' });
      await signsIn();
    },
  );

  test('a runtime role with another password, where the owner may not change it, ends with what to run, and no password', async () => {
    await above.query(`create role ${ROLE} login noinherit password 'another'`);
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
    'a runtime role that $creator has made with $state is refused to a $owner with the generated password, and its password left alone',
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
      if (mayRepair) expect(String(error)).toMatch(WHAT_TO_DO);
      expect(inspect(error)).not.toMatch(/secret|another'|Another:|-password/);
    },
  );

  // covers: OPS-13
  test('two Fieldgates with passwords of their own on one server: the second is refused, and the first goes on with new connections', async () => {
    const passwords = { first: 'secret-of-the-first', second: 'secret-of-the-second' };
    await ensure('maker', { url: urlOf(ROLE, passwords.first) });
    const kept = await connected(urlOf(ROLE, passwords.first));
    onTestFinished(() => kept.end());
    for (const owner of ['maker', 'superuser'] as const)
      await expect(ensure(owner, { url: urlOf(ROLE, passwords.second) })).rejects.toThrow(WHAT_TO_DO);
    await kept.query('select 1');
    await (await connected(urlOf(ROLE, passwords.first))).end();
    // With the password of the first, as the message says to set it, the second one starts too.
    await ensure('maker', { url: urlOf(ROLE, passwords.first) });
  });

  test('of two Fieldgates that create a runtime role at the same moment, one is refused and the other signs in', async () => {
    const urls = ['one', 'two'].map((word) => urlOf(ROLE, `secret-of-${word}`));
    const outcomes = await Promise.allSettled(urls.map((url) => ensure('maker', { url })));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    await (await connected(urls[winner] ?? '')).end();
  });

  /** Another start, on another database of the server, which has not committed yet. */
  async function underWay(statement: string): Promise<Client> {
    const other = await connected(postgres.superuserUrl);
    onTestFinished(() => other.end());
    await other.query(`begin; ${statement}`);
    return other;
  }
  const waits = () =>
    vi.waitUntil(
      async () =>
        (await above.query(`select from pg_stat_activity where wait_event_type = 'Lock' and usename = 'maker'`))
          .rowCount,
    );

  // covers: OPS-13
  test.each([
    { password: 'secret', end: 'commit', outcome: 'accepts it' },
    { password: 'another', end: 'commit', outcome: 'is refused in words' },
    { password: 'another', end: 'rollback', outcome: 'makes it' },
  ])(
    'a start that waits for another start to create the runtime role with the password $password $outcome after $end',
    async ({ password: theirs, end, outcome }) => {
      const other = await underWay(`create role ${ROLE} login noinherit password '${theirs}'`);
      const ensured = ensure('maker').catch((error: unknown) => error);
      await waits();
      await other.query(end);
      const error = await ensured;
      if (outcome === 'is refused in words') expect(error).toBeInstanceOf(RuntimeRoleError);
      else expect(error).toBeUndefined();
      if (outcome !== 'is refused in words') await signsIn();
    },
  );

  test.each(['commit', 'rollback'])(
    'a start that waits for another start to put the runtime role right succeeds after %s',
    async (end) => {
      const maker = await connected(urlOf('maker', 'maker-password'));
      onTestFinished(() => maker.end());
      await maker.query(`create role ${ROLE} login inherit password 'secret'`);
      const other = await underWay(`alter role ${ROLE} noinherit`);
      const ensured = ensure('maker');
      await waits();
      await other.query(end);
      await ensured;
      expect(await attributes()).toEqual(AS_IT_SHOULD_BE);
    },
  );

  test('a lost data folder: after the statement of the refusal, with a password of one’s own, the role is accepted', async () => {
    await above.query(`create role ${ROLE} login noinherit password 'lost'`);
    const error = await ensure('superuser').catch((caught: unknown) => caught);
    const [, statement = ''] = /run as an administrator: (.*?';)/.exec(String(error)) ?? [];
    await above.query(statement.replace('…', 'secret'));
    await ensure('superuser');
    await signsIn();
  });

  const EXCESSES = ['superuser', 'bypassrls', 'createdb', 'createrole', 'inherit', 'nologin'];
  // covers: EDGE-34
  test.each(EXCESSES)('a runtime role that is %s is put right where the owner may', async (excess) => {
    await above.query(`create role ${ROLE} login noinherit password 'secret'`);
    await above.query(`alter role ${ROLE} ${excess}`);
    await ensure('superuser');
    expect(await attributes()).toEqual(AS_IT_SHOULD_BE);
  });

  // covers: DATA-03, EDGE-34
  test.each(EXCESSES)('a runtime role that is %s is refused where the owner may not change that', async (excess) => {
    await above.query(`create role ${ROLE} login noinherit password 'secret'`);
    await above.query(`alter role ${ROLE} ${excess}`);
    const word = excess === 'nologin' ? 'login' : `no${excess}`;
    await expect(ensure('tenant')).rejects.toThrow(
      new RegExp(`As an administrator run: alter role "${ROLE}" ${word};$`),
    );
    expect(await attributes()).not.toEqual(AS_IT_SHOULD_BE);
  });

  test.each(['tenant', 'between'])(
    'a runtime role that is a member of the owner is refused, directly or not: %s',
    async (group) => {
      await above.query(`create role ${ROLE} login noinherit password 'secret'`);
      await above.query('create role between');
      onTestFinished(async () => void (await above.query('drop role between')));
      await above.query(`grant tenant to between; grant ${group} to ${ROLE}`);
      await expect(ensure('tenant')).rejects.toThrow(
        `The role ${ROLE} is a member of ${group}, and so of the role that owns the database. As an administrator run: revoke "${group}" from "${ROLE}";`,
      );
    },
  );

  test('a runtime role is the one that its connection string names', async () => {
    const client = await connected(postgres.superuserUrl);
    onTestFinished(() => client.end());
    await expect(ensureRole(client, { role: ROLE, url: urlOf('someone', 'secret') })).rejects.toThrow(
      'signs in as "someone"',
    );
  });
});
