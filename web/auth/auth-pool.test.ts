import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { type TcpProxy, startTcpProxy } from '../../test/support/tcp-proxy.ts';
import { createAuthPool } from './auth-pool.ts';

let database: TestDatabase;
let proxy: TcpProxy;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startTcpProxy(database.auth);
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
});

describe('createAuthPool', () => {
  test('the pool searches the schema `auth`, and parses int8 as a number', async () => {
    const pool = createAuthPool(database.auth);
    const { rows } = await pool.query('select count(*) + 9007199254740991 as large from "user"');
    expect(rows).toEqual([{ large: 9_007_199_254_740_991 }]);
    await pool.end();
  });

  test('a query rejects if the database does not answer, and the pool recovers', async () => {
    const pool = createAuthPool(proxy.proxiedUrl(database.auth), 100);
    await pool.query('select');
    proxy.freeze();
    await expect(pool.query('select')).rejects.toThrow('Query read timeout');
    proxy.restore();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  // covers: OPS-08
  test('a connection that breaks between two statements of a transaction does not end the process', async () => {
    const pool = createAuthPool(proxy.proxiedUrl(database.auth));
    const client = await pool.connect();
    await client.query('begin');
    expect(client.listenerCount('error')).toBeGreaterThan(0);
    const ended = new Promise((resolve) => client.once('end', resolve));
    proxy.disconnect();
    await ended;
    client.release(true);
    proxy.restore();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});
