import { randomUUID } from 'node:crypto';
import { Client, Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ownDatabase } from '../../../test/setup/own-database.ts';
import { type TcpProxy, tcpProxy } from '../../../test/setup/tcp-proxy.ts';
import { type WatchedPool, watched } from '../../../test/walls/faults.ts';
import { openSource, type Source } from '../source.ts';
import { Database } from '../transaction.ts';
import { Channel } from './channel.ts';
import { Hints } from './hints.ts';
import { type HeardRevocations, openRevocations, type RevocationsOptions } from './revocations.ts';

/** Quick enough for tests; the proportions are those of the product. */
const times = { beat: 10, lease: 200, patience: 2_000, longestWait: 100 };

const there = ownDatabase();
let source: Source;
let asked: WatchedPool;
let proxy: TcpProxy;
let wire: Pool;
let alice: string;
let open: HeardRevocations[];

beforeAll(async () => {
  alice = await there.above.person('alice');
  source = await openSource({ url: there.place.api });
});
afterAll(async () => {
  await source.close();
});
beforeEach(async () => {
  await there.above.rows('delete from auth.session_revocation');
  asked = watched(source.pool);
  proxy = await tcpProxy(there.place.api);
  // Nobody borrows from it: it says where the connection that listens leads.
  wire = new Pool({ connectionString: proxy.through(there.place.api) });
  open = [];
});
afterEach(async () => {
  for (const revocations of open) await revocations.close();
  await proxy.close();
});

/** Listens through the proxy; asks past it, where that can be watched. */
async function listen(options: Partial<RevocationsOptions> = {}): Promise<HeardRevocations> {
  const database = new Database(asked.pool);
  const revocations = await openRevocations({ pool: wire, database, longestLife: 900, times, ...options });
  open.push(revocations);
  return revocations;
}

const session = async () => {
  const id = randomUUID();
  const insert = `insert into auth.session (id, token, expires_at, updated_at, user_id) values ($1, $2, now() + interval '1 day', now(), $3)`;
  await there.above.rows(insert, [id, id, alice]);
  return id;
};
const endSession = (id: string) => there.above.rows('delete from auth.session where id = $1', [id]);
const standing = (revocations: HeardRevocations, sessionId: string) =>
  revocations.standing({ userId: alice, sessionId });
/** Until it is so: how long a notification takes is nobody's law. */
const comesTo = (revocations: HeardRevocations, sessionId: string, expected: string) =>
  vi.waitFor(async () => expect(await standing(revocations, sessionId)).toBe(expected), {
    timeout: 5_000,
    interval: 5,
  });
/** Until what was heard is not relied on any more: whoever asks then has the table asked. */
const isDoubted = (revocations: HeardRevocations) =>
  vi.waitFor(
    async () => {
      asked.statements.length = 0;
      await standing(revocations, randomUUID());
      expect(asked.statements).toHaveLength(1);
    },
    { timeout: 5_000, interval: 5 },
  );
const isTrusted = (revocations: HeardRevocations) =>
  vi.waitFor(
    async () => {
      asked.statements.length = 0;
      await standing(revocations, randomUUID());
      expect(asked.statements).toEqual([]);
    },
    { timeout: 5_000, interval: 5 },
  );

