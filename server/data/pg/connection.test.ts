import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { recordStatements } from '../../../test/support/recording-pool.ts';
import { DatabaseUnavailable } from './database-errors.ts';
import { generateUuidV7 } from '../../uuid.ts';
import { openDatabaseSource } from '../database-source.ts';
import { ViewerDatabase, type DatabaseTimeouts } from './viewer-database.ts';

const fixture = setUpEmptyDatabase();
let alice: string;

beforeAll(async () => {
  alice = await fixture.superuser.insertUser('alice');
});

async function open(poolSize: number, timeouts: DatabaseTimeouts) {
  const { pool, close } = await openDatabaseSource({ url: fixture.database.api, poolSize });
  onTestFinished(close);
  return { pool, database: new ViewerDatabase(pool, timeouts) };
}

const PID = { name: 'pid', text: 'select pg_backend_pid() as pid' };
const LOCK = 4_711;
/** Blocks while the superuser holds the advisory lock. */
const BLOCKED = { name: 'blocked', text: `select pg_advisory_xact_lock(${LOCK}), pg_backend_pid() as pid` };
const BLOCKED_BACKENDS = `select pid from pg_stat_activity where wait_event_type = 'Lock' and query = $1`;

/** Takes the lock that `BLOCKED` waits for; returns a function that releases it. */
async function takeLock() {
  await fixture.superuser.rows('select pg_advisory_lock($1)', [LOCK]);
  const release = () => fixture.superuser.rows('select pg_advisory_unlock_all()');
  onTestFinished(async () => void (await release()));
  return release;
}
const blockedBackends = () => fixture.superuser.rows<{ pid: number }>(BLOCKED_BACKENDS, [BLOCKED.text]);
const untilBlocked = (count: number) =>
  vi.waitFor(async () => expect(await blockedBackends()).toHaveLength(count), 10_000);
const expired = { clientGone: null, expiresAt: 0 };
/** Longer than any test, in milliseconds. */
const LONG = 600_000;
const never = Number.POSITIVE_INFINITY;

