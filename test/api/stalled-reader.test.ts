import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDatabaseSource, type DatabaseSource } from '../../server/data/database-source.ts';
import { setUpEmptyDatabase } from '../support/test-database.ts';
import { type TestApi, errorCodes, startTestApi } from '../support/test-api.ts';
import { lockTasks, lockWaiters } from '../support/task-lock.ts';
import { signToken } from '../support/test-token.ts';
import { postRequestText, sendTo } from '../support/raw-http.ts';

const seeded = setUpEmptyDatabase();
const MEGABYTE = 1_024 * 1_024;
/** How many clients do not read. Each response is about 6 MB, part of which the kernel buffers. */
const CLIENTS = 30;
const LIST = `{ ${['a', 'b', 'c', 'd'].map((name) => `${name}: tasks(first: 100) { nodes { description } }`).join(' ')} }`;
/** One response to LIST fits into `bytesPerCaller`: a single reader is not rejected. */
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

/** Sends an operation from a local address and does not read the response. */
function sendUnread(query: string, address = '127.0.0.1'): Socket {
  const request = postRequestText([`authorization: Bearer ${signToken(bob)}`], JSON.stringify({ query }));
  return sendTo(Number(new URL(api.url).port), request.replace('connection: close\r\n', ''), address).pause();
}

/** Sends an operation from a local address and returns head and body of the response. */
async function fetchFrom(query: string, address: string): Promise<string> {
  const socket = sendUnread(query, address);
  let text = '';
  socket.setEncoding('utf8').on('data', (data: string) => (text += data));
  socket.resume();
  await vi.waitUntil(() => text.includes('\r\n\r\n') || socket.closed, { timeout: 9_000 });
  return text;
}

/**
 * Sends requests while the task table is locked, so that all have arrived before the first response: none is rejected
 * because of bytes that another already holds.
 */
async function sendConcurrently(send: () => readonly Socket[]): Promise<readonly Socket[]> {
  const release = await lockTasks(seeded.database.superuser);
  try {
    const sockets = send();
    await vi.waitUntil(async () => (await lockWaiters(seeded.superuser)) > 1, { timeout: 5_000 });
    // This request arrives after the others: when it is answered, the server has read them all.
    expect(await fetchFrom('{ status { ok } }', '127.0.0.2')).toContain('200 OK');
    return sockets;
  } finally {
    await release();
  }
}

/** How many responses with this status are in the log. */
const loggedCount = (status: number) => api.log.filter((line) => line['status'] === status).length;

describe('clients that request long lists and do not read', () => {
  // covers: EDGE-30, HTTP-10
  test('rejects stalled readers beyond the byte limit and serves other clients', async () => {
    const sockets = await sendConcurrently(() => Array.from({ length: CLIENTS }, () => sendUnread(LIST)));
    await vi.waitUntil(() => loggedCount(429) > CLIENTS / 2, { timeout: 9_000 });
    const rejected = await api.execute('{ status { ok } }');
    expect([rejected.status, errorCodes(rejected), rejected.headers.get('retry-after')]).toEqual([
      429,
      ['TOO_MANY_REQUESTS'],
      '1',
    ]);
    expect(rejected.body).not.toHaveProperty('data');
    for (const path of ['/healthz', '/readyz']) expect([path, (await api.send(path)).status]).toEqual([path, 200]);
    expect(await fetchFrom('{ tasks(first: 1) { totalCount } }', '127.0.0.2')).toMatch(
      /^HTTP\/1\.1 200 [^]*totalCount/,
    );
    for (const socket of sockets) socket.destroy();
    await vi.waitUntil(async () => (await api.execute('{ status { ok } }')).status === 200);
  }, 30_000);

  // covers: HTTP-10
  test('rejects a stalled reader’s mutation before it has an effect', async () => {
    const create = 'mutation { createTask(input: { title: "unread" }) { id } }';
    const sockets = await sendConcurrently(() => [
      ...Array.from({ length: CLIENTS / 2 }, () => sendUnread(LIST)),
      ...Array.from({ length: CLIENTS / 2 }, () => sendUnread(create)),
    ]);
    const mutations = () => receivedTexts(sockets.slice(CLIENTS / 2));
    await vi.waitUntil(() => mutations().every((text) => text.length > 0), { timeout: 9_000 });
    const done = mutations().filter((text) => text.includes('200 OK')).length;
    expect(done).toBeLessThan(CLIENTS / 2);
    const kept = await seeded.superuser.rows(`select from app.task where title = 'unread'`);
    expect(kept).toHaveLength(done);
    for (const socket of sockets) socket.destroy();
  }, 30_000);

  // covers: EDGE-30
  test('frees a stalled reader’s bytes after the stall timeout', async () => {
    const isRejected = async () => (await api.execute('{ status { ok } }')).status === 429;
    await vi.waitUntil(async () => !(await isRejected()));
    const began = performance.now();
    for (let count = 0; count < 4; count++) sendUnread(LIST);
    await vi.waitUntil(isRejected, { timeout: 9_000 });
    await vi.waitUntil(async () => !(await isRejected()), { timeout: 9_000 });
    expect(performance.now() - began).toBeGreaterThan(2_900);
  }, 30_000);
});

const texts = new WeakMap<Socket, string>();
/** Starts reading these sockets and returns what each has received so far. */
function receivedTexts(sockets: readonly Socket[]): readonly string[] {
  for (const socket of sockets) {
    if (texts.has(socket)) continue;
    texts.set(socket, '');
    socket.on('data', (data: Buffer) => texts.set(socket, (texts.get(socket) ?? '') + data.toString()));
    socket.resume();
  }
  return sockets.map((socket) => texts.get(socket) ?? '');
}