describe('while the channel is up', () => {
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
    await there.above.rows('begin');
    await endSession(one);
    await there.above.rows('rollback');
    await endSession(other);
    await comesTo(revocations, other, 'revoked');
    expect(await standing(revocations, one)).toBe('good');
  });

  test('what is notified and is no id of a session is not remembered', async () => {
    const [real, other] = [await session(), await session()];
    const revocations = await listen({ most: 1 });
    for (const junk of ['', 'junk', real.toUpperCase(), `${real} `, `{${real}}`, 'x'.repeat(7_000)])
      await there.above.rows(`select pg_notify('session_revoked', $1)`, [junk]);
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
    const revocations = await listen({ times: { ...times, lease: 5_000 } });
    await there.above.rows('begin');
    try {
      await there.above.rows('lock table auth.session_revocation in access exclusive mode');
      await forge([one]);
      const waiting = `select from pg_locks where not granted and relation = 'auth.session_revocation'::regclass`;
      await vi.waitUntil(async () => (await there.above.rows(waiting)).length === 1, { timeout: 5_000, interval: 5 });
      const answer = standing(revocations, one);
      expect(await standing(revocations, other)).toBe('good');
      await endSession(one);
      await there.above.rows('commit');
      expect(await answer).toBe('revoked');
    } finally {
      await there.above.rows('rollback');
    }
  });

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
    await there.above.rows(
      `update auth.session_revocation set revoked_at = now() - interval '1 hour' where session_id = $1`,
      [id],
    );
    expect(await standing(await listen(), id)).toBe('good');
    expect(await standing(await listen({ longestLife: 3_600 }), id)).toBe('revoked');
  });
});

describe('an end is remembered for as long as a token of the session can live, and ten minutes for clocks that differ', () => {
  const LIVES = [30, 900, 86_400];
  const CLOCKS = 600;

  test.each(LIVES)('by who starts late, where a token may live for %i s', async (longestLife) => {
    const [young, old] = [await session(), await session()];
    for (const id of [young, old]) await endSession(id);
    const age = `update auth.session_revocation set revoked_at = now() - make_interval(secs => $2) where session_id = $1`;
    await there.above.rows(age, [young, longestLife + CLOCKS - 10]);
    await there.above.rows(age, [old, longestLife + CLOCKS + 1]);
    const revocations = await listen({ longestLife });
    expect(await Promise.all([young, old].map((id) => standing(revocations, id)))).toEqual(['revoked', 'good']);
    expect(asked.statements).toEqual([]);
  });

  test.each(LIVES)('by who heard of it, where a token may live for %i s', async (longestLife) => {
    const clock = performance.now.bind(performance);
    let ahead = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + ahead);
    onTestFinished(() => void vi.restoreAllMocks());
    const [one, other, last] = [await session(), await session(), await session()];
    const revocations = await listen({ longestLife });
    await endSession(one);
    await comesTo(revocations, one, 'revoked');
    // What has ended is forgotten when the next end is heard of.
    ahead = (longestLife + CLOCKS - 30) * 1_000;
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
    const reading = vi.fn(() => ({ run: async () => [], close: () => undefined }));
    const slow = { ...times, lease: 5_000, patience: 60_000 };
    const revocations = await listen({ database: { reading }, times: slow });
    const [add, reopen] = [vi.spyOn(Hints.prototype, 'add'), vi.spyOn(Channel.prototype, 'reopen')];
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
    await there.above.rows('begin');
    onTestFinished(async () => void (await there.above.rows('rollback')));
    await there.above.rows('lock table auth.session_revocation in access exclusive mode');
    proxy.cut();
    proxy.mend();
    await vi.waitUntil(async () => (await there.above.rows(WAITING)).length === 1, poll);
    return { revocations, ids, reading, reopen };
  }

  test('a slow catch-up keeps its connection when notifications arrive, and finds the session that ended meanwhile', async () => {
    const { revocations, ids, reopen } = await catchingUp((all) => [...all, randomUUID()]);
    const [one, other] = ids;
    await vi.advanceTimersByTimeAsync(30_000);
    vi.useRealTimers();
    await endSession(one);
    await there.above.rows('commit');
    await comesTo(revocations, one, 'revoked');
    expect(await standing(revocations, other)).toBe('good');
    expect(reopen).not.toHaveBeenCalled();
  });

  test('a request whose session was named during a slow catch-up asks the table and does not wait', async () => {
    const { revocations, ids, reading } = await catchingUp(([one]) => [one]);
    reading.mockClear();
    expect(await standing(revocations, ids[0])).toBe('good');
    expect(reading).toHaveBeenCalledTimes(1);
  });
});