describe('client disconnect', () => {
  test('cancels the running query of a disconnected client, and drops its connection', async () => {
    await takeLock();
    const { pool, database } = await open(1, { cancelGrace: 0, statement: LONG });
    const client = new AbortController();
    const answer = database.openReader(alice, { clientGone: client.signal, expiresAt: never }).run(BLOCKED, []);
    await untilBlocked(1);
    const [before] = await blockedBackends();
    client.abort();
    await expect(answer).rejects.toBeInstanceOf(DatabaseUnavailable);
    await untilBlocked(0);
    const [after] = await database.openReader(alice).run(PID, []);
    expect(after?.['pid']).not.toBe(before?.pid);
    expect(pool.totalCount).toBe(1);
  });

  // covers: HTTP-18
  test('keeps the connection of a disconnected client if the query ends within the grace period', async () => {
    const release = await takeLock();
    const { database } = await open(1, { cancelGrace: LONG, statement: LONG });
    const client = new AbortController();
    const answer = database.openReader(alice, { clientGone: client.signal, expiresAt: never }).run(BLOCKED, []);
    await untilBlocked(1);
    client.abort();
    for (let turn = 0; turn < 20; turn++) await fixture.superuser.rows('select');
    await release();
    const [row] = await answer;
    expect(await database.openReader(alice).run(PID, [])).toEqual([{ pid: row?.['pid'] }]);
  });

  test('sends no further statement of a query whose client has disconnected', async () => {
    const { pool } = await open(1, {});
    const { pool: recordingPool, statements } = recordStatements(pool);
    const client = new AbortController();
    const { run } = new ViewerDatabase(recordingPool).openReader(alice, {
      clientGone: client.signal,
      expiresAt: never,
    });
    await run(PID, []);
    client.abort();
    await expect(run(PID, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(statements).toEqual([PID.text]);
  });

  test('sends nothing for a client that disconnected while waiting for a connection, and keeps the connection', async () => {
    const release = await takeLock();
    const { pool, database } = await open(1, {});
    const { pool: recordingPool, statements } = recordStatements(pool);
    const holder = database.openReader(alice).run(BLOCKED, []);
    const client = new AbortController();
    const answer = new ViewerDatabase(recordingPool)
      .openReader(alice, { clientGone: client.signal, expiresAt: never })
      .run(PID, []);
    // Awaited from here on: it may reject before the lock is released.
    const rejected = expect(answer).rejects.toBeInstanceOf(DatabaseUnavailable);
    await untilBlocked(1);
    client.abort();
    await release();
    await rejected;
    const [row] = await holder;
    expect(statements).toEqual([]);
    expect(await database.openReader(alice).run(PID, [])).toEqual([{ pid: row?.['pid'] }]);
  });

  test('removes its listeners from the client’s abort signal', async () => {
    const { database } = await open(1, {});
    const { signal: clientGone } = new AbortController();
    const added = vi.spyOn(clientGone, 'addEventListener');
    const removed = vi.spyOn(clientGone, 'removeEventListener');
    await database.openReader(alice, { clientGone, expiresAt: never }).run(PID, []);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });
});

// covers: HTTP-18
test('a late cancel request hits no other query: none of those that share the pool is cancelled', async () => {
  const { database } = await open(2, { cancelGrace: 0 });
  const sleep = { name: 'sleep', text: 'select pg_sleep($1::float8)' };
  const other = async () => {
    for (let count = 0; count < 200; count++) await database.openReader(alice).run(sleep, [0.001]);
  };
  const disconnecting = async () => {
    for (let count = 0; count < 150; count++) {
      const client = new AbortController();
      const answer = database
        .openReader(alice, { clientGone: client.signal, expiresAt: never })
        .run(sleep, [0.0001 * (count % 40)]);
      // The cancel is sent before the end of some statements, and right at the end of others.
      for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
      client.abort();
      await answer.catch((error: unknown) => expect(error).toBeInstanceOf(DatabaseUnavailable));
    }
  };
  await Promise.all([other(), other(), disconnecting(), disconnecting()]);
}, 30_000);

describe('deadline', () => {
  test('cancels the running statement at the deadline, and drops its connection', async () => {
    await takeLock();
    const { database } = await open(1, { statement: LONG });
    const [before] = await database.openReader(alice).run(PID, []);
    const late = { clientGone: null, expiresAt: performance.now() + 200 };
    await expect(database.openReader(alice, late).run(BLOCKED, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    await untilBlocked(0);
    expect(await database.openReader(alice).run(PID, [])).not.toEqual([before]);
  });

  test('sends no statement after the deadline, for a query or a mutation', async () => {
    const { pool } = await open(1, {});
    const { pool: recordingPool, statements } = recordStatements(pool);
    const database = new ViewerDatabase(recordingPool);
    await expect(database.openReader(alice, expired).run(PID, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(database.runTransaction(alice, (run) => run(PID, []), expired)).rejects.toBeInstanceOf(
      DatabaseUnavailable,
    );
    expect(statements).toEqual([]);
  });

  test('rolls a mutation back at the deadline, and rejects its further statements without queueing them', async () => {
    const release = await takeLock();
    const { pool } = await open(1, {});
    const { pool: recordingPool, statements } = recordStatements(pool);
    const late = { clientGone: null, expiresAt: performance.now() + 200 };
    const title = { name: 'title', text: `insert into app.task (user_id, id, title) values ($1, $1, 'half')` };
    const ended = new ViewerDatabase(recordingPool).runTransaction(
      alice,
      async (run) => {
        await run(title, [alice]);
        await run(BLOCKED, []).catch(() => {});
        await release();
        await run(PID, []).catch(() => {});
        return 'done';
      },
      late,
    );
    await expect(ended).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(statements).toEqual([title.text, BLOCKED.text]);
    expect(await fixture.superuser.rows(`select from app.task where title = 'half'`)).toEqual([]);
  });
});

describe('exhausted pool', () => {
  // covers: OPS-04
  test('rejects with DatabaseUnavailable while the pool is exhausted, and recovers', async () => {
    const release = await takeLock();
    const { pool, close } = await openDatabaseSource({
      url: fixture.database.api,
      poolSize: 1,
      connectionTimeout: 500,
    });
    onTestFinished(close);
    const database = new ViewerDatabase(pool);
    const holder = database.openReader(alice).run(BLOCKED, []);
    await untilBlocked(1);
    // Another viewer: alice would wait for her semaphore, not for a connection.
    await expect(database.openReader(generateUuidV7()).run(PID, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(database.runTransaction(alice, (run) => run(PID, []))).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await database.isResponsive()).toBe(false);
    await release();
    const [row] = await holder;
    expect(await database.openReader(alice).run(PID, [])).toEqual([{ pid: row?.['pid'] }]);
  });

  // covers: OPS-04
  test('concurrent readiness checks share one statement, and cannot exhaust the pool', async () => {
    const { pool } = await open(3, {});
    const { pool: recordingPool, statements } = recordStatements(pool);
    const database = new ViewerDatabase(recordingPool);
    expect(await Promise.all(Array.from({ length: 20 }, () => database.isResponsive()))).not.toContain(false);
    expect(statements).toHaveLength(1);
    expect(await database.isResponsive()).toBe(true);
    expect(statements).toHaveLength(2);
  });
});
