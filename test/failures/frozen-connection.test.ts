import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { assertRoleSubjectToRls } from '../../server/data/admin/rls-role-check.ts';
import { openDatabaseSource, type DatabaseSource } from '../../server/data/database-source.ts';
import { type TestApi, errorCodes, startTestApi } from '../support/test-api.ts';
import { type Superuser, connectSuperuser } from '../support/superuser.ts';
import { signToken } from '../support/test-token.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { type FreezableProxy, startFreezableProxy } from '../support/freezable-proxy.ts';

let database: TestDatabase;
let superuser: Superuser;
let proxy: FreezableProxy;
let source: DatabaseSource;
let api: TestApi;
let bob: string;
let token: string;
/** The pool's connections, as far as they were ever used. */
let connections: Set<unknown>;

beforeEach(async () => {
  database = await createTestDatabase();
  superuser = await connectSuperuser(database.superuser);
  bob = await superuser.insertUser('bob');
  token = signToken(bob);
  proxy = await startFreezableProxy(database.api);
  source = await openDatabaseSource({ url: proxy.url, poolSize: 3, connectionTimeout: 300 });
  connections = new Set();
  source.pool.on('acquire', (client) => connections.add(client)).on('remove', (client) => connections.delete(client));
  api = await startTestApi(source, 'on', { timeLimits: { operation: 1_000, response: 300, readiness: 200 } });
});
afterEach(async () => {
  proxy.thaw();
  await api.close();
  await source.close();
  await proxy.close();
  await superuser.end();
  await database.drop();
});

const CREATE = 'mutation { createTask(input: { title: "frozen" }) { id } }';
const OPERATIONS = [
  '{ viewer { id } }',
  '{ tasks { totalCount } }',
  '{ one: tasks { totalCount } two: viewer { id } status { ok } }',
  CREATE,
  `mutation { one: createTask(input: { title: "frozen" }) { id } two: createTask(input: { title: "frozen" }) { id } }`,
];
const tasks = () => superuser.rows('select title from app.task');

/** Every operation, more at once than there are connections. */
const executeAll = () => Promise.all([...OPERATIONS, ...OPERATIONS].map((query) => api.execute(query, { token })));

async function expectUnavailable(): Promise<void> {
  for (const response of await executeAll()) {
    expect([response.status, errorCodes(response), response.headers.get('retry-after')]).toEqual([
      503,
      ['UNAVAILABLE'],
      '1',
    ]);
    expect(response.body).not.toHaveProperty('data');
  }
  expect((await api.send('/readyz')).status).toBe(503);
  expect((await api.send('/healthz')).body).toEqual({ status: 'ok' });
  expect((await api.execute('{ status { ok } }')).status).toBe(200);
}

async function expectRecovery(): Promise<void> {
  await vi.waitFor(async () => expect((await api.send('/readyz')).body).toEqual({ status: 'ready' }), 10_000);
  for (const query of OPERATIONS) expect(errorCodes(await api.execute(query, { token })), query).toEqual([]);
}

describe('a database that has stopped to answer, without a word', () => {
  // covers: OPS-03
  test('is told to every caller, and the pool recovers with new connections', async () => {
    await executeAll();
    const before = new Set(connections);
    expect(before.size).toBeGreaterThan(0);
    await superuser.rows('delete from app.task');
    proxy.freeze();
    await expectUnavailable();
    proxy.thaw();
    await expectRecovery();
    expect([...connections].filter((connection) => before.has(connection))).toEqual([]);
    // What was under way when it froze has had no effect; the three tasks are those of the recovery.
    expect(await tasks()).toHaveLength(3);
  });

  test('while the pool is still to be filled', async () => {
    proxy.freeze();
    await expectUnavailable();
    proxy.thaw();
    await expectRecovery();
  });

  test.each(['set_config', 'begin', 'rollback'])(
    'when a connection is there and is being made ready, at "%s"',
    async (words) => {
      proxy.freezeAt(words);
      // One connection is there from the start: some of these it still answers.
      expect((await executeAll()).map(({ status }) => status)).toContain(503);
      await expectUnavailable();
      proxy.thaw();
      await expectRecovery();
    },
  );

  // covers: OPS-03
  test('between two statements of a mutation: nothing of it is kept, though PostgreSQL hears the rest', async () => {
    await executeAll();
    await superuser.rows('delete from app.task');
    proxy.freezeAt('second');
    const query =
      'mutation ($two: CreateTaskInput!) { createTask(input: { title: "first" }) { id } two: createTask(input: $two) { id } }';
    const response = await api.execute(query, { token, variables: { two: { title: 'second' } } });
    expect([response.status, errorCodes(response)]).toEqual([503, ['UNAVAILABLE']]);
    proxy.thaw();
    await expectRecovery();
    expect(await tasks()).not.toContainEqual({ title: expect.stringMatching(/first|second/) });
  });

  test.each(['set_config', 'version()'])('at start, at "%s": it is told in time, and not waited for', async (words) => {
    proxy.freezeAt(words);
    await expect(openDatabaseSource({ url: proxy.url, connectionTimeout: 100 })).rejects.toThrow(/within|terminated/);
  });

  test('at start, when its role is looked at: it is told in time, and not waited for', async () => {
    proxy.freezeAt('pg_has_role');
    await expect(assertRoleSubjectToRls(source.pool, [{ schema: 'app', table: 'task' }], 100)).rejects.toThrow(
      /within 100 ms/,
    );
  });

  test('at COMMIT: nobody is told that it was done', async () => {
    await executeAll();
    await superuser.rows('delete from app.task');
    proxy.freezeAt('commit');
    expect(errorCodes(await api.execute(CREATE, { token }))).toEqual(['UNAVAILABLE']);
    proxy.thaw();
    await expectRecovery();
  });
});

describe('a connection that breaks at COMMIT', () => {
  // covers: OPS-05
  test.each([
    [true, 1],
    [false, 0],
  ])('is no success, whether PostgreSQL heard it (%s) or not: nobody knows', async (isHeard, kept) => {
    await executeAll();
    await superuser.rows('delete from app.task');
    proxy.disconnectAt('commit', isHeard);
    const response = await api.execute(CREATE, { token });
    expect([response.status, errorCodes(response)]).toEqual([503, ['UNAVAILABLE']]);
    expect(response.body).not.toHaveProperty('data');
    proxy.thaw();
    expect(await tasks()).toHaveLength(kept);
    await expectRecovery();
  });
});
