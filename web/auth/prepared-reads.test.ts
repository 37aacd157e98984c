import { Client, type Pool, type PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createAuthPool } from './auth-pool.ts';
import { withPreparedReads } from './prepared-reads.ts';

const READ = 'select * from "session" where "token" = $1';
let database: TestDatabase;
let pool: Pool;
let admin: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createAuthPool(database.auth);
  admin = new Client({ connectionString: database.superuser });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await pool.end();
  await database.drop();
});

/** Runs `work` on a connection of the view. */
async function withClient<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await withPreparedReads(pool).connect();
  try {
    return await work(client);
  } finally {
    client.release(true);
  }
}

/** Returns the texts of the statements that the connection has prepared. */
async function preparedOn(client: PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ statement: string }>(
    'with prepared as (select statement from pg_prepared_statements) select statement from prepared where $1 in (1)',
    [1],
  );
  return rows.map(({ statement }) => statement);
}

describe('withPreparedReads', () => {
  test('a read is prepared once on a connection, and returns what it returns unprepared', async () => {
    await withClient(async (client) => {
      const first = await client.query(READ, ['none']);
      const second = await client.query(READ, ['none']);
      expect(await preparedOn(client)).toEqual([READ]);
      expect([first.rows, second.rows]).toEqual([[], []]);
    });
  });

  test.each([
    ['a write', 'delete from "session" where "token" = $1'],
    ['a read whose text depends on the number of its values', 'select * from "session" where "token" in ($1)'],
  ])('%s is not prepared', async (_, text) => {
    await withClient(async (client) => {
      await client.query(text, ['none']);
      expect(await preparedOn(client)).toEqual([]);
    });
  });

  test('a read in a transaction is not prepared', async () => {
    await withClient(async (client) => {
      await client.query('begin', []);
      await client.query(READ, ['none']);
      await client.query('commit', []);
      expect(await preparedOn(client)).toEqual([]);
    });
  });

  test('at most 100 reads are prepared', async () => {
    await withClient(async (client) => {
      for (let index = 0; index < 105; index++) await client.query(`select ${index}, $1::text`, ['none']);
      expect(await preparedOn(client)).toHaveLength(100);
    });
  });

  test('a prepared `select *` goes on after each of three migrations has added a column, on every connection', async () => {
    const view = withPreparedReads(pool);
    const clients = [await view.connect(), await view.connect()];
    try {
      for (const client of clients) await client.query(READ, ['none']);
      for (const column of ['added', 'more', 'most']) {
        await admin.query(`alter table auth.session add column ${column} text`);
        for (const client of clients)
          for (let use = 0; use < 2; use++) {
            const { fields } = await client.query(READ, ['none']);
            expect(fields.map(({ name }) => name)).toContain(column);
          }
      }
    } finally {
      for (const client of clients) client.release(true);
    }
  });

  test('an error of a prepared read is passed on', async () => {
    await withClient(async (client) => {
      await expect(client.query('select * from "session" where "id" = $1', ['no uuid'])).rejects.toMatchObject({
        code: '22P02',
      });
      await expect(client.query('select $1::int / 0', [1])).rejects.toMatchObject({ code: '22012' });
    });
  });
});
