import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { recordStatements } from '../../../test/support/recording-pool.ts';
import { DatabaseUnavailable } from './database-errors.ts';
import { generateUuidV7 } from '../query/uuid.ts';
import { openDatabaseSource } from './database-source.ts';
import { ViewerDatabase, type DatabaseTimeouts } from './viewer-database.ts';

const there = setUpEmptyDatabase();
let alice: string;

beforeAll(async () => {
  alice = await there.superuser.insertUser('alice');
});

async function open(poolSize: number, limits: DatabaseTimeouts) {
  const { pool, close } = await openDatabaseSource({ url: there.database.api, poolSize });
  onTestFinished(close);
  return { pool, database: new ViewerDatabase(pool, limits) };
}

const PID = { name: 'pid', text: 'select pg_backend_pid() as pid' };
const LOCK = 4_711;
/** Runs for as long as the superuser holds the lock. */
const WAITS = { name: 'waits', text: `select pg_advisory_xact_lock(${LOCK}), pg_backend_pid() as pid` };
const WAITING = `select pid from pg_stat_activity where wait_event_type = 'Lock' and query = $1`;

/** Takes what `WAITS` waits for. */
async function held() {
  await there.superuser.rows('select pg_advisory_lock($1)', [LOCK]);
  const release = () => there.superuser.rows('select pg_advisory_unlock_all()');
  onTestFinished(async () => void (await release()));
  return release;
}
const waiting = () => there.superuser.rows<{ pid: number }>(WAITING, [WAITS.text]);
const untilWaiting = (count: number) => vi.waitFor(async () => expect(await waiting()).toHaveLength(count), 10_000);
const isOver = { clientGone: null, expiresAt: 0 };
/** So long that nothing in a test ends by it, in milliseconds. */
const LONG = 600_000;
const never = Number.POSITIVE_INFINITY;

