import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Api, startApi } from '../api/api.ts';
import { superuser } from '../api/people.ts';
import { mint } from '../api/token.ts';
import { posted } from '../api/wire.ts';
import { openSource, type Source } from '../../server/data/source.ts';
import { ownDatabase } from '../setup/own-database.ts';

const there = ownDatabase();
let source: Source;
let api: Api;
let bob: string;

/** So long that nothing in a test ends by it, in milliseconds. */
const LONG = 600_000;

beforeAll(async () => {
  bob = await there.above.person('bob');
  // Half of them are one user's at a time.
  source = await openSource({ url: there.place.api, poolSize: 4 });
  api = await startApi(source, 'on', { timeLimits: { statement: LONG, operation: LONG, grace: 0 } });
});
afterAll(async () => {
  await api.close();
  await source.close();
});

/** Holds up every statement on tasks until it is told to let go. */
async function held() {
  const holder = await superuser(there.place.superuser);
  onTestFinished(() => holder.end());
  await holder.rows('begin');
  await holder.rows('lock table app.task in access exclusive mode');
  return () => holder.rows('rollback');
}
const WAITING = `select pid from pg_stat_activity where application_name = 'fieldgate-api' and wait_event_type = 'Lock'`;
const untilWaiting = (count: number) =>
  vi.waitFor(async () => expect(await there.above.rows(WAITING)).toHaveLength(count), 10_000);

/** A client that sends an operation and can leave before its answer. */
async function client(query: string): Promise<Socket> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {}).write(posted([`authorization: Bearer ${mint(bob)}`], JSON.stringify({ query })));
  return socket;
}
const left = (socket: Socket, how: 'end' | 'reset') => (how === 'end' ? socket.destroy() : socket.resetAndDestroy());

describe.each(['end', 'reset'] as const)('a client that leaves (%s) before its answer', (how) => {
  test('takes its query with it, all of its statements', async () => {
    const release = await held();
    const socket = await client('{ one: tasks { totalCount } two: tasks(first: 2) { totalCount } }');
    await untilWaiting(2);
    left(socket, how);
    await untilWaiting(0);
    await release();
    expect((await api.ask('{ tasks { totalCount } }', { token: mint(bob) })).status).toBe(200);
  });

  test('does not take its mutation with it: that is done as a whole', async () => {
    const release = await held();
    const titles = [`first ${how}`, `second ${how}`];
    const fields = titles.map((title, index) => `t${index}: createTask(input: { title: "${title}" }) { id }`);
    const socket = await client(`mutation { ${fields.join(' ')} }`);
    await untilWaiting(1);
    left(socket, how);
    // The API has seen it go when a query of the next one to leave has been cancelled.
    const next = await client('{ tasks { totalCount } }');
    await untilWaiting(2);
    left(next, how);
    await untilWaiting(1);
    await release();
    const kept = () => there.above.rows('select title from app.task where title = any($1) order by title', [titles]);
    await vi.waitFor(async () => expect(await kept()).toEqual(titles.map((title) => ({ title }))), 10_000);
  });
});

describe('an operation that takes longer than it may', () => {
  const QUERIES = ['{ tasks { totalCount } }', 'mutation { createTask(input: { title: "late" }) { id } }'];
  test.each(QUERIES)('is 503 UNAVAILABLE, and does not go on: %s', async (query) => {
    const hasty = await startApi(source, 'on', { timeLimits: { statement: LONG, operation: 300 } });
    onTestFinished(() => hasty.close());
    const release = await held();
    const answer = await hasty.ask(query, { token: mint(bob) });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(answer.body).not.toHaveProperty('data');
    await untilWaiting(0);
    await release();
    expect(await there.above.rows(`select from app.task where title = 'late'`)).toEqual([]);
  });
});
