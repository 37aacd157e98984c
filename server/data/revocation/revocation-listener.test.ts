import { randomUUID } from 'node:crypto';
import { Client, Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { type TcpProxy, startTcpProxy } from '../../../test/support/tcp-proxy.ts';
import { type RecordingPool, recordStatements } from '../../../test/support/recording-pool.ts';
import { openDatabaseSource, type DatabaseSource } from '../database-source.ts';
import { ViewerDatabase } from '../pg/viewer-database.ts';
import { NotificationChannel } from './notification-channel.ts';
import { HintQueue } from './hint-queue.ts';
import {
  type RevocationListener,
  openRevocationListener,
  type RevocationListenerOptions,
} from './revocation-listener.ts';

/** Faster than in production, in similar proportions. */
const timings = { heartbeatInterval: 10, lease: 200, openTimeout: 2_000, maxBackoff: 100 };

const fixture = setUpEmptyDatabase();
let source: DatabaseSource;
let recording: RecordingPool;
let proxy: TcpProxy;
let listenPool: Pool;
let alice: string;
let open: RevocationListener[];

beforeAll(async () => {
  alice = await fixture.superuser.insertUser('alice');
  source = await openDatabaseSource({ url: fixture.database.api });
});
afterAll(async () => {
  await source.close();
});
beforeEach(async () => {
  await fixture.superuser.rows('delete from auth.session_revocation');
  recording = recordStatements(source.pool);
  proxy = await startTcpProxy(fixture.database.api);
  // No connection is borrowed from it: it only provides the options of the listening connection.
  listenPool = new Pool({ connectionString: proxy.proxiedUrl(fixture.database.api) });
  open = [];
});
afterEach(async () => {
  for (const revocations of open) await revocations.close();
  await proxy.close();
});

/** Opens a listener that listens through the proxy, and reads the table over the recorded pool. */
async function listen(options: Partial<RevocationListenerOptions> = {}): Promise<RevocationListener> {
  const database = new ViewerDatabase(recording.pool);
  const revocations = await openRevocationListener({
    pool: listenPool,
    database,
    maxTokenLifetime: 900,
    timings,
    ...options,
  });
  open.push(revocations);
  return revocations;
}

const createSession = async () => {
  const id = randomUUID();
  const insert = `insert into auth.session (id, token, expires_at, updated_at, user_id) values ($1, $2, now() + interval '1 day', now(), $3)`;
  await fixture.superuser.rows(insert, [id, id, alice]);
  return id;
};
const endSession = (id: string) => fixture.superuser.rows('delete from auth.session where id = $1', [id]);
const statusOf = (revocations: RevocationListener, sessionId: string) =>
  revocations.statusOf({ userId: alice, sessionId });
/** Waits for the status: a notification takes an unspecified time. */
const untilStatus = (revocations: RevocationListener, sessionId: string, expected: string) =>
  vi.waitFor(async () => expect(await statusOf(revocations, sessionId)).toBe(expected), {
    timeout: 5_000,
    interval: 5,
  });
/** Waits until the channel is not current: a request then reads the table. */
const untilNotCurrent = (revocations: RevocationListener) =>
  vi.waitFor(
    async () => {
      recording.statements.length = 0;
      await statusOf(revocations, randomUUID());
      expect(recording.statements).toHaveLength(1);
    },
    { timeout: 5_000, interval: 5 },
  );
/** Waits until the channel is current: a request then sends no statement. */
const untilCurrent = (revocations: RevocationListener) =>
  vi.waitFor(
    async () => {
      recording.statements.length = 0;
      await statusOf(revocations, randomUUID());
      expect(recording.statements).toEqual([]);
    },
    { timeout: 5_000, interval: 5 },
  );

describe('while the channel is current', () => {
  // covers: US4.5
  test('a session is good until it ends and revoked from then on, without reading the table', async () => {
    const [one, other] = [await createSession(), await createSession()];
    const revocations = await listen();
    expect(await statusOf(revocations, one)).toBe('good');
    await endSession(one);
    await untilStatus(revocations, one, 'revoked');
    expect(await statusOf(revocations, other)).toBe('good');
    expect(recording.statements).toEqual([]);
  });

  test('a transaction that is rolled back revokes no session', async () => {
    const [one, other] = [await createSession(), await createSession()];
    const revocations = await listen();
    await fixture.superuser.rows('begin');
    await endSession(one);
    await fixture.superuser.rows('rollback');
    await endSession(other);
    await untilStatus(revocations, other, 'revoked');
    expect(await statusOf(revocations, one)).toBe('good');
  });

  test('notifications that are not ids of ended sessions are not stored', async () => {
    const [real, other] = [await createSession(), await createSession()];
    const revocations = await listen({ maxSessions: 1 });
    for (const junk of ['', 'junk', real.toUpperCase(), `${real} `, `{${real}}`, 'x'.repeat(7_000)])
      await fixture.superuser.rows(`select pg_notify('session_revoked', $1)`, [junk]);
    await endSession(other);
    await untilStatus(revocations, other, 'revoked');
    expect(await statusOf(revocations, real)).toBe('good');
    expect(recording.statements).toEqual([]);
  });
});

describe('forged notification', () => {
  /** Sends notifications as the API's role, which can name any session. */
  const forge = async (ids: readonly string[]) => {
    for (const [index, id] of ids.entries())
      await source.pool.query(
        index % 2 === 0 ? `notify session_revoked, '${id}'` : `select pg_notify('session_revoked', '${id}')`,
      );
  };
  // covers: SESSION-03
  test('a forged notification revokes no session: the table decides', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, createSession));
    const revocations = await listen();
    await forge([...ids, ...ids]);
    const [last = ''] = ids;
    await endSession(last);
    await untilStatus(revocations, last, 'revoked');
    expect(await Promise.all(ids.slice(1).map((id) => statusOf(revocations, id)))).toEqual(
      ids.slice(1).map(() => 'good'),
    );
    expect(recording.statements).toEqual([]);
  });

  test('forged notifications before and after a genuine one revoke no other session', async () => {
    const [one, other] = [await createSession(), await createSession()];
    const revocations = await listen();
    for (let count = 0; count < 50; count++) await forge([one, other, randomUUID()]);
    expect([await statusOf(revocations, one), await statusOf(revocations, other)]).toEqual(['good', 'good']);
    await endSession(one);
    for (let count = 0; count < 50; count++) await forge([one, other, randomUUID()]);
    await untilStatus(revocations, one, 'revoked');
    expect(await statusOf(revocations, other)).toBe('good');
  });

  test('requests of a named session wait for its lookup, and requests of other sessions do not', async () => {
    const [one, other] = [await createSession(), await createSession()];
    const revocations = await listen({ timings: { ...timings, lease: 5_000 } });
    await fixture.superuser.rows('begin');
    try {
      await fixture.superuser.rows('lock table auth.session_revocation in access exclusive mode');
      await forge([one]);
      const blockedLocks = `select from pg_locks where not granted and relation = 'auth.session_revocation'::regclass`;
      await vi.waitUntil(async () => (await fixture.superuser.rows(blockedLocks)).length === 1, {
        timeout: 5_000,
        interval: 5,
      });
      const answer = statusOf(revocations, one);
      expect(await statusOf(revocations, other)).toBe('good');
      await endSession(one);
      await fixture.superuser.rows('commit');
      expect(await answer).toBe('revoked');
    } finally {
      await fixture.superuser.rows('rollback');
    }
  });

  // covers: SESSION-03
  test('30,000 forged notifications lose no revocation: the table is read until the channel has caught up again', async () => {
    const [one, other] = [await createSession(), await createSession()];
    const revocations = await listen();
    await source.pool.query(
      `select count(pg_notify('session_revoked', gen_random_uuid()::text)) from generate_series(1, 30000)`,
    );
    await endSession(one);
    await untilStatus(revocations, one, 'revoked');
    expect(await statusOf(revocations, other)).toBe('good');
    await untilCurrent(revocations);
    expect([await statusOf(revocations, one), await statusOf(revocations, other)]).toEqual(['revoked', 'good']);
  });
});

