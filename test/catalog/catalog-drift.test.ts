import { Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import type { CatalogDifference } from '../../server/data/admin/catalog/declared-catalog.ts';
import { catalogDifferences, compareCatalog, repairSql } from '../../server/data/admin/catalog/compare-catalog.ts';
import { OWNED_TABLES } from '../../server/data/admin/privileges.ts';
import { declared, policy } from './catalog-drift.ts';
import { functionDrift } from './function-drift.ts';
import { grantDrift } from './grant-drift.ts';
import { policyDrift } from './policy-drift.ts';
import { roleDrift } from './role-drift.ts';
import { settingFaults } from './setting-drift.ts';
import { stateFaults } from './state-drift.ts';

let database: TestDatabase;
let superuser: Client;
let owner: string;
beforeAll(async () => {
  database = await createTestDatabase();
  superuser = new Client({ connectionString: database.superuser });
  await superuser.connect();
  owner = new URL(database.owner).username;
});
afterAll(async () => {
  await superuser.end();
  await database.drop();
});

/** What the owner of the tables would find. */
async function findDifferences(): Promise<readonly CatalogDifference[]> {
  await superuser.query(`set local role "${owner}"`);
  try {
    return await catalogDifferences(superuser, declared);
  } finally {
    await superuser.query('reset role');
  }
}

/** Runs the statements that mend, as the owner: a migration. What is not the owner's to do is passed over. */
async function applyAsOwner(differences: readonly CatalogDifference[]): Promise<void> {
  for (const statement of repairSql(differences).split(';\n')) {
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
async function inRolledBackTransaction<T>(driftSql: string, inspect: () => Promise<T>): Promise<T> {
  await superuser.query('begin');
  try {
    await superuser.query(driftSql);
    return await inspect();
  } finally {
    await superuser.query('rollback');
  }
}

// covers: ACCESS-26, ENGINE-13
test('the migrated database is what the schema and the privileges say, to the last grant', async () => {
  expect(await compareCatalog(database.owner, declared)).toEqual([]);
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
  await inRolledBackTransaction('drop policy owner_select on app.task', findDifferences);
  await compareCatalog(database.owner, declared);
  expect((await superuser.query(count)).rows).toEqual(before);
});

test('the comparison waits for nobody who works with the tables', async () => {
  await inRolledBackTransaction(
    'insert into auth.rate_limit (key, count, last_request) values (1, 1, 1); lock table app.task in row exclusive mode',
    async () => {
      expect(await compareCatalog(database.owner, declared)).toEqual([]);
    },
  );
});

// covers: ACCESS-26, DATA-05
describe('is found wherever it stands, and mended by the migration that is printed:', () => {
  test.each([...policyDrift, ...grantDrift, ...roleDrift, ...functionDrift, ...stateFaults, ...settingFaults])(
    '%s',
    async (_, faults) => {
      expect(faults.length).toBeGreaterThan(0);
      await inRolledBackTransaction(faults.map(({ sql }) => sql).join(';'), async () => {
        const differences = await findDifferences();
        for (const { expectedDifference } of faults)
          expect(differences.map(({ description }) => description)).toContainEqual(
            expect.stringContaining(expectedDifference),
          );
        // What cannot be made because of another difference is mended with that one.
        const mendable = differences.filter(({ description }) => !description.includes(' cannot be made: '));
        expect(mendable).not.toEqual([]);
        for (const { description, repair } of mendable)
          expect([description, repair.length]).not.toEqual([description, 0]);
        await applyAsOwner(differences);
        let remaining = await findDifferences();
        // What is about roles is for who administers them; and what was hidden behind it comes to light after it.
        for (let rounds = 0; remaining.length > 0 && rounds < 2; rounds++) {
          await superuser.query(repairSql(remaining));
          remaining = await findDifferences();
        }
        expect(remaining).toEqual([]);
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
    expect(await inRolledBackTransaction(sql, findDifferences)).toEqual([]);
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
  const messages = (await inRolledBackTransaction(sql, findDifferences)).map((difference) => difference.description);
  expect(
    messages.filter((sentence) => sentence.startsWith(what)),
    messages.join('\n'),
  ).toHaveLength(1);
});
