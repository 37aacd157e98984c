import { randomUUID } from 'node:crypto';
import { Client, Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { type TcpProxy, startTcpProxy } from '../../../test/support/tcp-proxy.ts';
import { type RecordingPool, recordStatements } from '../../../test/support/recording-pool.ts';
import { openDatabaseSource, type DatabaseSource } from '../pg/database-source.ts';
import { ViewerDatabase } from '../pg/viewer-database.ts';
import { NotificationChannel } from './notification-channel.ts';
import { Hints } from './hints.ts';
import {
  type RevocationListener,
  openRevocationListener,
  type RevocationListenerOptions,
} from './revocation-listener.ts';

/** Quick enough for tests; the proportions are those of the product. */
const timings = { heartbeatInterval: 10, lease: 200, openTimeout: 2_000, maxBackoff: 100 };

const there = setUpEmptyDatabase();
let source: DatabaseSource;
let asked: RecordingPool;
let proxy: TcpProxy;
let wire: Pool;
let alice: string;
let open: RevocationListener[];

beforeAll(async () => {
  alice = await there.superuser.insertUser('alice');
  source = await openDatabaseSource({ url: there.database.api });
});
afterAll(async () => {
  await source.close();
});
beforeEach(async () => {
  await there.superuser.rows('delete from auth.session_revocation');
  asked = recordStatements(source.pool);
  proxy = await startTcpProxy(there.database.api);
  // Nobody borrows from it: it says where the connection that listens leads.
  wire = new Pool({ connectionString: proxy.proxiedUrl(there.database.api) });
  open = [];
});
afterEach(async () => {
  for (const revocations of open) await revocations.close();
  await proxy.close();
});

/** Listens through the proxy; asks past it, where that can be watched. */
async function listen(options: Partial<RevocationListenerOptions> = {}): Promise<RevocationListener> {
  const database = new ViewerDatabase(asked.pool);
  const revocations = await openRevocationListener({
    pool: wire,
    database,
    maxTokenLifetime: 900,
    timings,
    ...options,
  });
  open.push(revocations);
  return revocations;
}

const session = async () => {
  const id = randomUUID();
  const insert = `insert into auth.session (id, token, expires_at, updated_at, user_id) values ($1, $2, now() + interval '1 day', now(), $3)`;
  await there.superuser.rows(insert, [id, id, alice]);
  return id;
};
const endSession = (id: string) => there.superuser.rows('delete from auth.session where id = $1', [id]);
const standing = (revocations: RevocationListener, sessionId: string) =>
  revocations.statusOf({ userId: alice, sessionId });
/** Until it is so: how long a notification takes is nobody's law. */
const comesTo = (revocations: RevocationListener, sessionId: string, expected: string) =>
  vi.waitFor(async () => expect(await standing(revocations, sessionId)).toBe(expected), {
    timeout: 5_000,
    interval: 5,
  });
/** Until what was heard is not relied on any more: whoever asks then has the table asked. */
const isDoubted = (revocations: RevocationListener) =>
  vi.waitFor(
    async () => {
      asked.statements.length = 0;
      await standing(revocations, randomUUID());
      expect(asked.statements).toHaveLength(1);
    },
    { timeout: 5_000, interval: 5 },
  );
const isTrusted = (revocations: RevocationListener) =>
  vi.waitFor(
    async () => {
      asked.statements.length = 0;
      await standing(revocations, randomUUID());
      expect(asked.statements).toEqual([]);
    },
    { timeout: 5_000, interval: 5 },
  );

describe('while the channel is up', () => {
  // covers: US4.5
  test('a session is good until it ends and revoked from then on, and nobody asks the table', async () => {
    const [one, other] = [await session(), await session()];
    const revocations = await listen();
    expect(await standing(revocations, one)).toBe('good');
    await endSession(one);
    await comesTo(revocations, one, 'revoked');
    expect(await standing(revocations, other)).toBe('good');
    expect(asked.statements).toEqual([]);
  });

  test('a transaction that is taken back ends nobody’s session', async () => {
    const [one, other] = [await session(), await session()];
    const revocations = await listen();
    await there.superuser.rows('begin');
    await endSession(one);
    await there.superuser.rows('rollback');
    await endSession(other);
    await comesTo(revocations, other, 'revoked');
    expect(await standing(revocations, one)).toBe('good');
  });

  test('what is notified and is no id of a session is not remembered', async () => {
    const [real, other] = [await session(), await session()];
    const revocations = await listen({ maxSessions: 1 });
    for (const junk of ['', 'junk', real.toUpperCase(), `${real} `, `{${real}}`, 'x'.repeat(7_000)])
      await there.superuser.rows(`select pg_notify('session_revoked', $1)`, [junk]);
    await endSession(other);
    await comesTo(revocations, other, 'revoked');
    expect(await standing(revocations, real)).toBe('good');
    expect(asked.statements).toEqual([]);
  });
});

describe('a notification that nobody’s session has ended for', () => {
  /** What the API's own role can send, about sessions of its choice. */
  const forge = async (ids: readonly string[]) => {
    for (const [index, id] of ids.entries())
      await source.pool.query(
        index % 2 === 0 ? `notify session_revoked, '${id}'` : `select pg_notify('session_revoked', '${id}')`,
      );
  };
  // covers: SESSION-03
  test('revokes none: the table decides', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, session));
    const revocations = await listen();
    await forge([...ids, ...ids]);
    const [last = ''] = ids;
    await endSession(last);
    await comesTo(revocations, last, 'revoked');
    expect(await Promise.all(ids.slice(1).map((id) => standing(revocations, id)))).toEqual(
      ids.slice(1).map(() => 'good'),
    );
    expect(asked.statements).toEqual([]);
  });

  test('revokes none either when it comes before, between and after one that tells of an end', async () => {
    const [one, other] = [await session(), await session()];
    const revocations = await listen();
    for (let count = 0; count < 50; count++) await forge([one, other, randomUUID()]);
    expect([await standing(revocations, one), await standing(revocations, other)]).toEqual(['good', 'good']);
    await endSession(one);
    for (let count = 0; count < 50; count++) await forge([one, other, randomUUID()]);
    await comesTo(revocations, one, 'revoked');
    expect(await standing(revocations, other)).toBe('good');
  });

  test('has requests of that session wait for the table’s word, and of no other', async () => {
    const [one, other] = [await session(), await session()];
    const revocations = await listen({ timings: { ...timings, lease: 5_000 } });
    await there.superuser.rows('begin');
    try {
      await there.superuser.rows('lock table auth.session_revocation in access exclusive mode');
      await forge([one]);
      const waiting = `select from pg_locks where not granted and relation = 'auth.session_revocation'::regclass`;
      await vi.waitUntil(async () => (await there.superuser.rows(waiting)).length === 1, {
        timeout: 5_000,
        interval: 5,
      });
      const answer = standing(revocations, one);
      expect(await standing(revocations, other)).toBe('good');
      await endSession(one);
      await there.superuser.rows('commit');
      expect(await answer).toBe('revoked');
    } finally {
      await there.superuser.rows('rollback');
    }
  });

  // covers: SESSION-03
  test('by the ten thousand at once loses no session that has ended: the table is asked until the past is read again', async () => {
    const [one, other] = [await session(), await session()];
    const revocations = await listen();
    await source.pool.query(
      `select count(pg_notify('session_revoked', gen_random_uuid()::text)) from generate_series(1, 30000)`,
    );
    await endSession(one);
    await comesTo(revocations, one, 'revoked');
    expect(await standing(revocations, other)).toBe('good');
    await isTrusted(revocations);
    expect([await standing(revocations, one), await standing(revocations, other)]).toEqual(['revoked', 'good']);
  });
});

