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
import { settingDrift } from './setting-drift.ts';
import { stateDrift } from './state-drift.ts';

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

/** Compares the catalog as the owner of the tables. */
async function findDifferences(): Promise<readonly CatalogDifference[]> {
  await superuser.query(`set local role "${owner}"`);
  try {
    return await catalogDifferences(superuser, declared);
  } finally {
    await superuser.query('reset role');
  }
}

/** Runs the repair statements as the owner, as a migration does; skips those for which it has no privilege. */
async function applyAsOwner(differences: readonly CatalogDifference[]): Promise<void> {
  for (const statement of repairSql(differences).split(';\n')) {
    await superuser.query(`savepoint repair; set local role "${owner}"`);
    try {
      await superuser.query(statement);
    } catch (error) {
      await superuser.query('rollback to savepoint repair');
      if (!(error instanceof DatabaseError && error.code === '42501')) throw error;
    }
    await superuser.query('reset role');
  }
}

/** Runs drift and inspection in a transaction and rolls back: other tests share the roles. */
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
test('finds no difference between the migrated database and the declared catalog', async () => {
  expect(await compareCatalog(database.owner, declared)).toEqual([]);
});

test.each(Object.entries(OWNED_TABLES))(
  'grants no UPDATE of the id and the owner of %s',
  (type, { columns, grants }) => {
    const owners = policy.owners.get(type)?.map(({ field }) => columns[field ?? '']) ?? [];
    expect(owners.length).toBeGreaterThan(0);
    const api = grants.find(({ grantee }) => grantee === 'fieldgate_api')?.privileges['update'] ?? [];
    for (const column of ['id', ...owners]) expect(api).not.toContain(column);
    expect(api).not.toBe(true);
  },
);

test('leaves no object behind after comparing the catalog', async () => {
  const count = `select (select count(*) from pg_class) as tables, (select count(*) from pg_policy) as policies,
    (select count(*) from pg_proc) as functions`;
  const before = (await superuser.query(count)).rows;
  await inRolledBackTransaction('drop policy owner_select on app.task', findDifferences);
  await compareCatalog(database.owner, declared);
  expect((await superuser.query(count)).rows).toEqual(before);
});

test('compares the catalog without waiting for writers of the tables', async () => {
  await inRolledBackTransaction(
    'insert into auth.rate_limit (key, count, last_request) values (1, 1, 1); lock table app.task in row exclusive mode',
    async () => {
      expect(await compareCatalog(database.owner, declared)).toEqual([]);
    },
  );
});

// covers: ACCESS-26, DATA-05
describe('catalog drift', () => {
  test.each([...policyDrift, ...grantDrift, ...roleDrift, ...functionDrift, ...stateDrift, ...settingDrift])(
    'finds and repairs drift: %s',
    async (_, drifts) => {
      expect(drifts.length).toBeGreaterThan(0);
      await inRolledBackTransaction(drifts.map(({ sql }) => sql).join(';'), async () => {
        const differences = await findDifferences();
        for (const { expectedDifference } of drifts)
          expect(differences.map(({ description }) => description)).toContainEqual(
            expect.stringContaining(expectedDifference),
          );
        // A policy that cannot be created because of another difference is repaired with that difference.
        const repairable = differences.filter(({ description }) => !description.includes(' cannot be made: '));
        expect(repairable).not.toEqual([]);
        for (const { description, repair } of repairable)
          expect([description, repair.length]).not.toEqual([description, 0]);
        await applyAsOwner(differences);
        let remaining = await findDifferences();
        // The superuser repairs roles; a second round repairs what those differences hid.
        for (let rounds = 0; remaining.length > 0 && rounds < 2; rounds++) {
          await superuser.query(repairSql(remaining));
          remaining = await findDifferences();
        }
        expect(remaining).toEqual([]);
      });
    },
  );
});

describe('differences outside the declared catalog', () => {
  test.each([
    [
      'another role’s table in another schema',
      'create schema other; create table other.notes (); create role guest; grant select on other.notes to guest',
    ],
    [
      'a SECURITY INVOKER function',
      'create function app.one() returns int return 1; revoke execute on function app.one from public',
    ],
    ['a view without grants', 'create view app.mine as select * from app.task'],
    ['another role’s attributes', 'create role guest superuser'],
    ['a comment on a policy', `comment on policy maintenance on app.task is 'Something else.'`],
    ['a setting without effect on policies', `alter role fieldgate_api set statement_timeout = '9s'`],
    ['a role’s password', `alter role fieldgate_api password 'another'`],
  ])('ignores %s', async (_, sql) => {
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
])('reports that %s is missing, beside other differences', async (_, sql, expected) => {
  const messages = (await inRolledBackTransaction(sql, findDifferences)).map((difference) => difference.description);
  expect(
    messages.filter((message) => message.startsWith(expected)),
    messages.join('\n'),
  ).toHaveLength(1);
});
