import { Pool } from 'pg';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { recordStatements } from '../../../test/support/recording-pool.ts';
import { DatabaseUnavailable, OperationEnded, RolledBack } from './database-errors.ts';
import { generateUuidV7 } from '../../uuid.ts';
import { openDatabaseSource } from '../database-source.ts';
import { ViewerDatabase, type DatabaseTimeouts, type RunStatement } from './viewer-database.ts';

const fixture = setUpEmptyDatabase();
let alice: string;
let bob: string;

beforeAll(async () => {
  [alice, bob] = [await fixture.superuser.insertUser('alice'), await fixture.superuser.insertUser('bob')];
  for (const user of [alice, bob]) for (let count = 0; count < 3; count++) await fixture.superuser.insertTask(user);
});

/** Opens a database with a pool of this size. */
async function open(poolSize = 1, timeouts: DatabaseTimeouts = {}) {
  const { pool, close } = await openDatabaseSource({ url: fixture.database.api, poolSize });
  onTestFinished(close);
  return { pool, database: new ViewerDatabase(pool, timeouts) };
}

const VIEWER = { name: 'viewer-and-pid', text: `select app.viewer_id() as viewer, pg_backend_pid() as pid` };
/** Without an owner condition: only row-level security filters the rows. */
const ROWS = { name: 'rows', text: 'select user_id, app.viewer_id() as viewer from app.task' };
const INSERT = { name: 'insert', text: `insert into app.task (user_id, id, title) values ($1, $2, 'new')` };
const FAILS = { name: 'fails', text: 'select 1 / $1::integer' };
const TERMINATE_SELF = { name: 'terminate-self', text: 'select pg_terminate_backend(pg_backend_pid())' };
const SLEEPS = { name: 'sleeps', text: 'select pg_sleep(600)' };
const SESSION_STATE = `select coalesce(current_setting('app.viewer_id', true), '') as viewer, current_setting('statement_timeout') as timeout,
  pg_current_xact_id_if_assigned() as transaction, pg_backend_pid() as pid`;
const PREPARED = 'select name, generic_plans + custom_plans as runs from pg_prepared_statements';
const CLEAN_STATE = { viewer: '', timeout: '0', transaction: null };

const countBobsTasks = async () =>
  (
    await fixture.superuser.rows<{ count: number }>('select count(*)::integer from app.task where user_id = $1', [bob])
  )[0]?.count;

describe('concurrency limits', () => {
  // covers: HTTP-04
  test.each([2, 5, 10])('one viewer can use at most half of %i connections', async (poolSize) => {
    // Statements that PostgreSQL ends would give their connections back, and the second viewer would only wait.
    const { database } = await open(poolSize, { statement: 600_000 });
    const client = new AbortController();
    const deadline = { clientGone: client.signal, expiresAt: Number.POSITIVE_INFINITY };
    const results = Promise.allSettled(
      Array.from({ length: 50 }, () => database.openReader(alice, deadline).run(SLEEPS, [])),
    );
    try {
      expect(await database.openReader(bob).run(VIEWER, [])).toMatchObject([{ viewer: bob }]);
      expect(await database.runTransaction(bob, (run) => run(VIEWER, []))).toMatchObject([{ viewer: bob }]);
    } finally {
      client.abort();
    }
    for (const { status } of await results) expect(status).toBe('rejected');
  });

  test('concurrent mutations of one viewer run one after the other, on one connection', async () => {
    const { pool, database } = await open(10);
    let running = 0;
    const work = async (run: RunStatement) => {
      running++;
      expect(running).toBe(1);
      await run(VIEWER, []);
      running--;
    };
    await Promise.all(Array.from({ length: 30 }, () => database.runTransaction(alice, work)));
    expect(pool.totalCount).toBe(1);
  });
});

