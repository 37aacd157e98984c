import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSeededFixture, type SeededFixture } from '../support/seeded-fixture.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';

const PER_VIEWER = 30;
const PER_ADDRESS = 40;

let seeded: SeededFixture;
let api: TestApi;
beforeAll(async () => {
  seeded = await createSeededFixture();
  api = await startTestApi(seeded.source, 'on', {
    settings: {
      TRUSTED_PROXIES: ['127.0.0.1'],
      LIMIT_REQUESTS_PER_ADDRESS: PER_ADDRESS,
      LIMIT_REQUESTS_PER_VIEWER: { each: PER_VIEWER, byRole: new Map() },
    },
  });
});
afterAll(async () => {
  await api.close();
  await seeded.end();
});

/** Returns the value of a sample, 0 if there is none. @param sample name and labels, as Prometheus prints them */
const sampled = async (sample: string) => {
  const line = (await api.metrics()).split('\n').find((text) => text.startsWith(`${sample} `));
  return Number(line?.slice(sample.length) ?? 0);
};
/** Returns by how much samples grow while `work` runs. */
async function growth(samples: readonly string[], work: () => Promise<unknown>): Promise<readonly number[]> {
  const before = await Promise.all(samples.map(sampled));
  await work();
  const after = await Promise.all(samples.map(sampled));
  return after.map((value, index) => value - (before[index] ?? 0));
}

// covers: SEE-01
test('a refused operation is counted by code, kind of rule and coordinate of the schema', async () => {
  const anonymous = 'fieldgate_rule_refusals_total{code="UNAUTHENTICATED",rule="auth",coordinate="Query.viewer"}';
  const other = 'fieldgate_rule_refusals_total{code="FORBIDDEN",rule="owner",coordinate="Query.tasks(userId:)"}';
  const counts = await growth([anonymous, other, 'fieldgate_errors_total{code="FORBIDDEN"}'], async () => {
    await api.execute('{ viewer { id } }');
    const query = `{ tasks(userId: "${seeded.alice}") { nodes { id } } }`;
    await api.execute(query, { token: signToken(seeded.bob) });
  });
  expect(counts).toEqual([1, 1, 1]);
});

// covers: SEE-01
test('no text of a client becomes a label: names, ids, aliases, paths and methods', async () => {
  const marker = `m${randomUUID().replaceAll('-', '')}`;
  const token = signToken(seeded.bob);
  await api.execute(`query ${marker} { ${marker}: viewer { id } }`, { token });
  await api.execute(`{ ${marker} }`, { token });
  await api.execute(`query ($${marker}: ID) { tasks(userId: $${marker}) { nodes { id } } }`, {
    token,
    variables: { [marker]: marker },
  });
  await api.execute('{ viewer { id } }', { token: marker, headers: { 'user-agent': marker } });
  await api.send(`/${marker}?${marker}`);
  await api.send('/graphql', { method: 'PUT', headers: { 'x-request-id': marker }, body: marker });
  expect(await api.metrics()).not.toContain(marker);
});

// covers: SEE-01
test('tokens are counted as hits and misses of the cache', async () => {
  const token = signToken(seeded.alice);
  const samples = ['miss', 'hit'].map((result) => `fieldgate_token_cache_total{result="${result}"}`);
  const counts = await growth(samples, async () => {
    for (let count = 0; count < 3; count++) await api.execute('{ viewer { id } }', { token });
  });
  expect(counts).toEqual([1, 2]);
});

// covers: SEE-01
test('requests above the limits of an address and of a viewer are counted', async () => {
  const samples = ['address', 'viewer'].map((limit) => `fieldgate_limited_total{limit="${limit}"}`);
  const send = (address: string, token?: string) =>
    api.execute('{ status { ok } }', { headers: { 'x-forwarded-for': address }, ...(token && { token }) });
  const userId = await seeded.superuser.insertUser(randomUUID());
  const counts = await growth(samples, async () => {
    for (let count = 0; count < PER_ADDRESS + 2; count++) await send('192.0.2.1');
    for (let count = 0; count < PER_VIEWER + 3; count++) await send(`198.51.100.${count}`, signToken(userId));
  });
  expect(counts).toEqual([2, 3]);
});

// covers: SEE-01
test('the duration of each request is in the histogram of its route, and connections are counted by state', async () => {
  const samples = ['/graphql', '/healthz', 'none'].map(
    (route) => `fieldgate_request_duration_seconds_count{route="${route}"}`,
  );
  const counts = await growth(samples, async () => {
    await api.execute('{ viewer { id } }', { token: signToken(seeded.bob) });
    await api.send('/healthz');
    await api.send('/nothing');
  });
  expect(counts).toEqual([1, 1, 1]);
  expect(await sampled('fieldgate_pool_connections{state="idle"}')).toBeGreaterThan(0);
  expect(await sampled('fieldgate_pool_waiting')).toBe(0);
  expect(await api.metrics()).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
});

// covers: SEE-01
test('the lag of a revocation is observed by each process that listens', async () => {
  const id = randomUUID();
  await seeded.superuser.rows(
    `insert into auth.session (id, token, expires_at, updated_at, user_id)
      values ($1, $2, now() + interval '1 day', now(), $3)`,
    [id, id, seeded.bob],
  );
  const count = 'fieldgate_revocation_lag_seconds_count';
  const before = await sampled(count);
  await seeded.superuser.rows('delete from auth.session where id = $1', [id]);
  await expect.poll(() => sampled(count), { timeout: 5_000 }).toBe(before + 1);
  expect(await sampled('fieldgate_revocation_lag_seconds_sum')).toBeGreaterThan(0);
  expect(await sampled('fieldgate_revocation_channel_closed')).toBe(0);
});
