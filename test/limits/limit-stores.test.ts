import { createHash, randomUUID } from 'node:crypto';
import tls from 'node:tls';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { LimitStore, StoreClaim } from '../../server/limits/limit-store.ts';
import { createPostgresLimitStore } from '../../server/limits/postgres-limit-store.ts';
import { createRedisLimitStore } from '../../server/limits/redis-limit-store.ts';
import { createCertificate } from '../support/mail-server.ts';
import { REDIS_COMMAND, type RedisServer, startRedis } from '../support/redis-server.ts';
import { setUpEmptyDatabase } from '../support/test-database.ts';

const fixture = setUpEmptyDatabase();
let redis: RedisServer | undefined;
beforeAll(async () => {
  if (REDIS_COMMAND !== undefined) redis = await startRedis();
});
afterAll(() => redis?.kill());

const STORES = [
  {
    name: 'PostgreSQL',
    runs: true,
    open: () => createPostgresLimitStore({ connectionString: fixture.database.api }, randomUUID()),
  },
  {
    name: 'Redis',
    runs: REDIS_COMMAND !== undefined,
    open: () => createRedisLimitStore(redis?.url ?? '', randomUUID()),
  },
];
const SECOND = 1_000;
/** A limit of 60 requests a minute. */
const claim = (key: string, values: Partial<Omit<StoreClaim, 'key'>>): StoreClaim => ({
  key: createHash('sha256').update(key).digest().subarray(0, 16),
  usedUpAt: 0,
  spent: 0,
  wanted: 0,
  step: SECOND,
  most: 66 * SECOND,
  ...values,
});

for (const { name, runs, open } of STORES) {
  const title = runs ? name : `${name}, which did NOT run: there is no redis-server or valkey-server on this machine`;
  describe.runIf(runs)(`the limit store in ${title}`, () => {
    const stores: LimitStore[] = [];
    const opened = () => {
      const store = open();
      stores.push(store);
      return store;
    };
    afterAll(async () => {
      for (const store of stores) await store.close();
    });
    let number = 0;
    const newKey = () => `key ${number++}`;
    /** Settles one claim; returns for how long the key is used up, and what is granted. */
    const settle = async (store: LimitStore, ...of: Parameters<typeof claim>) => {
      const { clock, answers } = await store.settle([claim(...of)]);
      const [answer] = answers;
      return { left: (answer?.usedUpAt ?? Number.NaN) - clock, granted: answer?.granted, clock };
    };

    // covers: LIMIT-07
    test(`${name} counts the processes that settle`, async () => {
      const [a, b] = [opened(), opened()];
      const { processes } = await a.settle([]);
      expect((await b.settle([])).processes).toBe(processes + 1);
      expect((await a.settle([])).processes).toBe(processes + 1);
    });

    // covers: LIMIT-07
    test(`${name} adds up what processes have spent, and grants whole steps until the minute is used up`, async () => {
      const [a, b] = [opened(), opened()];
      const key = newKey();
      const { clock } = await settle(a, key, {});
      expect((await settle(a, key, { usedUpAt: clock + 40 * SECOND, spent: 40 * SECOND })).left).toBeGreaterThan(
        38 * SECOND,
      );
      const second = await settle(b, key, { usedUpAt: clock + 10 * SECOND, spent: 10 * SECOND, wanted: 30 * SECOND });
      expect([second.granted, (second.granted ?? 0) % SECOND]).toEqual([
        expect.toSatisfy((ms) => ms >= 9_999 && ms < 20_000),
        0,
      ]);
      expect(second.left).toBeLessThanOrEqual(60 * SECOND + 1);
      expect((await settle(a, key, { wanted: 30 * SECOND })).granted).toBeLessThan(second.granted ?? 0);
    });

    // covers: LIMIT-08
    test(`${name} returns to a process that is alone exactly what it sent`, async () => {
      const [store, key] = [opened(), newKey()];
      const { clock } = await settle(store, key, {});
      for (let spent = 1; spent < 20; spent++) {
        const usedUpAt = clock + spent * SECOND + 0.125;
        const { answers } = await store.settle([claim(key, { usedUpAt, spent: SECOND })]);
        expect(answers[0]?.usedUpAt).toBeCloseTo(usedUpAt, 2);
      }
    });

    // covers: LIMIT-09
    test(`${name} uses up no key for longer than the claim allows, after any outage or change of a clock`, async () => {
      const [store, key] = [opened(), newKey()];
      const { clock } = await settle(store, key, {});
      const { left } = await settle(store, key, { usedUpAt: clock + 9e6, spent: 9e6 });
      expect(left).toBeLessThanOrEqual(66 * SECOND);
      expect((await settle(store, key, { most: 61 * SECOND })).left).toBeLessThanOrEqual(61 * SECOND);
    });

    test(`${name} keeps the order of many claims`, async () => {
      const [store, keys] = [opened(), Array.from({ length: 1_000 }, newKey)];
      const { clock } = await settle(store, newKey(), {});
      const { answers } = await store.settle(
        keys.map((key, index) => claim(key, { usedUpAt: clock + 20 * SECOND + index, spent: 1 })),
      );
      expect(answers.map(({ usedUpAt }) => Math.round(usedUpAt - clock - 20 * SECOND))).toEqual([...keys.keys()]);
    });
  });
}