describe('who starts late', () => {
  // covers: SESSION-02, US4.4
  test('knows the past without asking', async () => {
    const id = await session();
    await endSession(id);
    const revocations = await listen();
    expect(await standing(revocations, id)).toBe('revoked');
    expect(asked.statements).toEqual([]);
  });

  test('need not know of what no token can have outlived', async () => {
    const id = await session();
    await endSession(id);
    await there.superuser.rows(
      `update auth.session_revocation set revoked_at = now() - interval '1 hour' where session_id = $1`,
      [id],
    );
    expect(await standing(await listen(), id)).toBe('good');
    expect(await standing(await listen({ maxTokenLifetime: 3_600 }), id)).toBe('revoked');
  });
});

describe('an end is remembered for as long as a token of the session can live, and ten minutes for clocks that differ', () => {
  const LIVES = [30, 900, 86_400];
  const CLOCKS = 600;

  // covers: SESSION-04
  test.each(LIVES)('by who starts late, where a token may live for %i s', async (maxTokenLifetime) => {
    const [young, old] = [await session(), await session()];
    for (const id of [young, old]) await endSession(id);
    const age = `update auth.session_revocation set revoked_at = now() - make_interval(secs => $2) where session_id = $1`;
    await there.superuser.rows(age, [young, maxTokenLifetime + CLOCKS - 10]);
    await there.superuser.rows(age, [old, maxTokenLifetime + CLOCKS + 1]);
    const revocations = await listen({ maxTokenLifetime });
    expect(await Promise.all([young, old].map((id) => standing(revocations, id)))).toEqual(['revoked', 'good']);
    expect(asked.statements).toEqual([]);
  });

  // covers: SESSION-04
  test.each(LIVES)('by who heard of it, where a token may live for %i s', async (maxTokenLifetime) => {
    const clock = performance.now.bind(performance);
    let ahead = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + ahead);
    onTestFinished(() => void vi.restoreAllMocks());
    const [one, other, last] = [await session(), await session(), await session()];
    const revocations = await listen({ maxTokenLifetime });
    await endSession(one);
    await comesTo(revocations, one, 'revoked');
    // What has ended is forgotten when the next end is heard of.
    ahead = (maxTokenLifetime + CLOCKS - 30) * 1_000;
    await isTrusted(revocations);
    await endSession(other);
    await comesTo(revocations, other, 'revoked');
    expect(await standing(revocations, one)).toBe('revoked');
    ahead += 31_000;
    await isTrusted(revocations);
    await endSession(last);
    await comesTo(revocations, last, 'revoked');
    await isTrusted(revocations);
    expect(await standing(revocations, one)).toBe('good');
    expect(await standing(revocations, other)).toBe('revoked');
  });
});

