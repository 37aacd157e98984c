import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../server/operations/ports.ts';
import { lockTasks, lockWaiters } from '../support/task-lock.ts';
import { CURRENT_SECRET, encodeSegment, signToken } from '../support/test-token.ts';
import { setUpEmptyDatabase } from '../support/test-database.ts';

/** The size of the API's pool: every request is under way once its statement waits for the lock. */
const LOAD = 10;
const ISSUER = 'http://localhost:3000';
const fixture = setUpEmptyDatabase();

/** Starts the API in a child process, as `npm start` does. */
async function startProcess(): Promise<{ readonly api: ChildProcess; readonly urls: readonly string[] }> {
  const [API_PORT, METRICS_PORT] = [String(await freePort()), String(await freePort())];
  const url = `http://localhost:${API_PORT}`;
  const settings = {
    API_DATABASE_URL: fixture.database.api,
    API_PORT,
    METRICS_PORT,
    API_URL: url,
    WEB_URL: ISSUER,
    TOKEN_MODE: 'shared-secret',
    TOKEN_SECRETS: `${CURRENT_SECRET.kid}:${encodeSegment(CURRENT_SECRET.secret)}`,
    TOKEN_ISSUER: ISSUER,
  };
  const api = spawn(process.execPath, ['server/main.ts'], {
    env: settings,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => void api.kill('SIGKILL'));
  await once(api, 'message');
  // Where there is IPv6, `localhost` has two addresses, with a listening socket each.
  const all = ['127.0.0.1', '[::1]'].map((host) => `http://${host}:${API_PORT}`);
  const probes = await Promise.allSettled(all.map((each) => fetch(`${each}/healthz`)));
  return { api, urls: all.filter((_, index) => probes[index]?.status === 'fulfilled') };
}

// covers: EDGE-28, OPS-11
test('on SIGTERM the API answers and commits every request under way and accepts no other', async () => {
  // One user each: the mutations of one user run one after the other.
  const users = await Promise.all(
    Array.from({ length: LOAD }, (_, index) => fixture.superuser.insertUser(`user${index}`)),
  );
  const { api, urls } = await startProcess();
  const now = Math.floor(Date.now() / 1_000);
  const create = async (title: string, index: number) => {
    const token = signToken(users[index] ?? '', { iss: ISSUER, iat: now, auth_time: now, exp: now + 600 });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const query = `mutation { createTask(input: { title: "${title}" }) { title } }`;
    const response = await fetch(`${urls[index % urls.length]}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    return { status: response.status, body: await response.json() };
  };

  const release = await lockTasks(fixture.database.superuser);
  const titles = Array.from({ length: LOAD }, (_, index) => `task ${index}`);
  const responses = Promise.all(titles.map(create));
  await vi.waitFor(async () => expect(await lockWaiters(fixture.superuser)).toBe(LOAD), 10_000);

  const ended = once(api, 'exit');
  api.kill('SIGTERM');
  for (const url of urls) await vi.waitFor(() => expect(fetch(`${url}/healthz`)).rejects.toThrow(), 5_000);
  await release();
  expect(await responses).toEqual(titles.map((title) => ({ status: 200, body: { data: { createTask: { title } } } })));
  expect(await fixture.superuser.rows('select title from app.task where user_id = any($1)', [users])).toHaveLength(
    LOAD,
  );
  expect(await ended).toEqual([0, null]);
});
