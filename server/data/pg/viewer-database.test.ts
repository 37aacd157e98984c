import { Pool } from 'pg';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { recordStatements } from '../../../test/support/recording-pool.ts';
import { DatabaseUnavailable, OperationEnded, RolledBack } from './database-errors.ts';
import { generateUuidV7 } from '../query/uuid.ts';
import { openDatabaseSource } from './database-source.ts';
import { ViewerDatabase, type DatabaseTimeouts, type RunStatement } from './viewer-database.ts';

const there = setUpEmptyDatabase();
let alice: string;
let bob: string;

beforeAll(async () => {
  [alice, bob] = [await there.superuser.insertUser('alice'), await there.superuser.insertUser('bob')];
  for (const person of [alice, bob]) for (let count = 0; count < 3; count++) await there.superuser.insertTask(person);
});

/** A database on a pool of so many connections. */
async function open(poolSize = 1, limits: DatabaseTimeouts = {}) {
  const { pool, close } = await openDatabaseSource({ url: there.database.api, poolSize });
  onTestFinished(close);
  return { pool, database: new ViewerDatabase(pool, limits) };
}

const VIEWER = { name: 'who', text: `select app.viewer_id() as viewer, pg_backend_pid() as pid` };
/** No owner in the WHERE: what is seen is what row security lets through. */
const ROWS = { name: 'rows', text: 'select user_id, app.viewer_id() as viewer from app.task' };
const INSERT = { name: 'insert', text: `insert into app.task (user_id, id, title) values ($1, $2, 'new')` };
const FAILS = { name: 'fails', text: 'select 1 / $1::integer' };
const SUICIDE = { name: 'suicide', text: 'select pg_terminate_backend(pg_backend_pid())' };
const SLEEPS = { name: 'sleeps', text: 'select pg_sleep(600)' };
const LEFT = `select current_setting('app.viewer_id', true) as viewer, current_setting('statement_timeout') as timeout,
  pg_current_xact_id_if_assigned() as transaction, pg_backend_pid() as pid`;
const PREPARED = 'select name, generic_plans + custom_plans as runs from pg_prepared_statements';
const NOTHING_LEFT = { viewer: '', timeout: '0', transaction: null };

const bobsCount = async () =>
  (await there.superuser.rows<{ count: number }>('select count(*)::integer from app.task where user_id = $1', [bob]))[0]
    ?.count;