describe('a listener that starts after a revocation', () => {
  // covers: SESSION-02, US4.4
  test('a new listener knows earlier revocations without reading the table for each request', async () => {
    const id = await createSession();
    await endSession(id);
    const revocations = await listen();
    expect(await statusOf(revocations, id)).toBe('revoked');
    expect(recording.statements).toEqual([]);
  });

  test('a new listener does not load revocations that are older than any valid token', async () => {
    const id = await createSession();
    await endSession(id);
    await fixture.superuser.rows(
      `update auth.session_revocation set revoked_at = now() - interval '1 hour' where session_id = $1`,
      [id],
    );
    expect(await statusOf(await listen(), id)).toBe('good');
    expect(await statusOf(await listen({ maxTokenLifetime: 3_600 }), id)).toBe('revoked');
  });
});

describe('retention of revocations: the lifetime of a token plus ten minutes of clock skew', () => {
  const TOKEN_LIFETIMES = [30, 900, 86_400];
  const CLOCK_SKEW = 600;

  // covers: SESSION-04
  test.each(TOKEN_LIFETIMES)(
    'a new listener keeps revocations for a token lifetime of %i s plus clock skew',
    async (maxTokenLifetime) => {
      const [recent, old] = [await createSession(), await createSession()];
      for (const id of [recent, old]) await endSession(id);
      const age = `update auth.session_revocation set revoked_at = now() - make_interval(secs => $2) where session_id = $1`;
      await fixture.superuser.rows(age, [recent, maxTokenLifetime + CLOCK_SKEW - 10]);
      await fixture.superuser.rows(age, [old, maxTokenLifetime + CLOCK_SKEW + 1]);
      const revocations = await listen({ maxTokenLifetime });
      expect(await Promise.all([recent, old].map((id) => statusOf(revocations, id)))).toEqual(['revoked', 'good']);
      expect(recording.statements).toEqual([]);
    },
  );

  // covers: SESSION-04
  test.each(TOKEN_LIFETIMES)(
    'a running listener keeps revocations for a token lifetime of %i s plus clock skew',
    async (maxTokenLifetime) => {
      const clock = performance.now.bind(performance);
      let ahead = 0;
      vi.spyOn(performance, 'now').mockImplementation(() => clock() + ahead);
      onTestFinished(() => void vi.restoreAllMocks());
      const [one, other, last] = [await createSession(), await createSession(), await createSession()];
      const revocations = await listen({ maxTokenLifetime });
      await endSession(one);
      await untilStatus(revocations, one, 'revoked');
      // Expired entries are evicted when the next revocation arrives.
      ahead = (maxTokenLifetime + CLOCK_SKEW - 30) * 1_000;
      await untilCurrent(revocations);
      await endSession(other);
      await untilStatus(revocations, other, 'revoked');
      expect(await statusOf(revocations, one)).toBe('revoked');
      ahead += 31_000;
      await untilCurrent(revocations);
      await endSession(last);
      await untilStatus(revocations, last, 'revoked');
      await untilCurrent(revocations);
      expect(await statusOf(revocations, one)).toBe('good');
      expect(await statusOf(revocations, other)).toBe('revoked');
    },
  );
});