describe('while the channel catches up', () => {
  const WAITING = `select pid from pg_locks where not granted and relation = 'auth.session_revocation'::regclass`;
  const poll = { timeout: 5_000, interval: 5 };

  /**
   * Opens the channel anew and names sessions over it just before it reads the past, which then takes until the end of
   * the transaction that this leaves open. Timers are the test's from then on.
   */
  async function catchingUp(named: (ids: readonly [string, string]) => readonly string[]) {
    const ids = [await session(), await session()] as const;
    // The table is locked: requests that ask it meanwhile get their answer from here.
    const openReader = vi.fn(() => ({ run: async () => [], close: () => undefined }));
    const slow = { ...timings, lease: 5_000, patience: 60_000 };
    const revocations = await listen({ database: { openReader }, timings: slow });
    const [add, reopen] = [vi.spyOn(Hints.prototype, 'add'), vi.spyOn(NotificationChannel.prototype, 'reopen')];
    onTestFinished(() => void vi.useRealTimers().restoreAllMocks());
    const query = Client.prototype.query as (...args: unknown[]) => Promise<unknown>;
    vi.spyOn(Client.prototype, 'query').mockImplementation(async function (this: Client, ...args: unknown[]) {
      if (typeof args[0] === 'string' && args[0].includes('where revoked_at > now()')) {
        vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
        await source.pool.query(`select pg_notify('session_revoked', id) from unnest($1::text[]) as id`, [named(ids)]);
        await vi.waitUntil(() => add.mock.calls.length >= named(ids).length, poll);
      }
      return query.apply(this, args);
    });
    await there.superuser.rows('begin');
    onTestFinished(async () => void (await there.superuser.rows('rollback')));
    await there.superuser.rows('lock table auth.session_revocation in access exclusive mode');
    proxy.disconnect();
    proxy.restore();
    await vi.waitUntil(async () => (await there.superuser.rows(WAITING)).length === 1, poll);
    return { revocations, ids, openReader, reopen };
  }

  // covers: SESSION-02
  test('a slow catch-up keeps its connection when notifications arrive, and finds the session that ended meanwhile', async () => {
    const { revocations, ids, reopen } = await catchingUp((all) => [...all, randomUUID()]);
    const [one, other] = ids;
    await vi.advanceTimersByTimeAsync(30_000);
    vi.useRealTimers();
    await endSession(one);
    await there.superuser.rows('commit');
    await comesTo(revocations, one, 'revoked');
    expect(await standing(revocations, other)).toBe('good');
    expect(reopen).not.toHaveBeenCalled();
  });

  test('a request whose session was named during a slow catch-up asks the table and does not wait', async () => {
    const { revocations, ids, openReader } = await catchingUp(([one]) => [one]);
    openReader.mockClear();
    expect(await standing(revocations, ids[0])).toBe('good');
    expect(openReader).toHaveBeenCalledTimes(1);
  });
});

