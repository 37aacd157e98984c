import { Pool, type PoolClient } from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { type Preamble, sendPipelined, type Statement, type StatementResult } from './pipelined-query.ts';

const fixture = setUpEmptyDatabase();

const FIRST: Statement = { name: 'first', text: `select set_config('app.viewer_id', $1, true)` };
const DIVIDES: Statement = { name: 'divides', text: 'select 1 / $1::integer' };
const INVALID: Statement = { name: 'invalid', text: 'select from no.such_table' };
const MAIN: Statement = { name: 'main', text: `select $1::integer as one, current_setting('app.viewer_id') as viewer` };
const PREPARED = 'select name from pg_prepared_statements order by 1';

async function connect(): Promise<PoolClient> {
  const pool = new Pool({ connectionString: fixture.database.api, max: 1 });
  // The fixture drops its database, and with it a connection that is still closing.
  pool.on('error', () => {});
  const client = await pool.connect();
  onTestFinished(async () => {
    client.release();
    await pool.end();
  });
  return client;
}
const run = (client: PoolClient, preambles: readonly Preamble[], value: unknown = 1) =>
  new Promise<StatementResult>((resolve, reject) => {
    sendPipelined(client, preambles, MAIN, [value], (error, result) => (result ? resolve(result) : reject(error)));
  });
const send = (client: PoolClient, statement: Statement, values: readonly unknown[] = []) =>
  new Promise<StatementResult>((resolve, reject) => {
    sendPipelined(client, [], statement, values, (error, result) => (result ? resolve(result) : reject(error)));
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

describe('the messages of a statement', () => {
  test('preambles and statement are one write to the socket, also when they are parsed', async () => {
    const client = await connect();
    const write = vi.spyOn(client.connection.stream, 'write');
    await run(client, [first, divides('1')]);
    await run(client, [first, divides('1')]);
    expect(write).toHaveBeenCalledTimes(2);
  });

  test('a value that cannot be formatted sends nothing, and rejects with its error', async () => {
    const client = await connect();
    const write = vi.spyOn(client.connection.stream, 'write');
    const unserializable = { toPostgres: () => Promise.reject.call(null) };
    await expect(run(client, [first], unserializable)).rejects.toThrow(TypeError);
    expect(write).not.toHaveBeenCalled();
    expect((await run(client, [first])).rows).toEqual([{ one: 1, viewer: 'alice' }]);
  });

  test('a name that the connection knows with another text is refused, and nothing is sent', async () => {
    const client = await connect();
    await run(client, [first]);
    const write = vi.spyOn(client.connection.stream, 'write');
    await expect(run(client, [{ statement: { ...FIRST, text: 'select 1' }, values: [] }])).rejects.toThrow(TypeError);
    await expect(send(client, { ...MAIN, text: 'select 1' })).rejects.toThrow(TypeError);
    expect(write).not.toHaveBeenCalled();
  });
});

// covers: POOL-01
describe('the description of a result', () => {
  /** Counts the descriptions that a connection receives. */
  function countDescriptions(client: PoolClient): () => number {
    let count = 0;
    client.connection.on('rowDescription', () => count++);
    client.connection.on('noData', () => count++);
    return () => count;
  }

  test('a prepared statement is described once per connection, and its rows are the same without', async () => {
    for (const client of [await connect(), await connect()]) {
      const descriptions = countDescriptions(client);
      for (const one of [1, 2, 3]) expect((await run(client, [first], one)).rows).toEqual([{ one, viewer: 'alice' }]);
      expect(descriptions()).toBe(1);
    }
  });

  test('a statement without a result is described once per connection', async () => {
    const client = await connect();
    const descriptions = countDescriptions(client);
    const begin = { name: 'begin', text: 'begin' };
    const commit = { name: 'commit', text: 'commit' };
    for (let count = 0; count < 3; count++)
      expect([await send(client, begin), await send(client, commit)]).toEqual([
        { rows: [], command: 'BEGIN' },
        { rows: [], command: 'COMMIT' },
      ]);
    expect(descriptions()).toBe(2);
  });

  test('each unnamed statement is described', async () => {
    const client = await connect();
    const descriptions = countDescriptions(client);
    for (const [text, row] of [
      ['select 1 as a', { a: 1 }],
      [`select 'x' as b, true as c`, { b: 'x', c: true }],
      ['select 1 as a', { a: 1 }],
    ] as const)
      expect((await send(client, { name: '', text })).rows).toEqual([row]);
    expect(descriptions()).toBe(3);
  });

  test('a statement that failed before it was described is described at its next use', async () => {
    const client = await connect();
    await expect(run(client, [first], 'x')).rejects.toMatchObject({ code: '22P02' });
    await expect(run(client, [first, divides('0')])).rejects.toMatchObject({ code: '22012' });
    expect((await run(client, [first], 2)).rows).toEqual([{ one: 2, viewer: 'alice' }]);
  });

  test('a statement that failed after it was described returns its rows at its next use', async () => {
    const client = await connect();
    const divide = { name: 'divide', text: 'select 6 / $1::integer as quotient' };
    await expect(send(client, divide, [0])).rejects.toMatchObject({ code: '22012' });
    for (const by of [1, 2, 3]) expect((await send(client, divide, [by])).rows).toEqual([{ quotient: 6 / by }]);
  });

  test('a result whose types have changed is refused by PostgreSQL, and not read as it was described', async () => {
    const client = await connect();
    await fixture.superuser.rows('create table public.changing (value integer)');
    await fixture.superuser.rows('insert into public.changing values (1)');
    await fixture.superuser.rows('grant select on public.changing to fieldgate_api');
    const read = { name: 'changing', text: 'select value from public.changing' };
    expect((await send(client, read)).rows).toEqual([{ value: 1 }]);
    await fixture.superuser.rows('alter table public.changing alter value type text');
    await expect(send(client, read)).rejects.toThrow('cached plan must not change result type');
    expect((await send(await connect(), read)).rows).toEqual([{ value: '1' }]);
    await fixture.superuser.rows('drop table public.changing');
  });

  test('a row with another number of columns than was described is refused', async () => {
    const client = await connect();
    const read = { name: 'two', text: 'select 1 as a, 2 as b' };
    await send(client, read);
    await client.query('deallocate two');
    await client.query('prepare two as select 1 as a');
    await expect(send(client, read)).rejects.toThrow('PostgreSQL sent a row of 1 columns for a result of 2.');
  });

  test('a result has the values that pg returns, except for times, which are text', async () => {
    const client = await connect();
    const text = `select null::text as none, 'x' as text, 1 as int, 9007199254740993 as big, 1.5::float8 as float, 1.50::numeric as number,
      true as yes, '00000000-0000-4000-8000-000000000000'::uuid as id, array['a', null] as list, '{"a":1}'::jsonb as json,
      '\\x00ff'::bytea as bytes, timestamptz '2026-11-21 09:30:00.123456+00' as at, date '2026-11-21' as day`;
    const { rows: expected } = await client.query<{ at: Date }>(text);
    const { rows } = await send(client, { name: 'all', text });
    expect(rows).toEqual(expected.map((row) => ({ ...row, at: '2026-11-21T09:30:00.123Z' })));
  });
});
