import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDatabaseSource, type DatabaseSource } from '../../server/data/database-source.ts';
import { sendTo } from '../support/http-server.ts';
import { setUpEmptyDatabase } from '../support/empty-database-fixture.ts';
import { type TestApi, errorCodes, startTestApi } from '../support/test-api.ts';
import { connectSuperuser } from '../support/superuser.ts';
import { signToken } from '../support/test-token.ts';
import { postRequestText } from '../support/raw-http.ts';

const seeded = setUpEmptyDatabase();
const MEGABYTE = 1_024 * 1_024;
/** So many clients do not read. Each answer has some six megabytes, of which the system takes a part. */
const CLIENTS = 30;
const LIST = `{ ${['a', 'b', 'c', 'd'].map((name) => `${name}: tasks(first: 100) { nodes { description } }`).join(' ')} }`;
/** What holds answers back is asked by it: it must not be refused itself. */
const limits = { bytesPerCaller: 16 * MEGABYTE, bytes: 512 * MEGABYTE };

let source: DatabaseSource;
let api: TestApi;
let bob: string;
beforeAll(async () => {
  bob = await seeded.superuser.insertUser('bob');
  await seeded.superuser.rows(
    `insert into app.task (user_id, id, title, description, position)
     select $1, gen_random_uuid(), 'a task', repeat('ä', 10000), n from generate_series(1, 100) as n`,
    [bob],
  );
  source = await openDatabaseSource({ url: seeded.database.api });
  api = await startTestApi(source, 'on', { settings: { STALL_TIMEOUT: 3 }, traffic: { limits } });
});
afterAll(async () => {
  await api.close();
  await source.close();
});

/** Sends an operation from an address of this machine, and does not read. */
function unread(query: string, address = '127.0.0.1'): Socket {
  const request = postRequestText([`authorization: Bearer ${signToken(bob)}`], JSON.stringify({ query }));
  return sendTo(Number(new URL(api.url).port), request.replace('connection: close\r\n', ''), address).pause();
}

/** Sends an operation from an address of this machine: the head and the body of the answer. */
async function asked(query: string, address: string): Promise<string> {
  const socket = unread(query, address);
  let text = '';
  socket.setEncoding('utf8').on('data', (data: string) => (text += data));
  socket.resume();
  await vi.waitUntil(() => text.includes('\r\n\r\n') || socket.closed, { timeout: 9_000 });
  return text;
}

/**
 * Sends requests that all have come, and wait for the tasks, before the first of them is answered: then none of them is
 * refused because of what another one holds already.
 */
async function atOnce(send: () => readonly Socket[]): Promise<readonly Socket[]> {
  const holder = await connectSuperuser(seeded.database.superuser);
  try {
    await holder.rows('begin');
    await holder.rows('lock table app.task in access exclusive mode');
    const sockets = send();
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await vi.waitUntil(async () => (await seeded.superuser.rows(waiting)).length > 1, { timeout: 5_000 });
    // Connected after the others, and answered after they have been read.
    expect(await asked('{ status { ok } }', '127.0.0.2')).toContain('200 OK');
    return sockets;
  } finally {
    await holder.rows('rollback');
    await holder.end();
  }
}

/** How many of a log's lines say this status. */
const answered = (status: number) => api.log.filter((line) => line['status'] === status).length;

describe('clients that ask for long lists and do not read', () => {
  // covers: EDGE-30, HTTP-10
  test('all at once are refused beyond the limit, and others are served', async () => {
    const sockets = await atOnce(() => Array.from({ length: CLIENTS }, () => unread(LIST)));
    await vi.waitUntil(() => answered(429) > CLIENTS / 2, { timeout: 9_000 });
    const refused = await api.execute('{ status { ok } }');
    expect([refused.status, errorCodes(refused), refused.headers.get('retry-after')]).toEqual([
      429,
      ['TOO_MANY_REQUESTS'],
      '1',
    ]);
    expect(refused.body).not.toHaveProperty('data');
    for (const path of ['/healthz', '/readyz']) expect([path, (await api.send(path)).status]).toEqual([path, 200]);
    expect(await asked('{ tasks(first: 1) { totalCount } }', '127.0.0.2')).toMatch(/^HTTP\/1\.1 200 [^]*totalCount/);
    for (const socket of sockets) socket.destroy();
    await vi.waitUntil(async () => (await api.execute('{ status { ok } }')).status === 200);
  }, 30_000);

  // covers: HTTP-10
  test('are refused before a mutation has an effect', async () => {
    const create = 'mutation { createTask(input: { title: "unread" }) { id } }';
    const sockets = await atOnce(() => [
      ...Array.from({ length: CLIENTS / 2 }, () => unread(LIST)),
      ...Array.from({ length: CLIENTS / 2 }, () => unread(create)),
    ]);
    const mutations = () => answeredMutations(sockets.slice(CLIENTS / 2));
    await vi.waitUntil(() => mutations().every((text) => text.length > 0), { timeout: 9_000 });
    const done = mutations().filter((text) => text.includes('200 OK')).length;
    expect(done).toBeLessThan(CLIENTS / 2);
    const kept = await seeded.superuser.rows(`select from app.task where title = 'unread'`);
    expect(kept).toHaveLength(done);
    for (const socket of sockets) socket.destroy();
  }, 30_000);

  // covers: EDGE-30
  test('hold nothing any more when they have stood still for the stall timeout', async () => {
    const isRefused = async () => (await api.execute('{ status { ok } }')).status === 429;
    await vi.waitUntil(async () => !(await isRefused()));
    const began = performance.now();
    for (let count = 0; count < 4; count++) unread(LIST);
    await vi.waitUntil(isRefused, { timeout: 9_000 });
    await vi.waitUntil(async () => !(await isRefused()), { timeout: 9_000 });
    expect(performance.now() - began).toBeGreaterThan(2_900);
  }, 30_000);
});

const texts = new WeakMap<Socket, string>();
/** What has come on these sockets so far; they are read from now on. */
function answeredMutations(sockets: readonly Socket[]): readonly string[] {
  for (const socket of sockets) {
    if (texts.has(socket)) continue;
    texts.set(socket, '');
    socket.on('data', (data: Buffer) => texts.set(socket, (texts.get(socket) ?? '') + data.toString()));
    socket.resume();
  }
  return sockets.map((socket) => texts.get(socket) ?? '');
}