describe('a query whose client has left', () => {
  test('is cancelled in the database, and its connection is nobody’s any more', async () => {
    await held();
    const { pool, database } = await open(1, { cancelGrace: 0, statement: LONG });
    const client = new AbortController();
    const answer = database.openReader(alice, { clientGone: client.signal, expiresAt: never }).run(WAITS, []);
    await untilWaiting(1);
    const [before] = await waiting();
    client.abort();
    await expect(answer).rejects.toBeInstanceOf(DatabaseUnavailable);
    await untilWaiting(0);
    const [after] = await database.openReader(alice).run(PID, []);
    expect(after?.['pid']).not.toBe(before?.pid);
    expect(pool.totalCount).toBe(1);
  });

  // covers: HTTP-18
  test('but that ends by itself in a moment costs no connection', async () => {
    const release = await held();
    const { database } = await open(1, { cancelGrace: LONG, statement: LONG });
    const client = new AbortController();
    const answer = database.openReader(alice, { clientGone: client.signal, expiresAt: never }).run(WAITS, []);
    await untilWaiting(1);
    client.abort();
    for (let turn = 0; turn < 20; turn++) await there.superuser.rows('select');
    await release();
    const [row] = await answer;
    expect(await database.openReader(alice).run(PID, [])).toEqual([{ pid: row?.['pid'] }]);
  });

  test('sends nothing more', async () => {
    const { pool } = await open(1, {});
    const { pool: seen, statements } = recordStatements(pool);
    const client = new AbortController();
    const { run } = new ViewerDatabase(seen).openReader(alice, { clientGone: client.signal, expiresAt: never });
    await run(PID, []);
    client.abort();
    await expect(run(PID, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(statements).toEqual([PID.text]);
  });

  test('while it waited for a connection gives that on, unused', async () => {
    const release = await held();
    const { pool, database } = await open(1, {});
    const { pool: seen, statements } = recordStatements(pool);
    const holder = database.openReader(alice).run(WAITS, []);
    const client = new AbortController();
    const answer = new ViewerDatabase(seen)
      .openReader(alice, { clientGone: client.signal, expiresAt: never })
      .run(PID, []);
    // Listened to from now on: it may be told before the lock is known to be gone.
    const refused = expect(answer).rejects.toBeInstanceOf(DatabaseUnavailable);
    await untilWaiting(1);
    client.abort();
    await release();
    await refused;
    const [row] = await holder;
    expect(statements).toEqual([]);
    expect(await database.openReader(alice).run(PID, [])).toEqual([{ pid: row?.['pid'] }]);
  });

  test('leaves nothing of itself on a signal that lives on', async () => {
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
test('a cancel that comes late meets no stranger: not one of those who share the pool is cancelled', async () => {
  const { database } = await open(2, { cancelGrace: 0 });
  const naps = { name: 'naps', text: 'select pg_sleep($1::float8)' };
  const stranger = async () => {
    for (let count = 0; count < 200; count++) await database.openReader(alice).run(naps, [0.001]);
  };
  const leaver = async () => {
    for (let count = 0; count < 150; count++) {
      const client = new AbortController();
      const answer = database
        .openReader(alice, { clientGone: client.signal, expiresAt: never })
        .run(naps, [0.0001 * (count % 40)]);
      // The cancel goes out before the end of some, and just at the end of others.
      for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
      client.abort();
      await answer.catch((error: unknown) => expect(error).toBeInstanceOf(DatabaseUnavailable));
    }
  };
  await Promise.all([stranger(), stranger(), leaver(), leaver()]);
}, 30_000);

describe('when the time for an answer is up', () => {
  test('the statement that runs is cancelled, and its connection dropped', async () => {
    await held();
    const { database } = await open(1, { statement: LONG });
    const [before] = await database.openReader(alice).run(PID, []);
    const late = { clientGone: null, expiresAt: performance.now() + 200 };
    await expect(database.openReader(alice, late).run(WAITS, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    await untilWaiting(0);
    expect(await database.openReader(alice).run(PID, [])).not.toEqual([before]);
  });

  test('nothing is sent, by a query or by a mutation', async () => {
    const { pool } = await open(1, {});
    const { pool: seen, statements } = recordStatements(pool);
    const database = new ViewerDatabase(seen);
    await expect(database.openReader(alice, isOver).run(PID, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(database.runTransaction(alice, (run) => run(PID, []), isOver)).rejects.toBeInstanceOf(
      DatabaseUnavailable,
    );
    expect(statements).toEqual([]);
  });

  test('a mutation is rolled back, and what it asks for then is refused, not queued', async () => {
    const release = await held();
    const { pool } = await open(1, {});
    const { pool: seen, statements } = recordStatements(pool);
    const late = { clientGone: null, expiresAt: performance.now() + 200 };
    const title = { name: 'title', text: `insert into app.task (user_id, id, title) values ($1, $1, 'half')` };
    const ended = new ViewerDatabase(seen).runTransaction(
      alice,
      async (run) => {
        await run(title, [alice]);
        await run(WAITS, []).catch(() => {});
        await release();
        await run(PID, []).catch(() => {});
        return 'done';
      },
      late,
    );
    await expect(ended).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(statements).toEqual([title.text, WAITS.text]);
    expect(await there.superuser.rows(`select from app.task where title = 'half'`)).toEqual([]);
  });
});

describe('a pool that is exhausted', () => {
  // covers: OPS-04
  test('is unavailable to who waits too long, and fine for the next', async () => {
    const release = await held();
    const { pool, close } = await openDatabaseSource({ url: there.database.api, poolSize: 1, connectionTimeout: 200 });
    onTestFinished(close);
    const database = new ViewerDatabase(pool);
    const holder = database.openReader(alice).run(WAITS, []);
    await untilWaiting(1);
    // Somebody else: alice would wait for her turn, and not for a connection.
    await expect(database.openReader(generateUuidV7()).run(PID, [])).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(database.runTransaction(alice, (run) => run(PID, []))).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await database.isResponsive()).toBe(false);
    await release();
    const [row] = await holder;
    expect(await database.openReader(alice).run(PID, [])).toEqual([{ pid: row?.['pid'] }]);
  });

  // covers: OPS-04
  test('is not what those who ask after the database can bring about: they share one question', async () => {
    const { pool } = await open(3, {});
    const { pool: seen, statements } = recordStatements(pool);
    const database = new ViewerDatabase(seen);
    expect(await Promise.all(Array.from({ length: 20 }, () => database.isResponsive()))).not.toContain(false);
    expect(statements).toHaveLength(1);
    expect(await database.isResponsive()).toBe(true);
    expect(statements).toHaveLength(2);
  });
});
