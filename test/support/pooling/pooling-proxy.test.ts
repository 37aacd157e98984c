import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openDatabaseSource } from '../../../server/data/database-source.ts';
import { sendCancelRequest } from '../../../server/data/pg/cancel-request.ts';
import { ViewerDatabase } from '../../../server/data/pg/viewer-database.ts';
import { openRevocationListener } from '../../../server/data/revocation/revocation-listener.ts';
import { assertSessionSettings } from '../../../server/data/admin/session-settings.ts';
import { setUpEmptyDatabase } from '../test-database.ts';
import { type PoolingProxy, startPoolingProxy } from './pooling-proxy.ts';

const fixture = setUpEmptyDatabase();
let proxy: PoolingProxy;
let url: string;

beforeAll(async () => {
  proxy = await startPoolingProxy(fixture.database.api);
  url = proxy.proxiedUrl(fixture.database.api);
});
afterAll(async () => {
  await proxy.close();
});

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}
async function open(poolSize = 2) {
  const source = await openDatabaseSource({ url, poolSize });
  onTestFinished(source.close);
  return { pool: source.pool, database: new ViewerDatabase(source.pool) };
}
const PID = 'select pg_backend_pid() as pid';
const pidOf = async (client: Client) => (await client.query<{ pid: number }>(PID)).rows[0]?.pid;

// covers: POOL-05
describe('the pooling proxy', () => {
  test('gives a client another server connection for each transaction, and keeps one during a transaction', async () => {
    const client = await connect();
    const pids: unknown[] = [];
    for (let count = 0; count < 10; count++) pids.push(await pidOf(client));
    for (const [index, pid] of pids.entries()) expect(pid).not.toBe(pids[index - 1]);
    await client.query('begin');
    expect(await pidOf(client)).toBe(await pidOf(client));
    await client.query('rollback');
  });

  test('leaks a SET of one client to others, and forgets it for its own next transaction', async () => {
    const [one, other] = [await connect(), await connect()];
    const read = async (client: Client) =>
      (await client.query<{ work_mem: string }>('show work_mem')).rows[0]?.work_mem;
    await one.query(`set work_mem = '7MB'`);
    onTestFinished(async () => {
      for (let count = 0; count < 10; count++) await one.query('reset work_mem');
    });
    expect(await read(one)).not.toBe('7MB');
    const seen: unknown[] = [];
    for (let count = 0; count < 10; count++) seen.push(await read(other));
    expect(seen).toContain('7MB');
  });

  test('prepares a client’s statement on each server connection that needs it', async () => {
    const client = await connect();
    const named = { name: 'named', text: 'select $1::integer as one' };
    for (let one = 0; one < 6; one++) expect((await client.query({ ...named, values: [one] })).rows).toEqual([{ one }]);
    await expect(client.query({ ...named, values: ['x'] })).rejects.toMatchObject({ code: '22P02' });
    expect((await client.query({ ...named, values: [7] })).rows).toEqual([{ one: 7 }]);
  });

  test('does not find a statement that SQL has prepared', async () => {
    const client = await connect();
    await client.query('prepare by_sql as select 1');
    await expect(client.query('execute by_sql')).rejects.toMatchObject({ code: '26000' });
  });

  test('passes a cancel request on to the server connection that runs the client’s statement, and to no other', async () => {
    const [one, other] = [await connect(), await connect()];
    const sleep = 'select pg_sleep(600)';
    const cancelled = expect(one.query(sleep)).rejects.toMatchObject({ code: '57014' });
    const isRunning = () =>
      fixture.superuser.rows(`select from pg_stat_activity where query = $1 and state = 'active'`, [sleep]);
    await vi.waitFor(async () => expect(await isRunning()).toHaveLength(1), 5_000);
    sendCancelRequest(other as unknown as Parameters<typeof sendCancelRequest>[0]);
    expect(await pidOf(other)).toBeGreaterThan(0);
    expect(await isRunning()).toHaveLength(1);
    sendCancelRequest(one as unknown as Parameters<typeof sendCancelRequest>[0]);
    await cancelled;
    expect(await pidOf(one)).toBeGreaterThan(0);
  });

  test('refuses startup parameters, as PgBouncer does', async () => {
    const client = new Client({ connectionString: url, statement_timeout: 1_000 });
    await expect(client.connect()).rejects.toThrow('unsupported startup parameter: statement_timeout');
  });
});

// covers: POOL-01, POOL-02
describe('the API’s connections behind a pooler', () => {
  test('each statement of 300 concurrent queries and mutations runs as its viewer, whichever server connection it gets', async () => {
    const viewers = [await fixture.superuser.insertUser('anna'), await fixture.superuser.insertUser('berta')];
    const { database } = await open(4);
    const VIEWER = { name: 'who', text: 'select app.viewer_id() as viewer' };
    const FAILS = { name: 'fails', text: 'select 1 / $1::integer' };
    const before = { ...proxy.counts };
    await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const viewer = viewers[index % 2] ?? '';
        if (index % 7 === 0)
          return expect(database.openReader(viewer).run(FAILS, [0])).rejects.toMatchObject({ code: '22012' });
        const rows =
          index % 3 === 0
            ? await database.runTransaction(viewer, (run) => run(VIEWER, []))
            : await database.openReader(viewer).run(VIEWER, []);
        return expect(rows).toEqual([{ viewer }]);
      }),
    );
    expect(proxy.counts.switches - before.switches).toBeGreaterThan(250);
  });

  test('the settings of the role hold on every server connection', async () => {
    const { pool } = await open();
    for (let count = 0; count < 10; count++) await assertSessionSettings(pool);
  });
});

// covers: POOL-03
describe('ended sessions behind a pooler', () => {
  const listen = async (listenUrl?: string) => {
    const { pool, database } = await open();
    const onChannel = vi.fn();
    const timings = { heartbeatInterval: 10, lease: 500, openTimeout: 2_000, maxBackoff: 100 };
    const revocations = await openRevocationListener({
      pool,
      database,
      listenUrl,
      maxTokenLifetime: 900,
      onChannel,
      timings,
    });
    onTestFinished(() => revocations.close());
    return { revocations, onChannel };
  };
  const endedSession = async (userId: string) => {
    const id = crypto.randomUUID();
    await fixture.superuser.rows(
      `insert into auth.session (id, token, expires_at, updated_at, user_id) values ($1, $2, now() + interval '1 day', now(), $3)`,
      [id, id, userId],
    );
    return { id, end: () => fixture.superuser.rows('delete from auth.session where id = $1', [id]) };
  };

  test('without a direct connection the channel stays closed, and each status is read from the table', async () => {
    const userId = await fixture.superuser.insertUser('dora');
    const { revocations, onChannel } = await listen();
    expect(onChannel.mock.calls).toEqual([[{ open: false, cause: expect.any(Error) }]]);
    const { id: sessionId, end } = await endedSession(userId);
    expect(await revocations.statusOf({ userId, sessionId })).toBe('good');
    await end();
    expect(await revocations.statusOf({ userId, sessionId })).toBe('revoked');
  });

  test('with a direct connection the channel opens, though the statements take the pooler', async () => {
    const { onChannel } = await listen(fixture.database.api);
    expect(onChannel.mock.calls).toEqual([[{ open: true }]]);
  });
});

test('a pool of pg works through the proxy', async () => {
  const pool = new Pool({ connectionString: url, max: 3 });
  onTestFinished(() => pool.end());
  expect(await Promise.all([1, 2, 3].map(async (n) => (await pool.query('select $1::int as n', [n])).rows[0]))).toEqual(
    [{ n: 1 }, { n: 2 }, { n: 3 }],
  );
});
