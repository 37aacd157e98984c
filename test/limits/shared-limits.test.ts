import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DatabaseSource } from '../../server/data/database-source.ts';
import { REDIS_COMMAND, type RedisServer, startRedis } from '../support/redis-server.ts';
import { createSeededFixture, type SeededFixture } from '../support/seeded-fixture.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';

const PER_ADDRESS = 20;
const PER_VIEWER = 6;
/** A slice of either limit for two processes. */
const SLICE = 1;

/** The store of two API processes, which a test can stop. */
interface StoreUnderTest {
  readonly redisUrl?: string;
  readonly proxy?: TcpProxy;
  /** Ends the store, or its connections. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Lets the store accept connections and answer nothing. */
  suspend(): void;
  resume(): void;
  close(): Promise<void>;
}

let seeded: SeededFixture;
beforeAll(async () => {
  seeded = await createSeededFixture();
});
afterAll(() => seeded.end());

/** PostgreSQL as the limits see it: their connections lead through a proxy, those of the requests do not. */
async function postgres(): Promise<StoreUnderTest> {
  const url = (seeded.source.pool.options as { readonly connectionString?: string }).connectionString ?? '';
  const proxy = await startTcpProxy(url);
  return {
    proxy,
    kill: async () => proxy.disconnect(),
    restart: async () => proxy.restore(),
    suspend: proxy.freeze,
    resume: proxy.thaw,
    close: proxy.close,
  };
}

async function redis(): Promise<StoreUnderTest> {
  const server: RedisServer = await startRedis();
  return { redisUrl: server.url, ...server, restart: server.start, close: server.kill };
}

/** Returns the pool with other options, of which the limits and the revocation channel make their own connections. */
function throughProxy({ mapping, pool }: DatabaseSource, proxy: TcpProxy | undefined) {
  if (proxy === undefined) return { mapping, pool };
  const { connectionString = '' } = pool.options as { readonly connectionString?: string };
  const options = { ...pool.options, connectionString: proxy.proxiedUrl(connectionString) };
  const [connect, query] = [pool.connect.bind(pool), pool.query.bind(pool)];
  const view = { options: { value: options }, connect: { value: connect }, query: { value: query } };
  return { mapping, pool: Object.create(pool, view) as typeof pool };
}

const STORES = [
  { name: 'PostgreSQL', runs: true, open: postgres },
  { name: 'Redis', runs: REDIS_COMMAND !== undefined, open: redis },
];

for (const { name, runs, open } of STORES) {
  const title = runs ? name : `${name}, which did NOT run: there is no redis-server or valkey-server on this machine`;
  describe.runIf(runs)(`two API processes that share limits in ${title}`, () => {
    let store: StoreUnderTest;
    let apis: readonly TestApi[];
    let network = 0;
    /** An address that no test has used. */
    const newAddress = () => `192.0.2.${network++}`;

    const metric = async (api: TestApi, metricName: string) =>
      Number(new RegExp(`^${metricName} (.+)$`, 'm').exec(await api.metrics())?.[1]);
    const until = (metricName: string, value: number) =>
      vi.waitFor(
        async () => {
          for (const api of apis) expect([metricName, await metric(api, metricName)]).toEqual([metricName, value]);
        },
        { timeout: 15_000, interval: 20 },
      );
    const statusOf = async (api: TestApi, address: string, token?: string) => {
      const headers = { 'x-forwarded-for': address };
      return (await api.execute('{ status { ok } }', { headers, ...(token !== undefined && { token }) })).status;
    };
    /** Sends requests of one address to both processes at once; returns the status of each. */
    const flood = (address: string, each: number, token?: string) =>
      Promise.all(apis.flatMap((api) => Array.from({ length: each }, () => statusOf(api, address, token))));
    const admitted = (statuses: readonly number[]) => {
      expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
      return statuses.filter((status) => status === 200).length;
    };
    /** How many requests of a limit's even rate fit into the time since `start`. */
    const since = (start: number, perMinute: number) => Math.ceil(((performance.now() - start) * perMinute) / 60_000);

    beforeAll(async () => {
      store = await open();
      const settings = {
        TRUSTED_PROXIES: ['127.0.0.1'],
        LIMIT_REQUESTS_PER_ADDRESS: PER_ADDRESS,
        LIMIT_REQUESTS_PER_VIEWER: { each: PER_VIEWER, byRole: new Map<string, number>() },
        ...(store.redisUrl !== undefined && { REDIS_URL: store.redisUrl }),
      };
      const source = throughProxy(seeded.source, store.proxy);
      apis = [await startTestApi(source, 'on', { settings }), await startTestApi(source, 'on', { settings })];
      await until('fieldgate_limit_processes', 2);
    });
    afterAll(async () => {
      for (const api of apis) await api.close();
      await store.close();
    });

    // covers: LIMIT-07
    test(`with ${name}, two processes together admit the limit of an address, and a slice each at most`, async () => {
      const [address, start] = [newAddress(), performance.now()];
      const count = admitted(await flood(address, 2 * PER_ADDRESS));
      expect(count).toBeGreaterThanOrEqual(PER_ADDRESS);
      expect(count).toBeLessThanOrEqual(PER_ADDRESS + 2 * SLICE + since(start, PER_ADDRESS));
    });

    // covers: LIMIT-07
    test(`with ${name}, two processes together admit the limit of a viewer, and a slice each at most`, async () => {
      const start = performance.now();
      const token = signToken(seeded.alice);
      const statuses = await Promise.all(
        apis.flatMap((api) => Array.from({ length: 2 * PER_VIEWER }, () => statusOf(api, newAddress(), token))),
      );
      const count = admitted(statuses);
      expect(count).toBeGreaterThanOrEqual(PER_VIEWER);
      expect(count).toBeLessThanOrEqual(PER_VIEWER + 2 * SLICE + since(start, PER_VIEWER));
    });

    // covers: LIMIT-08
    test(`with ${name}, a client that sends its limit through one process is not refused`, async () => {
      const [address, [api]] = [newAddress(), apis];
      if (api === undefined) throw new Error('no API');
      const statuses = await Promise.all(Array.from({ length: PER_ADDRESS }, () => statusOf(api, address)));
      expect(admitted(statuses)).toBe(PER_ADDRESS);
    });

    // covers: LIMIT-09
    test.each([
      ['is killed', () => store.kill(), () => store.restart()],
      ['answers nothing', async () => store.suspend(), async () => store.resume()],
    ])(`while ${name} %s, each process counts for itself, and shares again when it returns`, async (_, stop, start) => {
      const started = performance.now();
      const address = newAddress();
      // Some requests wait for the store while it stops.
      const waiting = flood(newAddress(), PER_ADDRESS);
      await stop();
      expect(admitted(await waiting)).toBeLessThanOrEqual(2 * PER_ADDRESS);
      await flood(newAddress(), 1);
      await until('fieldgate_limit_store_up', 0);
      const count = admitted(await flood(address, 2 * PER_ADDRESS));
      expect(count).toBeGreaterThanOrEqual(2 * PER_ADDRESS);
      expect(count).toBeLessThanOrEqual(2 * (PER_ADDRESS + since(started, PER_ADDRESS)));
      await start();
      await until('fieldgate_limit_store_up', 1);
      await until('fieldgate_limit_processes', 2);
      const [again, restarted] = [newAddress(), performance.now()];
      const shared = admitted(await flood(again, 2 * PER_ADDRESS));
      expect(shared).toBeLessThanOrEqual(PER_ADDRESS + 2 * SLICE + since(restarted, PER_ADDRESS));
    });
  });
}
