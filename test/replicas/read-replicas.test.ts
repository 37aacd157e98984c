import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createPositionSealer } from '../../server/data/replica/sealed-position.ts';
import { POSITION_SECRET, readCounts, setUpReplicatedFixture } from '../support/replication/replicated-fixture.ts';
import { recordStatements } from '../support/recording-pool.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { type ApiResponse, startTestApi, type TestApi, WEB_URL } from '../support/test-api.ts';
import { NOW, signToken } from '../support/test-token.ts';

const TASKS = '{ tasks(first: 100) { nodes { title } } }';
const ADD = 'mutation ($title: String!) { createTask(input: { title: $title }) { id } }';
const HEADER = 'fieldgate-position';

const fixture = setUpReplicatedFixture();
/** Two processes: a mutation goes to one, the queries after it to the other. */
let writer: TestApi;
let reader: TestApi;
beforeAll(async () => {
  [writer, reader] = [await fixture.startApi(), await fixture.startApi()];
}, 30_000);
afterEach(() => fixture.postgres.replica.resumeReplay());

/** Adds a task as Bob and returns the position that the response carries. */
async function add(title: string, userId = fixture.bob): Promise<string> {
  const { body, headers } = await writer.execute(ADD, { token: signToken(userId), variables: { title } });
  expect(body?.errors).toBeUndefined();
  return headers.get(HEADER) ?? expect.unreachable('the response of a mutation has a position');
}

/** Reads Bob's tasks, with this position if any. */
function read(position?: string, api = reader): Promise<ApiResponse> {
  return api.execute(TASKS, {
    token: signToken(fixture.bob),
    headers: position === undefined ? {} : { [HEADER]: position },
  });
}

function titles({ status, body }: ApiResponse): readonly string[] {
  expect(status).toBe(200);
  const data = body?.data as { tasks: { nodes: { title: string }[] } } | undefined;
  return data?.tasks.nodes.map(({ title }) => title) ?? [];
}

/** Runs a query and returns how the reader's counts have changed. */
async function countsOf(run: () => Promise<unknown>, api = reader): Promise<Record<string, number>> {
  const before = await readCounts(api);
  await run();
  const after = Object.entries(await readCounts(api));
  return Object.fromEntries(
    after.map(([name, count]) => [name, count - (before[name] ?? 0)]).filter(([, n]) => n !== 0),
  );
}

/** Runs queries until all ran on the replica: on a busy machine it may be behind for moments. */
const untilOnReplica = (run: () => Promise<unknown>, queries = 1, api = reader) =>
  vi.waitFor(async () => expect(await countsOf(run, api)).toEqual({ 'replica current': queries }), { timeout: 8_000 });