describe('a viewer who asks for everything at once', () => {
  // covers: HTTP-04
  test.each([2, 5, 10])('leaves others the half of %i connections', async (poolSize) => {
    const { database } = await open(poolSize);
    const client = new AbortController();
    const deadline = { clientGone: client.signal, expiresAt: Number.POSITIVE_INFINITY };
    const asked = Array.from({ length: 50 }, () => database.openReader(alice, deadline).run(SLEEPS, []));
    expect(await database.openReader(bob).run(VIEWER, [])).toMatchObject([{ viewer: bob }]);
    expect(await database.runTransaction(bob, (run) => run(VIEWER, []))).toMatchObject([{ viewer: bob }]);
    client.abort();
    for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected');
  });

  test('and changes everything at once does that one after the other, on one connection', async () => {
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

describe('a statement of a query', () => {
  // covers: ACCESS-22
  test('carries its viewer, and leaves none behind on the connection', async () => {
    const { pool, database } = await open();
    for (const viewer of [alice, bob, alice]) {
      expect(await database.openReader(viewer).run(VIEWER, [])).toMatchObject([{ viewer }]);
      expect((await pool.query(LEFT)).rows).toMatchObject([NOTHING_LEFT]);
    }
  });

  test('leaves none behind when it fails', async () => {
    const { pool, database } = await open();
    await expect(database.openReader(alice).run(FAILS, [0])).rejects.toMatchObject({ code: '22012' });
    expect((await pool.query(LEFT)).rows).toMatchObject([NOTHING_LEFT]);
  });

  test('that failed for its values works with better ones, on the same connection', async () => {
    const { database } = await open();
    const { run } = database.openReader(alice);
    await expect(run(FAILS, ['x'])).rejects.toMatchObject({ code: '22P02' });
    await expect(run(FAILS, [0])).rejects.toMatchObject({ code: '22012' });
    expect(await run(FAILS, [1])).toHaveLength(1);
  });

  test('is prepared once on a connection, under its name', async () => {
    const { pool, database } = await open();
    const { run } = database.openReader(alice);
    for (let count = 0; count < 3; count++) await run(ROWS, []);
    const { rows } = await pool.query<{ name: string; runs: string }>(PREPARED);
    expect(rows).toContainEqual({ name: 'rows', runs: '3' });
    expect(rows.map(({ name }) => name).toSorted()).toEqual(['begin', 'everyOwner', 'rows', 'viewer']);
  });

  test('is a transaction of its own', async () => {
    const { database } = await open();
    const { run } = database.openReader(alice);
    const xid = { name: 'xid', text: 'select pg_current_xact_id()::text as xid' };
    expect(await run(xid, [])).not.toEqual(await run(xid, []));
  });

  test('answers with its own rows only, however many there are', async () => {
    const { database } = await open();
    const series = { name: 'series', text: 'select generate_series(1, $1::integer) as n' };
    for (const count of [0, 1, 1_000])
      expect(await database.openReader(alice).run(series, [count])).toHaveLength(count);
  });
});

describe.each([1, 5])('two viewers on a pool of %i', (poolSize) => {
  // covers: ACCESS-22
  test('see their own rows in 10,000 interleaved requests, with errors, kills and cancels between them', async () => {
    const { pool, database } = await open(poolSize, { cancelGrace: 0 });
    const one = async (number: number) => {
      const viewer = number % 2 === 0 ? alice : bob;
      if (number % 10 === 3) return expect(database.openReader(viewer).run(FAILS, [0])).rejects.toThrow();
      if (number % 200 === 5) return expect(database.openReader(viewer).run(SUICIDE, [])).rejects.toThrow();
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
      await Promise.all(Array.from({ length: 500 }, (_, index) => one(from + index)));
    const left = await Promise.all(Array.from({ length: poolSize }, () => pool.query(LEFT)));
    for (const { rows } of left) expect(rows).toMatchObject([NOTHING_LEFT]);
  }, 60_000);
});

describe('a mutation', () => {
  test('is one transaction of one viewer, with all its statements, awaited or not', async () => {
    const { pool, database } = await open();
    const before = (await bobsCount()) ?? 0;
    const xid = { name: 'xid', text: 'select pg_current_xact_id()::text as xid, app.viewer_id() as viewer' };
    const seen = await database.runTransaction(bob, async (run) => {
      const both = await Promise.all([run(xid, []), run(xid, [])]);
      void run(INSERT, [bob, generateUuidV7()]);
      return both.flat();
    });
    expect(seen[0]).toMatchObject({ viewer: bob });
    expect(seen[1]).toEqual(seen[0]);
    expect(await bobsCount()).toBe(before + 1);
    expect((await pool.query(LEFT)).rows).toMatchObject([NOTHING_LEFT]);
  });

  // covers: DATA-07
  test.each([1, 2])(
    'commits after its statements that nobody awaited: on a pool of %i none runs as another viewer, or outside of it',
    async (poolSize) => {
      const { database } = await open(poolSize);
      const seen = {
        name: 'seen',
        text: 'select app.viewer_id() as viewer, pg_current_xact_id()::text as xid, pg_sleep(0.005)',
      };
      for (let round = 0; round < 20; round++) {
        const before = (await bobsCount()) ?? 0;
        const left: Promise<readonly Record<string, unknown>[]>[] = [];
        const mutation = database.runTransaction(bob, async (run) => {
          for (let count = 0; count < 4; count++) left.push(run(seen, []));
          left.push(run(INSERT, [bob, generateUuidV7()]), run(seen, []));
        });
        const others = Array.from({ length: 4 }, () => database.openReader(alice).run(VIEWER, []));
        await mutation;
        // All of them had been answered when the mutation was committed.
        expect(await bobsCount()).toBe(before + 1);
        const rows = (await Promise.all(left)).flat();
        expect(new Set(rows.map(({ viewer, xid }) => `${String(viewer)} ${String(xid)}`)).size).toBe(1);
        expect(rows[0]).toMatchObject({ viewer: bob });
        for (const [row] of await Promise.all(others)) expect(row).toMatchObject({ viewer: alice });
      }
    },
    30_000,
  );

  test('without a statement never reaches the database', async () => {
    const { pool } = await open();
    const { pool: seen, statements } = recordStatements(pool);
    expect(await new ViewerDatabase(seen).runTransaction(bob, async () => 'done')).toBe('done');
    expect(statements).toEqual([]);
  });

  test('that rejects is rolled back, and rejects with the same error', async () => {
    const { pool, database } = await open();
    const before = await bobsCount();
    const error = new Error('no');
    const work = async (run: RunStatement) => {
      await run(INSERT, [bob, generateUuidV7()]);
      throw error;
    };
    await expect(database.runTransaction(bob, work)).rejects.toBe(error);
    expect(await bobsCount()).toBe(before);
    expect((await pool.query(LEFT)).rows).toMatchObject([NOTHING_LEFT]);
  });

  // covers: OPS-05
  test('whose failed statement somebody swallowed is an error: COMMIT was answered with ROLLBACK', async () => {
    const { database } = await open();
    const before = await bobsCount();
    const work = async (run: RunStatement) => {
      await run(INSERT, [bob, generateUuidV7()]);
      await run(FAILS, [0]).catch(() => {});
      return 'all is well';
    };
    await expect(database.runTransaction(bob, work)).rejects.toBeInstanceOf(RolledBack);
    expect(await bobsCount()).toBe(before);
  });

  test('whose statement failed without being awaited is an error too', async () => {
    const { database } = await open();
    const before = await bobsCount();
    const work = async (run: RunStatement) => {
      await run(INSERT, [bob, generateUuidV7()]);
      void run(FAILS, [0]).catch(() => {});
    };
    await expect(database.runTransaction(bob, work)).rejects.toBeInstanceOf(RolledBack);
    expect(await bobsCount()).toBe(before);
  });

  test('leaves a usable pool behind after any of these', async () => {
    const { pool, database } = await open();
    const endings: ((run: RunStatement) => Promise<unknown>)[] = [
      (run) => run(FAILS, [0]),
      (run) => run(FAILS, [0]).catch(() => {}),
      (run) => Promise.all([run(FAILS, [0]), run(INSERT, [bob, generateUuidV7()]), run(FAILS, [0])]),
      (run) => run(INSERT, [alice, generateUuidV7()]),
      (run) => run(SUICIDE, []),
    ];
    for (const ending of endings) {
      await expect(database.runTransaction(bob, ending)).rejects.toThrow();
      expect(await database.openReader(alice).run(VIEWER, [])).toMatchObject([{ viewer: alice }]);
      expect((await pool.query(LEFT)).rows).toMatchObject([NOTHING_LEFT]);
    }
    expect(pool.totalCount).toBe(1);
  });
});

describe('after its operation has ended', () => {
  test('a query’s handle refuses: nothing is sent', async () => {
    const { pool } = await open();
    const { pool: seen, statements } = recordStatements(pool);
    const { run, close } = new ViewerDatabase(seen).openReader(bob);
    close();
    await expect(run(VIEWER, [])).rejects.toThrow(
      new OperationEnded('"who" was asked for after its operation had ended.'),
    );
    expect(statements).toEqual([]);
  });

  test('a mutation’s handle refuses, whether it was kept or thrown away', async () => {
    const { database } = await open();
    let kept: RunStatement | undefined;
    await database.runTransaction(bob, async (run) => void (kept = run));
    await expect(kept?.(VIEWER, [])).rejects.toBeInstanceOf(OperationEnded);
    await database.runTransaction(bob, (run) => Promise.reject(void (kept = run))).catch(() => {});
    await expect(kept?.(VIEWER, [])).rejects.toBeInstanceOf(OperationEnded);
  });
});

describe('a connection', () => {
  test('that broke under a statement is dropped: unavailable to one, and fine for the next', async () => {
    const { pool, database } = await open();
    const [before] = await database.openReader(alice).run(VIEWER, []);
    await expect(database.openReader(alice).run(SUICIDE, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    const [after] = await database.openReader(bob).run(VIEWER, []);
    expect(after).toMatchObject({ viewer: bob });
    expect(after?.['pid']).not.toBe(before?.['pid']);
    expect(pool.totalCount).toBe(1);
  });

  test('that breaks between two statements of a mutation ends the mutation, not the process', async () => {
    const { pool, database } = await open();
    const before = await bobsCount();
    const work = async (run: RunStatement) => {
      await run(INSERT, [bob, generateUuidV7()]);
      const [{ pid } = {}] = await run(VIEWER, []);
      await there.superuser.rows('select pg_terminate_backend($1)', [pid]);
      while ((await there.superuser.rows('select from pg_stat_activity where pid = $1', [pid])).length > 0);
      await run(INSERT, [bob, generateUuidV7()]);
    };
    await expect(database.runTransaction(bob, work)).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await bobsCount()).toBe(before);
    expect(await database.openReader(bob).run(VIEWER, [])).toMatchObject([{ viewer: bob }]);
    expect(pool.totalCount).toBe(1);
  });

  test('that broke while nobody used it is nobody’s concern', async () => {
    const { pool, database } = await open();
    const [before] = await database.openReader(alice).run(VIEWER, []);
    const removed = new Promise((resolve) => pool.once('remove', resolve));
    await there.superuser.rows('select pg_terminate_backend($1)', [before?.['pid']]);
    await removed;
    expect(await database.openReader(bob).run(VIEWER, [])).toMatchObject([{ viewer: bob }]);
  });

  test('is kept when a statement took too long: unavailable to one, and fine for the next', async () => {
    const { database } = await open(1, { statement: 100 });
    const [before] = await database.openReader(alice).run(VIEWER, []);
    await expect(database.openReader(alice).run(SLEEPS, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(database.runTransaction(alice, (run) => run(SLEEPS, []))).rejects.toBeInstanceOf(DatabaseUnavailable);
    const [after] = await database.openReader(bob).run(VIEWER, []);
    expect(after).toEqual({ viewer: bob, pid: before?.['pid'] });
  });

  test('is dropped when a value could not be written for the first use of a statement', async () => {
    const { database } = await open();
    const [before] = await database.openReader(alice).run(VIEWER, []);
    const unwritable = {
      toPostgres() {
        throw new Error('not this one');
      },
    };
    await expect(database.openReader(alice).run(FAILS, [unwritable])).rejects.toThrow();
    const [after] = await database.openReader(bob).run(VIEWER, []);
    expect(after?.['viewer']).toBe(bob);
    expect(after?.['pid']).not.toBe(before?.['pid']);
  });
});

test('a database that is not there is unavailable, to queries, mutations and the one who asks', async () => {
  const pool = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/nothing' });
  const database = new ViewerDatabase(pool);
  await expect(database.openReader(bob).run(VIEWER, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
  await expect(database.runTransaction(bob, (run) => run(VIEWER, []))).rejects.toBeInstanceOf(DatabaseUnavailable);
  expect(await database.isResponsive()).toBe(false);
  expect(await (await open()).database.isResponsive()).toBe(true);
});