describe('while the channel catches up', () => {
  const BLOCKED_LOCKS = `select pid from pg_locks where not granted and relation = 'auth.session_revocation'::regclass`;
  const poll = { timeout: 5_000, interval: 5 };

  /**
   * Reopens the channel, and notifies sessions just before the catch-up reads the table. The catch-up then blocks until
   * the end of the transaction that this function leaves open. Timers are fake from then on.
   */
  async function catchingUp(namedIds: (ids: readonly [string, string]) => readonly string[]) {
    const ids = [await createSession(), await createSession()] as const;
    // The table is locked: requests that read it meanwhile are answered here.
    const openReader = vi.fn(() => ({ run: async () => [], close: () => undefined }));
    const slowTimings = { ...timings, lease: 5_000, openTimeout: 60_000 };
    const revocations = await listen({ database: { openReader }, timings: slowTimings });
    const [add, reopen] = [vi.spyOn(HintQueue.prototype, 'add'), vi.spyOn(NotificationChannel.prototype, 'reopen')];
    onTestFinished(() => void vi.useRealTimers().restoreAllMocks());
    const query = Client.prototype.query as (...args: unknown[]) => Promise<unknown>;
    vi.spyOn(Client.prototype, 'query').mockImplementation(async function (this: Client, ...args: unknown[]) {
      if (typeof args[0] === 'string' && args[0].includes('where revoked_at > now()')) {
        vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
        await source.pool.query(`select pg_notify('session_revoked', id) from unnest($1::text[]) as id`, [
          namedIds(ids),
        ]);
        await vi.waitUntil(() => add.mock.calls.length >= namedIds(ids).length, poll);
      }
      return query.apply(this, args);
    });
    await fixture.superuser.rows('begin');
    onTestFinished(async () => void (await fixture.superuser.rows('rollback')));
    await fixture.superuser.rows('lock table auth.session_revocation in access exclusive mode');
    proxy.disconnect();
    proxy.restore();
    await vi.waitUntil(async () => (await fixture.superuser.rows(BLOCKED_LOCKS)).length === 1, poll);
    return { revocations, ids, openReader, reopen };
  }

  // covers: SESSION-02
  test('a slow catch-up keeps its connection when notifications arrive, and finds the session that ended meanwhile', async () => {
    const { revocations, ids, reopen } = await catchingUp((all) => [...all, randomUUID()]);
    const [one, other] = ids;
    await vi.advanceTimersByTimeAsync(30_000);
    vi.useRealTimers();
    await endSession(one);
    await fixture.superuser.rows('commit');
    await untilStatus(revocations, one, 'revoked');
    expect(await statusOf(revocations, other)).toBe('good');
    expect(reopen).not.toHaveBeenCalled();
  });

  test('a request whose session was named during a slow catch-up reads the table and does not wait', async () => {
    const { revocations, ids, openReader } = await catchingUp(([one]) => [one]);
    openReader.mockClear();
    expect(await statusOf(revocations, ids[0])).toBe('good');
    expect(openReader).toHaveBeenCalledTimes(1);
  });
});