describe('queries on a replica', () => {
  // covers: REPL-01
  test('a query without a position runs on the replica, and shows the viewer’s rows alone', async () => {
    await untilOnReplica(async () => expect(titles(await read())).toEqual(["bob's"]));
  });

  // covers: REPL-01
  test('a viewer who signed in moments ago is read on the primary: the replica may not know the account yet', async () => {
    await fixture.postgres.replica.pauseReplay();
    const carol = await fixture.superuser.insertUser('carol');
    const counts = await countsOf(async () => {
      const response = await reader.execute('{ viewer { name } }', { token: signToken(carol, { auth_time: NOW - 5 }) });
      expect(response.body?.data).toEqual({ viewer: { name: 'carol' } });
    });
    expect(counts).toEqual({ 'primary signed-in': 1 });
  });

  // covers: REPL-02
  test('a query with the position of a mutation sees it in another process, and soon runs on the replica', async () => {
    const position = await add('seen at once');
    expect(titles(await read(position))).toContain('seen at once');
    await untilOnReplica(async () => expect(titles(await read(position))).toContain('seen at once'));
  });

  // covers: REPL-02
  test('while replay is paused, queries of every process with the position of a mutation see it, on the primary', async () => {
    await read();
    await fixture.postgres.replica.pauseReplay();
    const position = await add('added under paused replay');
    const counts = await countsOf(async () => {
      for (const api of [writer, reader, reader])
        expect(titles(await read(position, api))).toContain('added under paused replay');
    });
    expect(counts).toEqual({ 'primary behind': 2 });
    await fixture.postgres.replica.resumeReplay();
    await untilOnReplica(() => read(position));
  });

  // covers: REPL-02
  test('if the answer of COMMIT is lost, the response has a position with which queries run on the primary', async () => {
    const { primary, replica } = fixture.postgres;
    const proxy = await startTcpProxy(primary.url('api'));
    onTestFinished(() => proxy.close());
    const source = await fixture.openSource(proxy.proxiedUrl(primary.url('api')));
    const api = await fixture.startApi({}, {}, source);
    proxy.disconnectAt('commit', true);
    const token = signToken(fixture.bob);
    const response = await api.execute(ADD, { token, variables: { title: 'unanswered' } });
    expect(response.status).toBe(503);
    await replica.caughtUp();
    const position = response.headers.get(HEADER) ?? undefined;
    const counts = await countsOf(async () => expect(titles(await read(position))).toContain('unanswered'));
    expect(counts).toEqual({ 'primary behind': 1 });
  });

  test('a mutation that fails gives no position', async () => {
    const { headers, body } = await writer.execute(ADD, { token: signToken(fixture.bob), variables: { title: '' } });
    expect(body?.errors).toHaveLength(1);
    expect(headers.get(HEADER)).toBeNull();
  });

  test('both CORS lists name the header where replicas are set', async () => {
    const origin = 'http://web.test';
    const preflight = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': HEADER };
    const { headers } = await reader.send('/graphql', { method: 'OPTIONS', headers: preflight });
    expect(headers.get('access-control-allow-headers')).toContain(HEADER);
    const response = await reader.execute(TASKS, { token: signToken(fixture.bob), headers: { origin } });
    expect(response.headers.get('access-control-expose-headers')).toContain(HEADER);
  });
});

// covers: REPL-03
describe('positions that a client may not use', () => {
  const sealer = (secret = POSITION_SECRET, now = NOW) => createPositionSealer(secret, () => now);
  const CLASSES: readonly (readonly [string, (position: string) => string])[] = [
    ['forged with another secret', () => sealer('x'.repeat(32)).seal(fixture.bob, 1n)],
    ['another viewer’s', () => sealer().seal(fixture.alice, 1n)],
    ['expired', () => sealer(POSITION_SECRET, NOW - 31).seal(fixture.bob, 1n)],
    ['truncated', (position) => position.slice(0, -1)],
    ['with an older position under the same MAC', (position) => `${'0'.repeat(16)}${position.slice(16)}`],
    ['with a later expiry under the same MAC', (position) => position.replace(/\.\d+\./, `.${NOW + 999}.`)],
    ['sent twice', (position) => `${position}, ${position}`],
    ['empty', () => ''],
    ['no position', () => '16/B374D848'],
    ['of hostile bytes', () => "';select 1--%00../../\u00ff"],
  ];

  test.each(CLASSES)('a position that is %s reads from the primary, and is no error', async (_, change) => {
    await read();
    await fixture.postgres.replica.pauseReplay();
    const position = await add('for the primary alone');
    const counts = await countsOf(async () =>
      expect(titles(await read(change(position)))).toContain('for the primary alone'),
    );
    expect(counts).toEqual({ 'primary position': 1 });
  });
});

