import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startTcpProxy } from '../../../test/support/tcp-proxy.ts';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { openDatabaseSource } from '../database-source.ts';
import { DatabaseUnavailable } from './database-errors.ts';
import { type Deadline, NO_DEADLINE } from './deadline.ts';
import type { Statement } from './pipelined-query.ts';
import type { ReadBatchOptions } from './read-batches.ts';
import { ViewerDatabase, type DatabaseTimeouts } from './viewer-database.ts';

const fixture = setUpEmptyDatabase();
let viewers: string[];

beforeAll(async () => {
  viewers = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) viewers.push(await fixture.superuser.insertUser(name));
  for (const viewer of viewers) for (let count = 0; count < 3; count++) await fixture.superuser.insertTask(viewer);
});

/** Without an owner condition: only row-level security filters the rows. */
const ROWS = { name: 'rows', text: 'select user_id, app.viewer_id() as viewer, pg_backend_pid() as pid from app.task' };
const FAILS = { name: 'fails', text: 'select 1 / $1::integer' };
const SLEEPS = { name: 'sleeps', text: 'select pg_sleep($1)' };
const FAST = 0;

/** A database whose first connection has prepared every statement above. */
async function open(
  { poolSize = 1, url = fixture.database.api }: { poolSize?: number; url?: string } = {},
  timeouts: DatabaseTimeouts = {},
  // No viewer is slow, however busy the machine is.
  batches: ReadBatchOptions = { now: () => 0 },
) {
  const { pool, close } = await openDatabaseSource({ url, poolSize });
  onTestFinished(close);
  const database = new ViewerDatabase(pool, timeouts, batches);
  const acquired = vi.spyOn(pool, 'connect');
  const [first = ''] = viewers;
  const read = (
    viewer: string,
    statement: Statement = ROWS,
    values: unknown[] = [],
    deadline: Deadline = NO_DEADLINE,
  ) => database.openReader(viewer, deadline).run(statement, values);
  await read(first);
  await read(first, FAILS, [1]);
  await read(first, SLEEPS, [FAST]);
  acquired.mockClear();
  return { pool, database, acquired, read };
}

/** What `ROWS` returns for a viewer: three rows, all of the viewer. */
const ownRows = (viewer: string) =>
  Array.from({ length: 3 }, () => expect.objectContaining({ user_id: viewer, viewer }));
const POSITIONS = [0, 1, 2, 3];

describe('statements that are ready at the same time', () => {
  // covers: ACCESS-27, PIPE-01
  test('share one connection, and each runs as its own viewer', async () => {
    const { acquired, read } = await open({ poolSize: 10 });
    const results = await Promise.all(viewers.slice(0, 4).map((viewer) => read(viewer)));
    for (const [index, rows] of results.entries()) expect(rows).toEqual(ownRows(viewers[index] ?? ''));
    expect(acquired).toHaveBeenCalledTimes(1);
  });

  test('of more than four, the fifth gets another connection', async () => {
    const { acquired, read } = await open();
    await Promise.all(viewers.map((viewer) => read(viewer)));
    expect(acquired).toHaveBeenCalledTimes(2);
  });

  test('share none with maxShared 1', async () => {
    const { acquired, read } = await open({ poolSize: 10 }, {}, { maxShared: 1, now: () => 0 });
    await Promise.all(viewers.map((viewer) => read(viewer)));
    expect(acquired).toHaveBeenCalledTimes(5);
  });

  test('share one connection also if the data of different sockets made them ready', async () => {
    const { acquired, read } = await open({ poolSize: 10 });
    const callbacks = viewers
      .slice(0, 4)
      .map((viewer) => new Promise<unknown>((resolve) => setImmediate(() => resolve(read(viewer)))));
    await Promise.all(callbacks);
    expect(acquired).toHaveBeenCalledTimes(1);
  });

  test('of one viewer share none: they run side by side, and a disconnect can cancel each', async () => {
    const { acquired, read } = await open();
    const [first = '', second = ''] = viewers;
    await Promise.all([read(first), read(first), read(second)]);
    expect(acquired).toHaveBeenCalledTimes(2);
  });

  test('wait together for a connection, and then share it', async () => {
    const { pool, acquired, read } = await open();
    const busy = await pool.connect();
    acquired.mockClear();
    const first = read(viewers[0] ?? '');
    await new Promise((resolve) => setImmediate(resolve));
    const others = viewers.slice(1, 4).map((viewer) => read(viewer));
    await new Promise((resolve) => setImmediate(resolve));
    busy.release();
    await Promise.all([first, ...others]);
    expect(acquired).toHaveBeenCalledTimes(1);
  });

  test('a statement that the connection has not prepared is sent alone', async () => {
    const { acquired, read } = await open();
    const unprepared = { name: 'unprepared', text: `${ROWS.text} where true` };
    const results = await Promise.all(
      [viewers.at(0) ?? '', viewers.at(1) ?? ''].map((viewer) => read(viewer, unprepared)),
    );
    expect(results.map((rows) => rows.length)).toEqual([3, 3]);
    expect(acquired).toHaveBeenCalledTimes(2);
  });
});