describe('openReader', () => {
  // covers: ACCESS-22
  test('a query’s statement runs as its viewer, and leaves no viewer set on the connection', async () => {
    const { pool, database } = await open();
    for (const viewer of [alice, bob, alice]) {
      expect(await database.openReader(viewer).run(VIEWER, [])).toMatchObject([{ viewer }]);
      expect((await pool.query(SESSION_STATE)).rows).toMatchObject([CLEAN_STATE]);
    }
  });

  test('a failed statement of a query leaves no viewer set on the connection', async () => {
    const { pool, database } = await open();
    await expect(database.openReader(alice).run(FAILS, [0])).rejects.toMatchObject({ code: '22012' });
    expect((await pool.query(SESSION_STATE)).rows).toMatchObject([CLEAN_STATE]);
  });

  test('a statement that failed for its values succeeds with others on the same connection', async () => {
    const { database } = await open();
    const { run } = database.openReader(alice);
    await expect(run(FAILS, ['x'])).rejects.toMatchObject({ code: '22P02' });
    await expect(run(FAILS, [0])).rejects.toMatchObject({ code: '22012' });
    expect(await run(FAILS, [1])).toHaveLength(1);
  });

  test('a statement is prepared once per connection, under its name', async () => {
    const { pool, database } = await open();
    const { run } = database.openReader(alice);
    for (let count = 0; count < 3; count++) await run(ROWS, []);
    const { rows } = await pool.query<{ name: string; runs: string }>(PREPARED);
    expect(rows).toContainEqual({ name: 'rows', runs: '3' });
    expect(rows.map(({ name }) => name).toSorted()).toEqual(['rows', 'viewer']);
  });

  test('each statement of a query is a separate transaction', async () => {
    const { database } = await open();
    const { run } = database.openReader(alice);
    const xid = { name: 'xid', text: 'select pg_current_xact_id()::text as xid' };
    expect(await run(xid, [])).not.toEqual(await run(xid, []));
  });

  test('a statement resolves with its own rows only, however many there are', async () => {
    const { database } = await open();
    const series = { name: 'series', text: 'select generate_series(1, $1::integer) as n' };
    for (const count of [0, 1, 1_000])
      expect(await database.openReader(alice).run(series, [count])).toHaveLength(count);
  });
});