// covers: REPL-01
test('without API_READ_DATABASE_URL no response has a position, CORS does not name it, and COMMIT is the last statement', async () => {
  const { mapping, pool } = await fixture.openSource();
  const recording = recordStatements(pool);
  const api = await startTestApi({ mapping, pool: recording.pool });
  onTestFinished(() => api.close());
  const options = { token: signToken(fixture.bob), variables: { title: 'on one server' } };
  const { status, headers } = await api.execute(ADD, { ...options, headers: { origin: WEB_URL, [HEADER]: 'x' } });
  expect([status, headers.get(HEADER)]).toEqual([200, null]);
  expect(headers.get('access-control-expose-headers')).not.toContain(HEADER);
  expect(recording.statements.at(-1)).toBe('commit');
  expect(await readCounts(api)).toEqual({});
});

describe('what the primary decides', () => {
  // covers: REPL-05
  test('a session that ends while replay is paused is refused by every process', async () => {
    await fixture.postgres.replica.pauseReplay();
    const sid = '01900000-0000-7000-8000-000000000001';
    const token = signToken(fixture.bob, { sid });
    expect((await reader.execute(TASKS, { token })).status).toBe(200);
    await fixture.superuser.rows(
      `with ended as (insert into auth.session_revocation (session_id, reason) values ($1, 'ENDED') returning session_id)
        select pg_notify('session_revoked', session_id::text) from ended`,
      [sid],
    );
    for (const api of [writer, reader])
      await vi.waitFor(async () => expect((await api.execute(TASKS, { token })).status).toBe(401), { timeout: 5_000 });
  });

  // covers: REPL-05
  test('a role that is taken away while replay is paused reads no other owner’s rows, and cross-owner reads are recorded', async () => {
    const admin = await fixture.superuser.insertUser('admin', 'ADMIN');
    const event = await fixture.superuser.insertEvent(fixture.alice);
    await fixture.postgres.replica.caughtUp();
    const log = () =>
      reader.execute('{ securityLog(first: 100) { nodes { id } } }', { token: signToken(admin, { role: 'ADMIN' }) });
    expect((await log()).text).toContain(event);
    await fixture.postgres.replica.pauseReplay();
    await fixture.superuser.rows(`update auth."user" set role = 'USER' where id = $1`, [admin]);
    const { text } = await log();
    expect(text).not.toContain(event);
    const recorded = await fixture.superuser.rows(
      `select from auth.auth_event where user_id = $1 and detail = 'AuthEvent'`,
      [admin],
    );
    expect(recorded.length).toBeGreaterThan(0);
  });

  // covers: REPL-04
  test('the replica shows the API’s role no row without a viewer', async () => {
    const { primary, replica } = fixture.postgres;
    const { Client } = await import('pg');
    const client = new Client({ connectionString: replica.urlOf(primary.url('api')) });
    await client.connect();
    expect((await client.query('select from app.task')).rowCount).toBe(0);
    await client.end();
  });

  // covers: REPL-04
  test.each([
    [
      'a role that bypasses row-level security',
      () => fixture.postgres.replica.urlOf(fixture.superuserUrl),
      /bypasses row-level security/,
    ],
    ['the primary itself', () => fixture.postgres.primary.url('api'), /not in recovery/],
    ['a server that does not listen', () => 'postgres://fieldgate_api:hunter2@127.0.0.1:1/fieldgate', /did not answer/],
  ])('a connection string of %s is not used, and the log says so without a password', async (_, url, reason) => {
    const api = await fixture.startApi({ API_READ_DATABASE_URL: [url()] });
    const counts = await countsOf(async () => expect(titles(await read(undefined, api))).toContain("bob's"), api);
    expect(counts).toEqual({ 'primary away': 1 });
    const line = JSON.stringify(api.log.find(({ event }) => event === 'read-replica'));
    expect(line).toMatch(reason);
    expect(line).not.toContain(new URL(url()).password);
  });
});