// covers: ACCESS-27, PIPE-01
test('of 10,000 interleaved requests of five viewers, some of which fail, each has its own viewer’s rows or its own error', async () => {
  const { read, acquired } = await open({ poolSize: 3 });
  let next = 0;
  const client = async () => {
    for (let number = next++; number < 10_000; number = next++) {
      const viewer = viewers[number % viewers.length] ?? '';
      if (number % 7 === 3) await expect(read(viewer, FAILS, [0])).rejects.toThrow('division by zero');
      else expect(await read(viewer)).toEqual(ownRows(viewer));
    }
  };
  await Promise.all(Array.from({ length: 24 }, client));
  expect(acquired.mock.calls.length).toBeLessThan(8_000);
}, 60_000);

describe('a statement that fails, in every position of a shared connection', () => {
  test.each(POSITIONS)(
    'an error in position %i is its own: the others have their rows, and the connection is kept',
    async (position) => {
      const { pool, read } = await open();
      const settling = Promise.allSettled(
        POSITIONS.map((index) =>
          index === position ? read(viewers[index] ?? '', FAILS, [0]) : read(viewers[index] ?? ''),
        ),
      );
      const settled = await settling;
      for (const [index, result] of settled.entries())
        if (index === position) expect(result).toMatchObject({ status: 'rejected', reason: { code: '22012' } });
        else expect(result).toEqual({ status: 'fulfilled', value: ownRows(viewers[index] ?? '') });
      expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
      expect(await read(viewers[4] ?? '')).toEqual(ownRows(viewers[4] ?? ''));
    },
  );

  // covers: PIPE-02
  test.each(POSITIONS)('statement_timeout ends the one in position %i alone', async (position) => {
    const { read } = await open({}, { statement: 100 });
    const settling = Promise.allSettled(
      POSITIONS.map((index) =>
        index === position ? read(viewers[index] ?? '', SLEEPS, [600]) : read(viewers[index] ?? ''),
      ),
    );
    const settled = await settling;
    for (const [index, result] of settled.entries())
      if (index === position)
        expect(result).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailable) });
      else expect(result).toEqual({ status: 'fulfilled', value: ownRows(viewers[index] ?? '') });
  });

  // covers: ACCESS-27, PIPE-02
  test.each(POSITIONS)('a client that disconnects in position %i cancels nobody’s statement', async (position) => {
    const { pool, read } = await open({}, { cancelGrace: 0 });
    const client = new AbortController();
    const settling = Promise.allSettled(
      POSITIONS.map((index) =>
        index === position
          ? read(viewers[index] ?? '', SLEEPS, [0.2], {
              clientGone: client.signal,
              expiresAt: Number.POSITIVE_INFINITY,
            })
          : read(viewers[index] ?? ''),
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    await vi.waitFor(() => expect(pool.idleCount).toBe(0));
    client.abort();
    const settled = await settling;
    expect(settled.map(({ status }) => status)).toEqual(POSITIONS.map(() => 'fulfilled'));
  });

  // covers: PIPE-02
  test.each(POSITIONS)(
    'if the connection breaks in position %i, those after it are unavailable, and none gets another’s rows',
    async (position) => {
      const { read } = await open();
      const [first = ''] = viewers;
      const settling = Promise.allSettled(
        POSITIONS.map((index) =>
          index === position ? read(viewers[index] ?? '', SLEEPS, [10]) : read(viewers[index] ?? ''),
        ),
      );
      await vi.waitFor(
        async () => {
          const ended = await fixture.superuser.rows(
            `select pg_terminate_backend(pid) from pg_stat_activity where usename <> current_user and state = 'active'
         and query like '%pg_sleep($1)%' and datname = current_database()`,
          );
          expect(ended).not.toEqual([]);
        },
        { timeout: 5_000 },
      );
      const settled = await settling;
      for (const [index, result] of settled.entries())
        if (index < position) expect(result).toEqual({ status: 'fulfilled', value: ownRows(viewers[index] ?? '') });
        else expect(result).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailable) });
      expect(await read(first)).toEqual(ownRows(first));
    },
  );
});

describe('PostgreSQL does not answer', () => {
  test('all statements of the connection are unavailable after the time limit, and the connection is dropped', async () => {
    const proxy = await startTcpProxy(fixture.database.api);
    onTestFinished(() => proxy.close());
    const { pool, read } = await open({ url: proxy.proxiedUrl(fixture.database.api) }, { response: 300 });
    proxy.freeze();
    const settled = await Promise.allSettled(POSITIONS.map((index) => read(viewers[index] ?? '')));
    for (const result of settled)
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailable) });
    await vi.waitFor(() => expect(pool.totalCount).toBe(0));
  });

  test('a statement whose operation times out is unavailable, while the others wait on', async () => {
    const { read } = await open();
    const [first = '', second = '', third = ''] = viewers;
    const soon = { clientGone: null, expiresAt: performance.now() + 50 };
    const results = [read(first, SLEEPS, [0.3]), read(second, ROWS, [], soon), read(third)];
    const settled = await Promise.allSettled(results);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[2]).toEqual({ status: 'fulfilled', value: ownRows(third) });
  });
});

// covers: PIPE-03
test('a viewer whose statement was slow shares no connection for a while: nobody waits behind the next one', async () => {
  let clock = 0;
  let step = 0;
  const { acquired, read } = await open({}, {}, { now: () => (clock += step) });
  const [slow = '', ...others] = viewers;
  step = 51;
  await read(slow);
  step = 0;
  acquired.mockClear();
  await Promise.all([read(slow), ...others.slice(0, 3).map((viewer) => read(viewer))]);
  expect(acquired).toHaveBeenCalledTimes(2);
});