describe.each([1, 5])('with a pool of %i', (poolSize) => {
  // covers: ACCESS-22
  test('two viewers see their own rows only in 10,000 interleaved requests with errors, terminated backends and cancels', async () => {
    const { pool, database } = await open(poolSize, { cancelGrace: 0 });
    const request = async (number: number) => {
      const viewer = number % 2 === 0 ? alice : bob;
      if (number % 10 === 3) return expect(database.openReader(viewer).run(FAILS, [0])).rejects.toThrow();
      if (number % 200 === 5) return expect(database.openReader(viewer).run(TERMINATE_SELF, [])).rejects.toThrow();
      if (number % 100 === 9) {
        const client = new AbortController();
        setImmediate(() => client.abort());
        const { run } = database.openReader(viewer, { clientGone: client.signal, expiresAt: Number.POSITIVE_INFINITY });
        return expect(run(SLEEPS, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
      }
      const abandon = (run: RunStatement) =>
        run(INSERT, [viewer, generateUuidV7()]).then(() => Promise.reject(new Error()));
      if (number % 100 === 7) return expect(database.runTransaction(viewer, abandon)).rejects.toThrow();
      const rows = await database.openReader(viewer).run(ROWS, []);
      if (rows.length !== 3 || rows.some((row) => row['user_id'] !== viewer || row['viewer'] !== viewer))
        throw new Error(`${viewer} saw ${JSON.stringify(rows)}`);
    };
    for (let from = 0; from < 10_000; from += 500)
      await Promise.all(Array.from({ length: 500 }, (_, index) => request(from + index)));
    const states = await Promise.all(Array.from({ length: poolSize }, () => pool.query(SESSION_STATE)));
    for (const { rows } of states) expect(rows).toMatchObject([CLEAN_STATE]);
  }, 60_000);
});

describe('runTransaction', () => {
  test('a mutation is one transaction of one viewer, including statements that are not awaited', async () => {
    const { pool, database } = await open();
    const before = (await countBobsTasks()) ?? 0;
    const xid = { name: 'xid', text: 'select pg_current_xact_id()::text as xid, app.viewer_id() as viewer' };
    const seen = await database.runTransaction(bob, async (run) => {
      const both = await Promise.all([run(xid, []), run(xid, [])]);
      void run(INSERT, [bob, generateUuidV7()]);
      return both.flat();
    });
    expect(seen[0]).toMatchObject({ viewer: bob });
    expect(seen[1]).toEqual(seen[0]);
    expect(await countBobsTasks()).toBe(before + 1);
    expect((await pool.query(SESSION_STATE)).rows).toMatchObject([CLEAN_STATE]);
  });

  // covers: DATA-07
  test.each([1, 2])(
    'on a pool of %i a mutation commits after its unawaited statements, and none runs as another viewer or outside the transaction',
    async (poolSize) => {
      const { database } = await open(poolSize);
      const seen = {
        name: 'seen',
        text: 'select app.viewer_id() as viewer, pg_current_xact_id()::text as xid, pg_sleep(0.005)',
      };
      for (let round = 0; round < 20; round++) {
        const before = (await countBobsTasks()) ?? 0;
        const unawaited: Promise<readonly Record<string, unknown>[]>[] = [];
        const mutation = database.runTransaction(bob, async (run) => {
          for (let count = 0; count < 4; count++) unawaited.push(run(seen, []));
          unawaited.push(run(INSERT, [bob, generateUuidV7()]), run(seen, []));
        });
        const others = Array.from({ length: 4 }, () => database.openReader(alice).run(VIEWER, []));
        await mutation;
        // All of them had been answered when the mutation was committed.
        expect(await countBobsTasks()).toBe(before + 1);
        const rows = (await Promise.all(unawaited)).flat();
        expect(new Set(rows.map(({ viewer, xid }) => `${String(viewer)} ${String(xid)}`)).size).toBe(1);
        expect(rows[0]).toMatchObject({ viewer: bob });
        for (const [row] of await Promise.all(others)) expect(row).toMatchObject({ viewer: alice });
      }
    },
    30_000,
  );

  test('a mutation without a statement sends nothing to the database', async () => {
    const { pool } = await open();
    const { pool: recordingPool, statements } = recordStatements(pool);
    expect(await new ViewerDatabase(recordingPool).runTransaction(bob, async () => 'done')).toBe('done');
    expect(statements).toEqual([]);
  });

  test('a mutation whose work rejects is rolled back, and rejects with the same error', async () => {
    const { pool, database } = await open();
    const before = await countBobsTasks();
    const error = new Error('no');
    const work = async (run: RunStatement) => {
      await run(INSERT, [bob, generateUuidV7()]);
      throw error;
    };
    await expect(database.runTransaction(bob, work)).rejects.toBe(error);
    expect(await countBobsTasks()).toBe(before);
    expect((await pool.query(SESSION_STATE)).rows).toMatchObject([CLEAN_STATE]);
  });

  // covers: OPS-05
  test('a mutation that catches the error of a failed statement rejects with RolledBack', async () => {
    const { database } = await open();
    const before = await countBobsTasks();
    const work = async (run: RunStatement) => {
      await run(INSERT, [bob, generateUuidV7()]);
      await run(FAILS, [0]).catch(() => {});
      return 'done';
    };
    await expect(database.runTransaction(bob, work)).rejects.toBeInstanceOf(RolledBack);
    expect(await countBobsTasks()).toBe(before);
  });

  test('a mutation with a failed statement that is not awaited rejects with RolledBack', async () => {
    const { database } = await open();
    const before = await countBobsTasks();
    const work = async (run: RunStatement) => {
      await run(INSERT, [bob, generateUuidV7()]);
      void run(FAILS, [0]).catch(() => {});
    };
    await expect(database.runTransaction(bob, work)).rejects.toBeInstanceOf(RolledBack);
    expect(await countBobsTasks()).toBe(before);
  });

  test('the pool is usable after any failure of a mutation', async () => {
    const { pool, database } = await open();
    const endings: ((run: RunStatement) => Promise<unknown>)[] = [
      (run) => run(FAILS, [0]),
      (run) => run(FAILS, [0]).catch(() => {}),
      (run) => Promise.all([run(FAILS, [0]), run(INSERT, [bob, generateUuidV7()]), run(FAILS, [0])]),
      (run) => run(INSERT, [alice, generateUuidV7()]),
      (run) => run(TERMINATE_SELF, []),
    ];
    for (const ending of endings) {
      await expect(database.runTransaction(bob, ending)).rejects.toThrow();
      expect(await database.openReader(alice).run(VIEWER, [])).toMatchObject([{ viewer: alice }]);
      expect((await pool.query(SESSION_STATE)).rows).toMatchObject([CLEAN_STATE]);
    }
    expect(pool.totalCount).toBe(1);
  });
});

describe('a handle whose operation has ended', () => {
  test('a query’s handle rejects with OperationEnded and sends nothing', async () => {
    const { pool } = await open();
    const { pool: recordingPool, statements } = recordStatements(pool);
    const { run, close } = new ViewerDatabase(recordingPool).openReader(bob);
    close();
    await expect(run(VIEWER, [])).rejects.toThrow(
      new OperationEnded('The statement "viewer-and-pid" was sent after its operation had ended.'),
    );
    expect(statements).toEqual([]);
  });

  test('a mutation’s handle rejects with OperationEnded after a commit and after a rollback', async () => {
    const { database } = await open();
    let kept: RunStatement | undefined;
    await database.runTransaction(bob, async (run) => void (kept = run));
    await expect(kept?.(VIEWER, [])).rejects.toBeInstanceOf(OperationEnded);
    await database.runTransaction(bob, (run) => Promise.reject(void (kept = run))).catch(() => {});
    await expect(kept?.(VIEWER, [])).rejects.toBeInstanceOf(OperationEnded);
  });
});

describe('a connection', () => {
  test('a connection that breaks during a statement is dropped, and the next request succeeds', async () => {
    const { pool, database } = await open();
    const [before] = await database.openReader(alice).run(VIEWER, []);
    await expect(database.openReader(alice).run(TERMINATE_SELF, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    const [after] = await database.openReader(bob).run(VIEWER, []);
    expect(after).toMatchObject({ viewer: bob });
    expect(after?.['pid']).not.toBe(before?.['pid']);
    expect(pool.totalCount).toBe(1);
  });

  test('a connection that breaks between two statements of a mutation fails the mutation and does not end the process', async () => {
    const { pool, database } = await open();
    const before = await countBobsTasks();
    const work = async (run: RunStatement) => {
      await run(INSERT, [bob, generateUuidV7()]);
      const [{ pid } = {}] = await run(VIEWER, []);
      await fixture.superuser.rows('select pg_terminate_backend($1)', [pid]);
      while ((await fixture.superuser.rows('select from pg_stat_activity where pid = $1', [pid])).length > 0);
      await run(INSERT, [bob, generateUuidV7()]);
    };
    await expect(database.runTransaction(bob, work)).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await countBobsTasks()).toBe(before);
    expect(await database.openReader(bob).run(VIEWER, [])).toMatchObject([{ viewer: bob }]);
    expect(pool.totalCount).toBe(1);
  });

  test('an idle connection that breaks does not affect the next request', async () => {
    const { pool, database } = await open();
    const [before] = await database.openReader(alice).run(VIEWER, []);
    const removed = new Promise((resolve) => pool.once('remove', resolve));
    await fixture.superuser.rows('select pg_terminate_backend($1)', [before?.['pid']]);
    await removed;
    expect(await database.openReader(bob).run(VIEWER, [])).toMatchObject([{ viewer: bob }]);
  });

  test('a connection is kept after a statement timeout, and the next request succeeds', async () => {
    const { database } = await open(1, { statement: 100 });
    const [before] = await database.openReader(alice).run(VIEWER, []);
    await expect(database.openReader(alice).run(SLEEPS, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(database.runTransaction(alice, (run) => run(SLEEPS, []))).rejects.toBeInstanceOf(DatabaseUnavailable);
    const [after] = await database.openReader(bob).run(VIEWER, []);
    expect(after).toEqual({ viewer: bob, pid: before?.['pid'] });
  });

  test('a connection is dropped when a value cannot be serialized at the first use of a statement', async () => {
    const { database } = await open();
    const [before] = await database.openReader(alice).run(VIEWER, []);
    const unserializable = {
      toPostgres() {
        throw new Error('cannot serialize');
      },
    };
    await expect(database.openReader(alice).run(FAILS, [unserializable])).rejects.toThrow();
    const [after] = await database.openReader(bob).run(VIEWER, []);
    expect(after?.['viewer']).toBe(bob);
    expect(after?.['pid']).not.toBe(before?.['pid']);
  });
});

test('an unreachable database is unavailable for queries, mutations and the readiness check', async () => {
  const pool = new Pool({ connectionString: 'postgres://user@127.0.0.1:1/none' });
  const database = new ViewerDatabase(pool);
  await expect(database.openReader(bob).run(VIEWER, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
  await expect(database.runTransaction(bob, (run) => run(VIEWER, []))).rejects.toBeInstanceOf(DatabaseUnavailable);
  expect(await database.isResponsive()).toBe(false);
  expect(await (await open()).database.isResponsive()).toBe(true);
});