// Last: the replica does not come back.
describe('a replica that fails', () => {
  /** Starts an API whose connections to the replica lead through a proxy. */
  async function startBehindProxy() {
    const { primary, replica } = fixture.postgres;
    const url = replica.urlOf(primary.url('api'));
    const proxy = await startTcpProxy(url);
    onTestFinished(() => proxy.close());
    return { proxy, api: await fixture.startApi({ API_READ_DATABASE_URL: [proxy.proxiedUrl(url)] }) };
  }

  // covers: REPL-06
  test('of two replicas of which one is away, the other runs every query', async () => {
    const { primary, replica } = fixture.postgres;
    const away = 'postgres://fieldgate_api:hunter2@127.0.0.1:1/fieldgate';
    const api = await fixture.startApi({ API_READ_DATABASE_URL: [away, replica.urlOf(primary.url('api'))] });
    const readSixTimes = async () => {
      for (let index = 0; index < 6; index++) expect(titles(await read(undefined, api))).toContain("bob's");
    };
    await untilOnReplica(readSixTimes, 6, api);
  });

  // covers: REPL-06
  test('a query whose second statement loses the connection to the replica is answered from the primary', async () => {
    const { proxy, api } = await startBehindProxy();
    proxy.disconnectAt('"task"', false);
    const readViewer = async () => {
      const query = '{ viewer { name tasks(first: 1) { nodes { title } } } }';
      const { body } = await api.execute(query, { token: signToken(fixture.alice) });
      expect(body).toEqual({ data: { viewer: { name: 'alice', tasks: { nodes: [{ title: "alice's" }] } } } });
    };
    // On a busy machine the replica may be behind at first: then the primary answers, and no connection is lost.
    await vi.waitFor(async () => expect(await countsOf(readViewer, api)).toEqual({ 'primary failed': 1 }), {
      timeout: 8_000,
    });
  });

  // covers: REPL-06
  test('a replica that hangs costs the queries in progress their time limit there, and later ones nothing', async () => {
    const { proxy, api } = await startBehindProxy();
    await read(undefined, api);
    proxy.freeze();
    const counts = await countsOf(async () => {
      expect(titles(await read(undefined, api))).toContain("bob's");
      for (let index = 0; index < 20; index++) expect(titles(await read(undefined, api))).toContain("bob's");
    }, api);
    // The first query asks the replica for its position before its statement, if the last answer is no longer enough.
    expect([
      { 'primary failed': 1, 'primary away': 20 },
      { 'primary behind': 1, 'primary away': 20 },
    ]).toContainEqual(counts);
  }, 20_000);

  // covers: REPL-06
  test('no query fails while the replica is killed under load, and it is used again after its restart', async () => {
    const { replica } = fixture.postgres;
    await read();
    const load = Array.from({ length: 40 }, async (_, index) => {
      if (index === 10) replica.kill();
      return titles(await read());
    });
    for (const seen of await Promise.all(load)) expect(seen).toContain("bob's");
    expect(await countsOf(() => read())).toEqual({ 'primary away': 1 });
    await replica.restart();
    await vi.waitFor(async () => expect(await countsOf(() => read())).toEqual({ 'replica current': 1 }), {
      timeout: 20_000,
      interval: 100,
    });
  }, 30_000);

  // covers: REPL-06
  test('a promoted replica is not used: what it accepts is not shown', async () => {
    const { replica } = fixture.postgres;
    await replica.promote();
    const { Client } = await import('pg');
    const other = new Client({ connectionString: replica.urlOf(fixture.superuserUrl) });
    await other.connect();
    await other.query(
      `insert into app.task (user_id, id, title, position) values ($1, gen_random_uuid(), 'split brain', 0)`,
      [fixture.bob],
    );
    await other.end();
    const position = await add('on the primary');
    for (const [index, sent] of [undefined, position, undefined].entries()) {
      const seen = titles(await read(sent));
      expect(seen, `query ${index}`).toContain('on the primary');
      expect(seen, `query ${index}`).not.toContain('split brain');
    }
    expect(reader.log.findLast(({ event }) => event === 'read-replica')).toMatchObject({ inUse: false });
  });
});
