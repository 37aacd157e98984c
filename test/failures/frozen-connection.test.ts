import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { assertRoleSubjectToRls } from '../../server/data/admin/rls-role-check.ts';
import { openDatabaseSource, type DatabaseSource } from '../../server/data/database-source.ts';
import { type TestApi, errorCodes, startTestApi } from '../support/test-api.ts';
import { type Superuser, connectSuperuser } from '../support/superuser.ts';
import { signToken } from '../support/test-token.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { type TcpProxy, startTcpProxy } from '../support/tcp-proxy.ts';

let database: TestDatabase;
let superuser: Superuser;
let proxy: TcpProxy;
let source: DatabaseSource;
let api: TestApi;
let bob: string;
let token: string;
/** The pool's connections that have been acquired. */
let connections: Set<unknown>;

beforeEach(async () => {
  database = await createTestDatabase();
  superuser = await connectSuperuser(database.superuser);
  bob = await superuser.insertUser('bob');
  token = signToken(bob);
  proxy = await startTcpProxy(database.api);
  source = await openDatabaseSource({ url: proxy.proxiedUrl(database.api), poolSize: 3, connectionTimeout: 300 });
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

/** Sends more concurrent operations than there are connections. */
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

describe('a database that stops answering', () => {
  // covers: OPS-03
  test('answers every client with 503 and recovers with new connections', async () => {
    await executeAll();
    const before = new Set(connections);
    expect(before.size).toBeGreaterThan(0);
    await superuser.rows('delete from app.task');
    proxy.freeze();
    await expectUnavailable();
    proxy.thaw();
    await expectRecovery();
    expect([...connections].filter((connection) => before.has(connection))).toEqual([]);
    // What was under way at the freeze has no effect; the three tasks are those of the recovery.
    expect(await tasks()).toHaveLength(3);
  });

  test('answers 503 while the pool has no connections yet, and recovers', async () => {
    proxy.freeze();
    await expectUnavailable();
    proxy.thaw();
    await expectRecovery();
  });

  test.each(['set_config', 'begin', 'INSERT INTO'])(
    'answers 503 when a connection freezes at "%s", and recovers',
    async (statement) => {
      proxy.freezeAt(statement);
      // One connection exists from the start and still answers some of these.
      expect((await executeAll()).map(({ status }) => status)).toContain(503);
      await expectUnavailable();
      proxy.thaw();
      await expectRecovery();
    },
  );

  // covers: OPS-03
  test('commits nothing of a mutation that froze between two statements, though PostgreSQL receives the rest', async () => {
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

  test('rejects opening the database in time when it freezes at TypeORM’s first query', async () => {
    proxy.freezeAt('version()');
    await expect(openDatabaseSource({ url: proxy.proxiedUrl(database.api), connectionTimeout: 100 })).rejects.toThrow(
      /within|terminated/,
    );
  });

  test('rejects the role check in time when the database freezes', async () => {
    proxy.freezeAt('pg_has_role');
    await expect(assertRoleSubjectToRls(source.pool, [{ schema: 'app', table: 'task' }], 100)).rejects.toThrow(
      /within 100 ms/,
    );
  });

  test('reports no success when the database freezes at COMMIT', async () => {
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
  ])('reports no success when the connection breaks at COMMIT (delivered: %s)', async (isDelivered, kept) => {
    await executeAll();
    await superuser.rows('delete from app.task');
    proxy.disconnectAt('commit', isDelivered);
    const response = await api.execute(CREATE, { token });
    expect([response.status, errorCodes(response)]).toEqual([503, ['UNAVAILABLE']]);
    expect(response.body).not.toHaveProperty('data');
    proxy.thaw();
    expect(await tasks()).toHaveLength(kept);
    await expectRecovery();
  });
});