// covers: LIMIT-10
test('settle_requests deletes the counts that are no longer used up', async () => {
  const store = createPostgresLimitStore({ connectionString: fixture.database.api }, randomUUID());
  const rows = () => fixture.superuser.rows(`select key from app.request_count where used_up_at < 1000`);
  await fixture.superuser.rows(
    `insert into app.request_count select substr(sha256(i::text::bytea), 1, 16), i from generate_series(1, 150) i`,
  );
  await fixture.superuser.rows(
    `insert into app.api_process values (gen_random_uuid(), now() - interval '121 seconds')`,
  );
  await store.settle([]);
  expect(await rows()).toHaveLength(50);
  const { processes } = await store.settle([]);
  expect(await rows()).toHaveLength(0);
  expect(await fixture.superuser.rows('select from app.api_process')).toHaveLength(processes);
  await store.close();
});

// covers: LIMIT-11
test.each([
  'select from app.request_count',
  'insert into app.request_count values (decode(md5(random()::text), $$hex$$), 1)',
  'delete from app.api_process',
  'select from app.request_secret',
  'update app.request_secret set secret = default',
])('PostgreSQL refuses the API’s role: %s', async (statement) => {
  await expect(fixture.superuser.rows(`set role fieldgate_api; ${statement}`)).rejects.toMatchObject({ code: '42501' });
  await fixture.superuser.rows('reset role');
});

// covers: LIMIT-10
test.runIf(REDIS_COMMAND !== undefined)('every key in Redis expires', async () => {
  const store = createRedisLimitStore(redis?.url ?? '', randomUUID());
  const { clock } = await store.settle([]);
  await store.settle([claim('expires', { usedUpAt: clock + 5 * SECOND, spent: 5 * SECOND })]);
  const client = createClient({ url: redis?.url ?? '' });
  await client.connect();
  const keys = await client.keys('*');
  expect(keys.length).toBeGreaterThan(1);
  for (const key of keys)
    expect([key, await client.pTTL(key)]).toEqual([key, expect.toSatisfy((ttl) => ttl > 0 && ttl <= 120_000)]);
  await client.close();
  await store.close();
});

// covers: LIMIT-11
test.runIf(REDIS_COMMAND !== undefined)(
  'the limit store in Redis, with rediss://, refuses a certificate that is not trusted, and answers with a trusted one',
  async () => {
    const { cert, keyFile, certificateFile } = createCertificate();
    const server = await startRedis({ tls: { keyFile, certificateFile }, password: 'redis-password' });
    const store = createRedisLimitStore(server.url, randomUUID());
    onTestFinished(async () => {
      await store.close();
      await server.kill();
    });
    await expect(store.settle([])).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const trusted = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...trusted, cert]);
    onTestFinished(() => tls.setDefaultCACertificates(trusted));
    expect(await store.settle([])).toMatchObject({ processes: 1 });
  },
);

// covers: LIMIT-11
test.runIf(REDIS_COMMAND !== undefined)('a password that Redis refuses is in no error', async () => {
  const server = await startRedis({ password: 'redis-password' });
  onTestFinished(() => server.kill());
  const store = createRedisLimitStore(server.url.replace('redis-password', 'wrong-password'), randomUUID());
  const error: unknown = await store.settle([]).catch((reason: unknown) => reason);
  expect(String(error)).toContain('WRONGPASS');
  expect(JSON.stringify([String(error), error, (error as Error).stack])).not.toContain('wrong-password');
});
