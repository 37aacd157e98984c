import { Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../setup/database.ts';
import type { Difference } from '../../server/data/catalog/declared.ts';
import { catalogDifferences, compareCatalog, mendingSql } from '../../server/data/catalog/compare.ts';
import { OWNED_TABLES } from '../../server/data/privileges.ts';
import { declared, policy } from './fault.ts';
import { functionFaults } from './function-faults.ts';
import { grantFaults } from './grant-faults.ts';
import { policyFaults } from './policy-faults.ts';
import { roleFaults } from './role-faults.ts';
import { settingFaults } from './setting-faults.ts';
import { stateFaults } from './state-faults.ts';

let place: TestDatabase;
let superuser: Client;
let owner: string;
beforeAll(async () => {
  place = await createDatabase();
  superuser = new Client({ connectionString: place.superuser });
  await superuser.connect();
  owner = new URL(place.owner).username;
});
afterAll(async () => {
  await superuser.end();
  await place.drop();
});

/** What the owner of the tables would find. */
async function found(): Promise<readonly Difference[]> {
  await superuser.query(`set local role "${owner}"`);
  try {
    return await catalogDifferences(superuser, declared);
  } finally {
    await superuser.query('reset role');
  }
}

/** Runs the statements that mend, as the owner: a migration. What is not the owner's to do is passed over. */
async function asMigration(differences: readonly Difference[]): Promise<void> {
  for (const statement of mendingSql(differences).split(';\n')) {
    await superuser.query(`savepoint mend; set local role "${owner}"`);
    try {
      await superuser.query(statement);
    } catch (error) {
      await superuser.query('rollback to savepoint mend');
      if (!(error instanceof DatabaseError && error.code === '42501')) throw error;
    }
    await superuser.query('reset role');
  }
}

/** Does something to the database in a transaction: the roles belong to other tests as well. */
async function inVain<T>(sabotage: string, look: () => Promise<T>): Promise<T> {
  await superuser.query('begin');
  try {
    await superuser.query(sabotage);
    return await look();
  } finally {
    await superuser.query('rollback');
  }
}

test('the migrated database is what the schema and the privileges say, to the last grant', async () => {
  expect(await compareCatalog(place.owner, declared)).toEqual([]);
});

test.each(Object.entries(OWNED_TABLES))(
  'of %s nobody is granted to change whose it is, or its id',
  (type, { columns, grants }) => {
    const owners = policy.owners.get(type)?.map(({ field }) => columns[field ?? '']) ?? [];
    expect(owners.length).toBeGreaterThan(0);
    const api = grants.find(({ grantee }) => grantee === 'fieldgate_api')?.privileges['update'] ?? [];
    for (const column of ['id', ...owners]) expect(api).not.toContain(column);
    expect(api).not.toBe(true);
  },
);

test('the comparison leaves nothing behind', async () => {
  const count = `select (select count(*) from pg_class) as tables, (select count(*) from pg_policy) as policies,
    (select count(*) from pg_proc) as functions`;
  const before = (await superuser.query(count)).rows;
  await inVain('drop policy owner_select on app.task', found);
  await compareCatalog(place.owner, declared);
  expect((await superuser.query(count)).rows).toEqual(before);
});

test('the comparison waits for nobody who works with the tables', async () => {
  await inVain(
    'insert into auth.rate_limit (key, count, last_request) values (1, 1, 1); lock table app.task in row exclusive mode',
    async () => {
      expect(await compareCatalog(place.owner, declared)).toEqual([]);
    },
  );
});

describe('is found wherever it stands, and mended by the migration that is printed:', () => {
  test.each([...policyFaults, ...grantFaults, ...roleFaults, ...functionFaults, ...stateFaults, ...settingFaults])(
    '%s',
    async (_, faults) => {
      expect(faults.length).toBeGreaterThan(0);
      await inVain(faults.map(({ sql }) => sql).join(';'), async () => {
        const differences = await found();
        for (const { said } of faults)
          expect(differences.map(({ what }) => what)).toContainEqual(expect.stringContaining(said));
        // What cannot be made because of another difference is mended with that one.
        const mendable = differences.filter(({ what }) => !what.includes(' cannot be made: '));
        expect(mendable).not.toEqual([]);
        for (const { what, mend } of mendable) expect([what, mend.length]).not.toEqual([what, 0]);
        await asMigration(differences);
        let left = await found();
        // What is about roles is for who administers them; and what was hidden behind it comes to light after it.
        for (let rounds = 0; left.length > 0 && rounds < 2; rounds++) {
          await superuser.query(mendingSql(left));
          left = await found();
        }
        expect(left).toEqual([]);
      });
    },
  );
});

describe('is none of our business:', () => {
  test.each([
    [
      'another role’s table in another schema',
      'create schema other; create table other.notes (); create role guest; grant select on other.notes to guest',
    ],
    [
      'a function that works with its caller’s rights',
      'create function app.one() returns int return 1; revoke execute on function app.one from public',
    ],
    ['a view that nobody was granted', 'create view app.mine as select * from app.task'],
    ['another role’s attributes', 'create role guest superuser'],
    ['what is said of a policy', `comment on policy maintenance on app.task is 'Something else.'`],
    ['a setting that is about no viewer', `alter role fieldgate_api set statement_timeout = '9s'`],
    ['a role’s password', `alter role fieldgate_api password 'another'`],
  ])('%s', async (_, sql) => {
    expect(await inVain(sql, found)).toEqual([]);
  });
});

test.each([
  ['a table', 'drop table app.task cascade', 'The table app.task is missing.'],
  [
    'a column of an owner',
    'alter table app.task drop column user_id cascade',
    'app.task: the declared policies cannot be made: ',
  ],
  [
    'a function',
    'drop function app.acts_for_every_owner cascade',
    'The function app.acts_for_every_owner(type text, roles text[]) is missing',
  ],
])('%s that is gone is told, whatever else is', async (_, sql, what) => {
  const said = (await inVain(sql, found)).map((difference) => difference.what);
  expect(
    said.filter((sentence) => sentence.startsWith(what)),
    said.join('\n'),
  ).toHaveLength(1);
});