// covers: SESSION-02
test('catch-up reads recent revocations by an index and does not scan the table', async () => {
  await there.superuser.rows(`insert into auth.session_revocation (session_id, reason, revoked_at, expires_at)
    select gen_random_uuid(), 'ENDED', now() - interval '20 hours', now() + interval '5 hours' from generate_series(1, 20000)`);
  await there.superuser.rows('analyze auth.session_revocation');
  const asking = vi.spyOn(Client.prototype, 'query');
  onTestFinished(() => void vi.restoreAllMocks());
  await listen();
  const [text, values] = (asking.mock.calls as unknown as readonly [string, unknown[]][]).find(
    ([sent]) => typeof sent === 'string' && sent.includes('auth.session_revocation'),
  ) ?? ['', []];
  const plan = JSON.stringify(await there.superuser.rows(`explain ${text}`, values));
  expect(plan).toContain('session_revocation_revoked_at_idx');
  expect(plan).not.toContain('Seq Scan');
});

describe('while the channel is', () => {
  const faults: readonly (readonly [string, () => void])[] = [
    ['cut', () => proxy.disconnect()],
    ['silent, with nobody hanging up', () => proxy.freeze()],
  ];

  // covers: SESSION-02, US4.4
  test.each(faults)('%s, the table is asked: a session that ends is refused, others are not', async (_, fault) => {
    const [one, other] = [await session(), await session()];
    const revocations = await listen();
    fault();
    await isDoubted(revocations);
    await endSession(one);
    expect(await standing(revocations, one)).toBe('revoked');
    expect(await standing(revocations, other)).toBe('good');
  });

  test.each(faults)('%s, what was heard before is known without asking', async (_, fault) => {
    const id = await session();
    const revocations = await listen();
    await endSession(id);
    await comesTo(revocations, id, 'revoked');
    fault();
    await isDoubted(revocations);
    asked.statements.length = 0;
    expect(await standing(revocations, id)).toBe('revoked');
    expect(asked.statements).toEqual([]);
  });

  test.each(faults)('%s, and comes back, what it missed is known without asking', async (_, fault) => {
    const id = await session();
    const revocations = await listen();
    fault();
    await isDoubted(revocations);
    await endSession(id);
    proxy.restore();
    await isTrusted(revocations);
    expect(await standing(revocations, id)).toBe('revoked');
    expect(asked.statements).toEqual([]);
  });

  test('killed by the database, nothing is missed', async () => {
    const id = await session();
    const revocations = await listen();
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity where query = 'select' and datname = current_database()`;
    expect(await there.superuser.rows(kill)).toHaveLength(1);
    await endSession(id);
    await comesTo(revocations, id, 'revoked');
    await isTrusted(revocations);
  });

  test('away from the start, the table is asked, and the channel comes up by itself', async () => {
    const id = await session();
    proxy.disconnect();
    const revocations = await listen();
    await endSession(id);
    expect(await standing(revocations, id)).toBe('revoked');
    proxy.restore();
    await isTrusted(revocations);
  });

  test('away, a token whose session id is none of ours is good: nothing can have ended it', async () => {
    proxy.disconnect();
    expect(await standing(await listen(), 'no id')).toBe('good');
  });
});

describe('when more has ended than can be remembered', () => {
  test('the table is asked', async () => {
    const ids = [await session(), await session(), await session()];
    const revocations = await listen({ maxSessions: 1 });
    for (const id of ids.slice(0, 2)) await endSession(id);
    await isDoubted(revocations);
    expect(await Promise.all(ids.map((id) => standing(revocations, id)))).toEqual(['revoked', 'revoked', 'good']);
  });

  test('so it is by who starts late', async () => {
    const ids = [await session(), await session()];
    for (const id of ids) await endSession(id);
    const revocations = await listen({ maxSessions: 1 });
    for (const id of ids) expect(await standing(revocations, id)).toBe('revoked');
    expect(await standing(revocations, await session())).toBe('good');
  });
});

// covers: SESSION-02
test('while channel and table are away, nobody can tell', async () => {
  proxy.disconnect();
  const away = new Pool({ connectionString: proxy.proxiedUrl(there.database.api) });
  const revocations = await listen({ database: new ViewerDatabase(away) });
  for (const id of [randomUUID(), 'no id']) expect(await standing(revocations, id)).toBe('unknown');
});

test('that the channel came and went is told, once each time, with the cause', async () => {
  const onChannel = vi.fn();
  const revocations = await listen({ onChannel });
  expect(onChannel.mock.calls).toEqual([[{ open: true }]]);
  proxy.disconnect();
  await vi.waitFor(() => expect(onChannel).toHaveBeenCalledTimes(2));
  expect(onChannel).toHaveBeenLastCalledWith({ open: false, cause: expect.any(Error) });
  await isDoubted(revocations);
  proxy.restore();
  await isTrusted(revocations);
  expect(onChannel.mock.calls.slice(2)).toEqual([[{ open: true }]]);
});
