import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type TestApi, startTestApi } from '../support/test-api.ts';
import { connectSuperuser } from '../support/superuser.ts';
import { signToken } from '../support/test-token.ts';
import { postRequestText } from '../support/raw-http.ts';
import { openDatabaseSource, type DatabaseSource } from '../../server/data/database-source.ts';
import { setUpEmptyDatabase } from '../support/empty-database-fixture.ts';

const fixture = setUpEmptyDatabase();
let source: DatabaseSource;
let api: TestApi;
let bob: string;

/** So long that nothing in a test ends by it, in milliseconds. */
const UNREACHED_TIMEOUT = 600_000;

beforeAll(async () => {
  bob = await fixture.superuser.insertUser('bob');
  // Half of them are one user's at a time.
  source = await openDatabaseSource({ url: fixture.database.api, poolSize: 4 });
  api = await startTestApi(source, 'on', {
    timeLimits: { statement: UNREACHED_TIMEOUT, operation: UNREACHED_TIMEOUT, cancelGrace: 0 },
  });
});
afterAll(async () => {
  await api.close();
  await source.close();
});

/** Holds up every statement on tasks until it is told to let go. */
async function lockTasks() {
  const holder = await connectSuperuser(fixture.database.superuser);
  onTestFinished(() => holder.end());
  await holder.rows('begin');
  await holder.rows('lock table app.task in access exclusive mode');
  return () => holder.rows('rollback');
}
const LOCK_WAITERS = `select pid from pg_stat_activity where application_name = 'fieldgate-api' and wait_event_type = 'Lock'`;
const waitForLockWaiters = (count: number) =>
  vi.waitFor(async () => expect(await fixture.superuser.rows(LOCK_WAITERS)).toHaveLength(count), 10_000);

/** A client that sends an operation and can leave before its answer. */
async function client(query: string): Promise<Socket> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket
    .on('error', () => {})
    .write(postRequestText([`authorization: Bearer ${signToken(bob)}`], JSON.stringify({ query })));
  return socket;
}
const disconnect = (socket: Socket, how: 'end' | 'reset') =>
  how === 'end' ? socket.destroy() : socket.resetAndDestroy();

describe.each(['end', 'reset'] as const)('a client that leaves (%s) before its answer', (how) => {
  // covers: EDGE-16, HTTP-18
  test('takes its query with it, all of its statements', async () => {
    const release = await lockTasks();
    const socket = await client('{ one: tasks { totalCount } two: tasks(first: 2) { totalCount } }');
    await waitForLockWaiters(2);
    disconnect(socket, how);
    await waitForLockWaiters(0);
    await release();
    expect((await api.execute('{ tasks { totalCount } }', { token: signToken(bob) })).status).toBe(200);
  });

  // covers: EDGE-16
  test('does not take its mutation with it: that is done as a whole', async () => {
    const release = await lockTasks();
    const titles = [`first ${how}`, `second ${how}`];
    const fields = titles.map((title, index) => `t${index}: createTask(input: { title: "${title}" }) { id }`);
    const socket = await client(`mutation { ${fields.join(' ')} }`);
    await waitForLockWaiters(1);
    disconnect(socket, how);
    // The API has seen it go when a query of the next one to leave has been cancelled.
    const next = await client('{ tasks { totalCount } }');
    await waitForLockWaiters(2);
    disconnect(next, how);
    await waitForLockWaiters(1);
    await release();
    const kept = () =>
      fixture.superuser.rows('select title from app.task where title = any($1) order by title', [titles]);
    await vi.waitFor(async () => expect(await kept()).toEqual(titles.map((title) => ({ title }))), 10_000);
  });
});

describe('an operation that takes longer than it may', () => {
  const QUERIES = ['{ tasks { totalCount } }', 'mutation { createTask(input: { title: "late" }) { id } }'];
  // covers: EDGE-17
  test.each(QUERIES)('is 503 UNAVAILABLE, and does not go on: %s', async (query) => {
    const impatientApi = await startTestApi(source, 'on', {
      timeLimits: { statement: UNREACHED_TIMEOUT, operation: 300 },
    });
    onTestFinished(() => impatientApi.close());
    const release = await lockTasks();
    const response = await impatientApi.execute(query, { token: signToken(bob) });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(response.body).not.toHaveProperty('data');
    await waitForLockWaiters(0);
    await release();
    expect(await fixture.superuser.rows(`select from app.task where title = 'late'`)).toEqual([]);
  });
});