test('catch-up reads recent revocations by an index and does not scan the table', async () => {
  await there.above.rows(`insert into auth.session_revocation (session_id, reason, revoked_at, expires_at)
    select gen_random_uuid(), 'ENDED', now() - interval '20 hours', now() + interval '5 hours' from generate_series(1, 20000)`);
  await there.above.rows('analyze auth.session_revocation');
  const asking = vi.spyOn(Client.prototype, 'query');
  onTestFinished(() => void vi.restoreAllMocks());
  await listen();
  const [text, values] = (asking.mock.calls as unknown as readonly [string, unknown[]][]).find(
    ([sent]) => typeof sent === 'string' && sent.includes('auth.session_revocation'),
  ) ?? ['', []];
  const plan = JSON.stringify(await there.above.rows(`explain ${text}`, values));
  expect(plan).toContain('session_revocation_revoked_at_idx');
  expect(plan).not.toContain('Seq Scan');
});

describe('while the channel is', () => {
  const faults: readonly (readonly [string, () => void])[] = [
    ['cut', () => proxy.cut()],
    ['silent, with nobody hanging up', () => proxy.swallow()],
  ];

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
    proxy.mend();
    await isTrusted(revocations);
    expect(await standing(revocations, id)).toBe('revoked');
    expect(asked.statements).toEqual([]);
  });

  test('killed by the database, nothing is missed', async () => {
    const id = await session();
    const revocations = await listen();
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity where query = 'select' and datname = current_database()`;
    expect(await there.above.rows(kill)).toHaveLength(1);
    await endSession(id);
    await comesTo(revocations, id, 'revoked');
    await isTrusted(revocations);
  });

  test('away from the start, the table is asked, and the channel comes up by itself', async () => {
    const id = await session();
    proxy.cut();
    const revocations = await listen();
    await endSession(id);
    expect(await standing(revocations, id)).toBe('revoked');
    proxy.mend();
    await isTrusted(revocations);
  });

  test('away, a token whose session id is none of ours is good: nothing can have ended it', async () => {
    proxy.cut();
    expect(await standing(await listen(), 'no id')).toBe('good');
  });
});

describe('when more has ended than can be remembered', () => {
  test('the table is asked', async () => {
    const ids = [await session(), await session(), await session()];
    const revocations = await listen({ most: 1 });
    for (const id of ids.slice(0, 2)) await endSession(id);
    await isDoubted(revocations);
    expect(await Promise.all(ids.map((id) => standing(revocations, id)))).toEqual(['revoked', 'revoked', 'good']);
  });

  test('so it is by who starts late', async () => {
    const ids = [await session(), await session()];
    for (const id of ids) await endSession(id);
    const revocations = await listen({ most: 1 });
    for (const id of ids) expect(await standing(revocations, id)).toBe('revoked');
    expect(await standing(revocations, await session())).toBe('good');
  });
});

test('while channel and table are away, nobody can tell', async () => {
  proxy.cut();
  const away = new Pool({ connectionString: proxy.through(there.place.api) });
  const revocations = await listen({ database: new Database(away) });
  for (const id of [randomUUID(), 'no id']) expect(await standing(revocations, id)).toBe('unknown');
});

test('that the channel came and went is told, once each time, with the cause', async () => {
  const onChannel = vi.fn();
  const revocations = await listen({ onChannel });
  expect(onChannel.mock.calls).toEqual([[{ open: true }]]);
  proxy.cut();
  await vi.waitFor(() => expect(onChannel).toHaveBeenCalledTimes(2));
  expect(onChannel).toHaveBeenLastCalledWith({ open: false, cause: expect.any(Error) });
  await isDoubted(revocations);
  proxy.mend();
  await isTrusted(revocations);
  expect(onChannel.mock.calls.slice(2)).toEqual([[{ open: true }]]);
});
