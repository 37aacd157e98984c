import path from 'node:path';
import { inspect } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type ScratchPostgres, startScratchPostgres } from '../../test/setup/scratch-postgres.ts';
import { ensureRole } from './roles.ts';

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

/** As `npm start` does it, with `DATABASE_URL` of this role. */
async function ensure(owner: 'superuser' | 'maker' | 'tenant'): Promise<void> {
  const url = owner === 'superuser' ? postgres.superuserUrl : urlOf(owner, `${owner}-password`);
  const client = await connected(url);
  onTestFinished(() => client.end());
  await ensureRole(client, urlOfRole(), ROLE);
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
const signsIn = async () => (await connected(urlOfRole())).end();

describe('a runtime role', () => {
  test.each(['superuser', 'maker'] as const)('that is missing is made by a %s, with its password', async (owner) => {
    await ensure(owner);
    expect(await attributes()).toEqual(AS_IT_SHOULD_BE);
    await signsIn();
  });

  test('that is missing, where the owner may not make it, ends with what to run', async () => {
    await expect(ensure('tenant')).rejects.toThrow(
      /^The role fieldgate_api is missing, .*run: create role .* password '…';$/,
    );
  });

  test('that is as it should be is not touched', async () => {
    await above.query(`create role ${ROLE} login noinherit password 'secret'`);
    const before = await version();
    for (const owner of ['superuser', 'maker', 'tenant'] as const) await ensure(owner);
    expect(await version()).toBe(before);
  });

  test.each(['superuser', 'maker'] as const)(
    'that a %s made gets the password of its connection string',
    async (owner) => {
      await ensure(owner);
      await above.query(`alter role ${ROLE} password 'another'`);
      await expect(signsIn()).rejects.toThrow('password');
      await ensure(owner);
      await signsIn();
    },
  );

  test('with another password, where the owner may not change it, ends with what to run, and no password', async () => {
    await above.query(`create role ${ROLE} login noinherit password 'another'`);
    const error = await ensure('tenant').catch((caught: unknown) => caught);
    expect(String(error)).toMatch(
      /has another password than its connection string, .*run: alter role .* password '…';$/,
    );
    expect(inspect(error)).not.toMatch(/secret|another'|tenant-password/);
  });

  const EXCESSES = ['superuser', 'bypassrls', 'createdb', 'createrole', 'inherit', 'nologin'];
  test.each(EXCESSES)('that is %s is put right where the owner may', async (excess) => {
    await above.query(`create role ${ROLE} login noinherit password 'secret'`);
    await above.query(`alter role ${ROLE} ${excess}`);
    await ensure('superuser');
    expect(await attributes()).toEqual(AS_IT_SHOULD_BE);
  });

  test.each(EXCESSES)('that is %s is refused where the owner may not change that', async (excess) => {
    await above.query(`create role ${ROLE} login noinherit password 'secret'`);
    await above.query(`alter role ${ROLE} ${excess}`);
    const word = excess === 'nologin' ? 'login' : `no${excess}`;
    await expect(ensure('tenant')).rejects.toThrow(
      new RegExp(`As an administrator run: alter role "${ROLE}" ${word};$`),
    );
    expect(await attributes()).not.toEqual(AS_IT_SHOULD_BE);
  });

  test.each(['tenant', 'between'])('that is a member of the owner is refused, directly or not: %s', async (group) => {
    await above.query(`create role ${ROLE} login noinherit password 'secret'`);
    await above.query('create role between');
    onTestFinished(async () => void (await above.query('drop role between')));
    await above.query(`grant tenant to between; grant ${group} to ${ROLE}`);
    await expect(ensure('tenant')).rejects.toThrow(
      `The role ${ROLE} is a member of ${group}, and so of the role that owns the database. As an administrator run: revoke "${group}" from "${ROLE}";`,
    );
  });

  test('is the one that its connection string names', async () => {
    const client = await connected(postgres.superuserUrl);
    onTestFinished(() => client.end());
    await expect(ensureRole(client, urlOf('someone', 'secret'), ROLE)).rejects.toThrow('signs in as "someone"');
  });
});
