import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type TestApi, startTestApi } from '../support/test-api.ts';
import { lockTasks, lockWaiters } from '../support/task-lock.ts';
import { signToken } from '../support/test-token.ts';
import { postRequestText, sendTo } from '../support/raw-http.ts';
import { openDatabaseSource, type DatabaseSource } from '../../server/data/database-source.ts';
import { setUpEmptyDatabase } from '../support/test-database.ts';

const fixture = setUpEmptyDatabase();
let source: DatabaseSource;
let api: TestApi;
let bob: string;

/** A time limit that no test reaches, in milliseconds. */
const UNREACHED_TIMEOUT = 600_000;

beforeAll(async () => {
  bob = await fixture.superuser.insertUser('bob');
  // One user may use half of them at a time.
  source = await openDatabaseSource({ url: fixture.database.api, poolSize: 4 });
  api = await startTestApi(source, 'on', {
    timeLimits: { statement: UNREACHED_TIMEOUT, operation: UNREACHED_TIMEOUT, cancelGrace: 0 },
  });
});
afterAll(async () => {
  await api.close();
  await source.close();
});

const waitForLockWaiters = (count: number) =>
  vi.waitFor(async () => expect(await lockWaiters(fixture.superuser)).toBe(count), 10_000);

/** Sends an operation on a socket that the test can close before the response. */
function sendOperation(query: string): Socket {
  const request = postRequestText([`authorization: Bearer ${signToken(bob)}`], JSON.stringify({ query }));
  return sendTo(Number(new URL(api.url).port), request);
}
const disconnect = (socket: Socket, how: 'end' | 'reset') =>
  how === 'end' ? socket.destroy() : socket.resetAndDestroy();

describe.each(['end', 'reset'] as const)('a client that disconnects (%s) before its response', (how) => {
  // covers: EDGE-16, HTTP-18
  test('cancels all statements of a query whose client has disconnected', async () => {
    const release = await lockTasks(fixture.database.superuser);
    const socket = sendOperation('{ one: tasks { totalCount } two: tasks(first: 2) { totalCount } }');
    await waitForLockWaiters(2);
    disconnect(socket, how);
    await waitForLockWaiters(0);
    await release();
    expect((await api.execute('{ tasks { totalCount } }', { token: signToken(bob) })).status).toBe(200);
  });

  // covers: EDGE-16
  test('completes a mutation whose client has disconnected', async () => {
    const release = await lockTasks(fixture.database.superuser);
    const titles = [`first ${how}`, `second ${how}`];
    const fields = titles.map((title, index) => `t${index}: createTask(input: { title: "${title}" }) { id }`);
    const socket = sendOperation(`mutation { ${fields.join(' ')} }`);
    await waitForLockWaiters(1);
    disconnect(socket, how);
    // When a later client's query has been cancelled, the API has also seen this client disconnect.
    const next = sendOperation('{ tasks { totalCount } }');
    await waitForLockWaiters(2);
    disconnect(next, how);
    await waitForLockWaiters(1);
    await release();
    const kept = () =>
      fixture.superuser.rows('select title from app.task where title = any($1) order by title', [titles]);
    await vi.waitFor(async () => expect(await kept()).toEqual(titles.map((title) => ({ title }))), 10_000);
  });
});

describe('an operation that exceeds its time limit', () => {
  const QUERIES = ['{ tasks { totalCount } }', 'mutation { createTask(input: { title: "late" }) { id } }'];
  // covers: EDGE-17
  test.each(QUERIES)('answers 503 UNAVAILABLE and cancels the operation at its time limit: %s', async (query) => {
    const limitedApi = await startTestApi(source, 'on', {
      timeLimits: { statement: UNREACHED_TIMEOUT, operation: 300 },
    });
    onTestFinished(() => limitedApi.close());
    const release = await lockTasks(fixture.database.superuser);
    const response = await limitedApi.execute(query, { token: signToken(bob) });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(response.body).not.toHaveProperty('data');
    await waitForLockWaiters(0);
    await release();
    expect(await fixture.superuser.rows(`select from app.task where title = 'late'`)).toEqual([]);
  });
});
