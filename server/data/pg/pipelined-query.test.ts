import { Pool, type PoolClient, type QueryResult } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { type Preamble, sendPipelined, type Statement } from './pipelined-query.ts';

const fixture = setUpEmptyDatabase();

const FIRST: Statement = { name: 'first', text: `select set_config('app.viewer_id', $1, true)` };
const DIVIDES: Statement = { name: 'divides', text: 'select 1 / $1::integer' };
const INVALID: Statement = { name: 'invalid', text: 'select from no.such_table' };
const MAIN: Statement = { name: 'main', text: `select $1::integer as one, current_setting('app.viewer_id') as viewer` };
const PREPARED = 'select name from pg_prepared_statements order by 1';

async function connect(): Promise<PoolClient> {
  const pool = new Pool({ connectionString: fixture.database.api, max: 1 });
  const client = await pool.connect();
  onTestFinished(async () => {
    client.release();
    await pool.end();
  });
  return client;
}
const run = (client: PoolClient, preambles: readonly Preamble[], value: unknown = 1) =>
  new Promise<QueryResult>((resolve, reject) => {
    sendPipelined(client, preambles, MAIN, [value], (error, result) => (error ? reject(error) : resolve(result)));
  });
const preparedOn = async (client: PoolClient) =>
  (await client.query<{ name: string }>(PREPARED)).rows.map(({ name }) => name);
const first: Preamble = { statement: FIRST, values: ['alice'] };
const divides = (by: string): Preamble => ({ statement: DIVIDES, values: [by] });

// covers: POOL-01
describe('a connection’s prepared statements', () => {
  test('preambles and statement are prepared by the message that first uses them, and used again by name', async () => {
    const client = await connect();
    expect(await preparedOn(client)).toEqual([]);
    for (const one of [1, 2, 3])
      expect((await run(client, [first, divides('1')], one)).rows).toEqual([{ one, viewer: 'alice' }]);
    expect(await preparedOn(client)).toEqual(['divides', 'first', 'main']);
  });

  test.each([
    ['fails at its execution', divides('0'), '22012', ['divides', 'first']],
    ['fails at its parameters', divides('x'), '22P02', ['divides', 'first']],
    ['cannot be parsed', { statement: INVALID, values: [] }, '42P01', ['first']],
  ] as const)(
    'a preamble that %s leaves the statement unprepared, and the connection’s next statements succeed',
    async (_, failing, code, prepared) => {
      const client = await connect();
      await expect(run(client, [first, failing])).rejects.toMatchObject({ code });
      expect(await preparedOn(client)).toEqual(prepared);
      for (let count = 0; count < 2; count++)
        expect((await run(client, [first, divides('1')])).rows).toEqual([{ one: 1, viewer: 'alice' }]);
      await expect(run(client, [first, failing])).rejects.toMatchObject({ code });
      expect((await run(client, [first])).rows).toHaveLength(1);
    },
  );

  test('a statement that fails after its preambles were prepared is prepared, and succeeds with other values', async () => {
    const client = await connect();
    await expect(run(client, [first], 'x')).rejects.toMatchObject({ code: '22P02' });
    expect(await preparedOn(client)).toEqual(['first', 'main']);
    expect((await run(client, [first, divides('1')])).rows).toHaveLength(1);
  });

  test('a query leaves no listener on its connection, whether it succeeds or fails', async () => {
    const client = await connect();
    const listeners = () => client.connection.listenerCount('parseComplete');
    const before = listeners();
    await run(client, [first]);
    await run(client, [{ statement: INVALID, values: [] }]).catch(() => {});
    expect(listeners()).toBe(before);
  });
});