// covers: SESSION-02
test('catch-up reads recent revocations by an index and does not scan the table', async () => {
  await fixture.superuser.rows(`insert into auth.session_revocation (session_id, reason, revoked_at, expires_at)
    select gen_random_uuid(), 'ENDED', now() - interval '20 hours', now() + interval '5 hours' from generate_series(1, 20000)`);
  await fixture.superuser.rows('analyze auth.session_revocation');
  const query = vi.spyOn(Client.prototype, 'query');
  onTestFinished(() => void vi.restoreAllMocks());
  await listen();
  const [text, values] = (query.mock.calls as unknown as readonly [string, unknown[]][]).find(
    ([sent]) => typeof sent === 'string' && sent.includes('auth.session_revocation'),
  ) ?? ['', []];
  const plan = JSON.stringify(await fixture.superuser.rows(`explain ${text}`, values));
  expect(plan).toContain('session_revocation_revoked_at_idx');
  expect(plan).not.toContain('Seq Scan');
});

describe('while the channel is interrupted', () => {
  const interruptions: readonly (readonly [string, () => void])[] = [
    ['disconnected', () => proxy.disconnect()],
    ['silent, without a disconnect', () => proxy.freeze()],
  ];

  // covers: SESSION-02, US4.4
  test.each(interruptions)(
    'while the channel is %s, the table is read: a session that ends is revoked, others are good',
    async (_, interrupt) => {
      const [one, other] = [await createSession(), await createSession()];
      const revocations = await listen();
      interrupt();
      await untilNotCurrent(revocations);
      await endSession(one);
      expect(await statusOf(revocations, one)).toBe('revoked');
      expect(await statusOf(revocations, other)).toBe('good');
    },
  );

  test.each(interruptions)(
    'while the channel is %s, earlier revocations are known without reading the table',
    async (_, interrupt) => {
      const id = await createSession();
      const revocations = await listen();
      await endSession(id);
      await untilStatus(revocations, id, 'revoked');
      interrupt();
      await untilNotCurrent(revocations);
      recording.statements.length = 0;
      expect(await statusOf(revocations, id)).toBe('revoked');
      expect(recording.statements).toEqual([]);
    },
  );

  test.each(interruptions)(
    'after the channel was %s, missed revocations are known without reading the table',
    async (_, interrupt) => {
      const id = await createSession();
      const revocations = await listen();
      interrupt();
      await untilNotCurrent(revocations);
      await endSession(id);
      proxy.restore();
      await untilCurrent(revocations);
      expect(await statusOf(revocations, id)).toBe('revoked');
      expect(recording.statements).toEqual([]);
    },
  );

  test('no revocation is missed when PostgreSQL terminates the listening connection', async () => {
    const id = await createSession();
    const revocations = await listen();
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity where query = 'select' and datname = current_database()`;
    expect(await fixture.superuser.rows(kill)).toHaveLength(1);
    await endSession(id);
    await untilStatus(revocations, id, 'revoked');
    await untilCurrent(revocations);
  });

  test('if the channel cannot be opened at start, the table is read until it opens', async () => {
    const id = await createSession();
    proxy.disconnect();
    const revocations = await listen();
    await endSession(id);
    expect(await statusOf(revocations, id)).toBe('revoked');
    proxy.restore();
    await untilCurrent(revocations);
  });

  test('without a channel, a malformed session id is good: no session with it can have ended', async () => {
    proxy.disconnect();
    expect(await statusOf(await listen(), 'no id')).toBe('good');
  });
});

describe('more revocations than fit in memory', () => {
  test('a listener whose memory is full reads the table', async () => {
    const ids = [await createSession(), await createSession(), await createSession()];
    const revocations = await listen({ maxSessions: 1 });
    for (const id of ids.slice(0, 2)) await endSession(id);
    await untilNotCurrent(revocations);
    expect(await Promise.all(ids.map((id) => statusOf(revocations, id)))).toEqual(['revoked', 'revoked', 'good']);
  });

  test('a new listener that cannot load all revocations reads the table', async () => {
    const ids = [await createSession(), await createSession()];
    for (const id of ids) await endSession(id);
    const revocations = await listen({ maxSessions: 1 });
    for (const id of ids) expect(await statusOf(revocations, id)).toBe('revoked');
    expect(await statusOf(revocations, await createSession())).toBe('good');
  });
});

// covers: SESSION-02
test('the status is unknown while neither channel nor table is available', async () => {
  proxy.disconnect();
  const unreachable = new Pool({ connectionString: proxy.proxiedUrl(fixture.database.api) });
  const revocations = await listen({ database: new ViewerDatabase(unreachable) });
  for (const id of [randomUUID(), 'no id']) expect(await statusOf(revocations, id)).toBe('unknown');
});

test('onChannel is called once per change of the channel, with the cause', async () => {
  const onChannel = vi.fn();
  const revocations = await listen({ onChannel });
  expect(onChannel.mock.calls).toEqual([[{ open: true }]]);
  proxy.disconnect();
  await vi.waitFor(() => expect(onChannel).toHaveBeenCalledTimes(2));
  expect(onChannel).toHaveBeenLastCalledWith({ open: false, cause: expect.any(Error) });
  await untilNotCurrent(revocations);
  proxy.restore();
  await untilCurrent(revocations);
  expect(onChannel.mock.calls.slice(2)).toEqual([[{ open: true }]]);
});
