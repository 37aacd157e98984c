import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { watchClient } from '../../../test/support/recording-pool.ts';
import { type TcpProxy, startTcpProxy } from '../../../test/support/tcp-proxy.ts';
import { NotificationChannel, type ChannelOptions } from './notification-channel.ts';

const timings = { heartbeatInterval: 10, lease: 200, openTimeout: 300, maxBackoff: 100 };

let database: TestDatabase;
let proxy: TcpProxy;
let notifier: Client;
let channels: NotificationChannel[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startTcpProxy(database.api);
  notifier = new Client({ connectionString: database.api });
  await notifier.connect();
});
afterEach(async () => {
  for (const channel of channels) await channel.close();
  channels = [];
  proxy.restore();
});
afterAll(async () => {
  await notifier.end();
  await proxy.close();
  await database.drop();
});

const createClient = () =>
  new Client({ connectionString: proxy.proxiedUrl(database.api), connectionTimeoutMillis: 1_000 });

async function open(options: Partial<ChannelOptions> = {}) {
  const received: string[] = [];
  const channel = new NotificationChannel({
    ...timings,
    name: 'news',
    createClient,
    createSender: () => new Client({ connectionString: database.api }),
    onMessage: (payload) => received.push(payload),
    catchUp: async () => undefined,
    ...options,
  });
  channels.push(channel);
  await channel.firstAttempt;
  return { channel, received };
}
const notify = (payload: string, name = 'news') => notifier.query('select pg_notify($1, $2)', [name, payload]);
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 5_000, interval: 5 });

describe('NotificationChannel', () => {
  test('onMessage receives the notifications of the channel’s name, in order, and no others', async () => {
    const { received } = await open();
    await notify('one');
    await notify('other', 'olds');
    await notify('two');
    await until(() => expect(received).toEqual(['one', 'two']));
  });

  test('onMessage does not receive the probes of other channels', async () => {
    const { received } = await open();
    await open();
    await notify('after');
    await until(() => expect(received).toEqual(['after']));
  });

  test('a channel is current after it has caught up, and not before', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const catchingUp = vi.fn(() => promise);
    const opening = open({ catchUp: catchingUp, openTimeout: 5_000 });
    await until(() => expect(catchingUp).toHaveBeenCalled());
    const [channel] = channels;
    expect(channel?.isCurrent).toBe(false);
    resolve();
    await opening;
    expect(channel?.isCurrent).toBe(true);
  });

  test('a channel whose catch-up fails is not current, and retries', async () => {
    const catchUp = vi.fn(async () => undefined).mockRejectedValueOnce(new Error('catch-up failed'));
    const onChange = vi.fn();
    const { channel } = await open({ catchUp, onChange });
    expect(onChange.mock.calls).toEqual([[{ open: false, cause: new Error('catch-up failed') }]]);
    await until(() => expect(channel.isCurrent).toBe(true));
    expect(catchUp).toHaveBeenCalledTimes(2);
  });

  test('a channel is current for its lease after a heartbeat, and no longer: a suspended process may have missed notifications', async () => {
    const { channel } = await open({ heartbeatInterval: 60_000 });
    expect(channel.isCurrent).toBe(true);
    await until(() => expect(channel.isCurrent).toBe(false));
  });

  // covers: SESSION-04
  test('a disconnected channel is not current at once, before the next heartbeat and the end of the lease', async () => {
    const { channel } = await open({ heartbeatInterval: 60_000, lease: 60_000 });
    expect(channel.isCurrent).toBe(true);
    proxy.disconnect();
    await until(() => expect(channel.isCurrent).toBe(false));
  });

  // covers: SESSION-04
  test('a late heartbeat answer does not make a channel current: it counts from when it was sent', async () => {
    const clock = performance.now.bind(performance);
    let ahead = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + ahead);
    onTestFinished(() => void vi.restoreAllMocks());
    // Simulates that each heartbeat took as long as the lease.
    const delay = (text: string) => void (text === 'select' && (ahead += timings.lease));
    const slow = () => watchClient(createClient(), { after: delay });
    const { channel } = await open({ createClient: slow, heartbeatInterval: 60_000 });
    expect(channel.isCurrent).toBe(false);
  });

  describe('catch-up', () => {
    /** Opens a channel whose catch-up takes until the test ends it, far longer than the lease. */
    async function catchingUp() {
      await notifier.query('select pg_advisory_lock(7)');
      onTestFinished(async () => void (await notifier.query('select pg_advisory_unlock_all()')));
      const catchUp = vi.fn(async (connection: Client) => void (await connection.query('select pg_advisory_lock(7)')));
      const opening = open({ catchUp, openTimeout: 60_000, lease: 1_000 });
      await until(() => expect(catchUp).toHaveBeenCalled());
      const [channel] = channels;
      if (channel === undefined) throw new Error('The channel was not made.');
      return { channel, opening, catchUp };
    }

    test.each([1, 2, 50])(
      '%i queries during a slow catch-up succeed: their timeout starts when the channel has caught up',
      async (count) => {
        const { channel, opening, catchUp } = await catchingUp();
        vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
        onTestFinished(() => void vi.useRealTimers());
        const answers = Array.from({ length: count }, (_, index) =>
          channel.query({ text: 'select $1::int as one', values: [index] }),
        );
        const outcomes = Promise.allSettled(answers);
        await vi.advanceTimersByTimeAsync(10_000);
        vi.useRealTimers();
        await notifier.query('select pg_advisory_unlock_all()');
        expect(await outcomes).toEqual(
          Array.from({ length: count }, (_, one) => ({ status: 'fulfilled', value: [{ one }] })),
        );
        await opening;
        expect([channel.isCurrent, catchUp.mock.calls.length]).toEqual([true, 1]);
      },
    );

    test.each([
      ['is disconnected', () => proxy.disconnect()],
      ['is reopened', (channel: NotificationChannel) => channel.reopen()],
      ['is closed', (channel: NotificationChannel) => void channel.close()],
    ])('a channel that %s during the catch-up rejects the waiting queries', async (_, end) => {
      const { channel } = await catchingUp();
      const answer = channel.query({ text: 'select' });
      const outcome = expect(answer).rejects.toThrow();
      end(channel);
      await outcome;
    });
  });

  test('a reopened channel is not current until its new connection has caught up', async () => {
    const catchUp = vi.fn(async () => undefined);
    const { channel, received } = await open({ catchUp });
    channel.reopen();
    expect(channel.isCurrent).toBe(false);
    await expect(channel.query({ text: 'select' })).rejects.toThrow('The channel is not open.');
    await until(() => expect(channel.isCurrent).toBe(true));
    expect(catchUp).toHaveBeenCalledTimes(2);
    expect(await channel.query({ text: 'select 1 as one' })).toEqual([{ one: 1 }]);
    await notify('again');
    await until(() => expect(received).toEqual(['again']));
  });

  test('an answer that arrives during reopen does not make the channel current', async () => {
    let shouldReopen = false;
    const reopenOnce = (text: string) => {
      if (!shouldReopen || text !== 'select') return;
      shouldReopen = false;
      channels[0]?.reopen();
      setImmediate(() => resolve(channels[0]?.isCurrent));
    };
    const interrupted = () => watchClient(createClient(), { after: reopenOnce });
    const { promise, resolve } = Promise.withResolvers<boolean | undefined>();
    await open({ createClient: interrupted });
    shouldReopen = true;
    expect(await promise).toBe(false);
  });

  // covers: SESSION-02
  test('a channel is not current behind a pooler that accepts LISTEN and delivers nothing', async () => {
    const withoutListen = (text: string) => (text.startsWith('listen') ? 'select' : text);
    const createDeafClient = () => watchClient(createClient(), { rewrite: withoutListen });
    const onChange = vi.fn();
    const { channel } = await open({ createClient: createDeafClient, onChange });
    expect(onChange).toHaveBeenCalledWith({
      open: false,
      cause: new Error('The database did not answer within 200 ms.'),
    });
    expect(channel.isCurrent).toBe(false);
  });

  // covers: POOL-03
  test('a channel is not current behind a pooler that delivers notifications only while a statement of its client runs', async () => {
    // As PgBouncer does: what arrives for an idle client is dropped.
    const createPooledClient = () => {
      const client = createClient();
      const emit = client.emit.bind(client) as (event: string, ...args: unknown[]) => boolean;
      let isRunning = false;
      client.emit = (event: string, ...args: unknown[]) =>
        (event !== 'notification' || isRunning) && emit(event, ...args);
      const setRunning = (value: boolean) => void (isRunning = value);
      return watchClient(client, { before: async () => setRunning(true), after: () => setRunning(false) });
    };
    const { channel } = await open({ createClient: createPooledClient });
    expect(channel.isCurrent).toBe(false);
  });

  // covers: POOL-03
  test('a channel that listens on another database than the one that notifies is not current', async () => {
    const other = await createTestDatabase();
    onTestFinished(other.drop);
    const { channel } = await open({ createSender: () => new Client({ connectionString: other.api }) });
    expect(channel.isCurrent).toBe(false);
  });

  // covers: SESSION-02, US4.4
  test.each([
    ['is disconnected', () => proxy.disconnect()],
    ['stops answering', () => proxy.freeze()],
  ])('a channel that %s is not current, and recovers', async (_, interrupt) => {
    const { channel, received } = await open();
    expect(channel.isCurrent).toBe(true);
    interrupt();
    await until(() => expect(channel.isCurrent).toBe(false));
    proxy.restore();
    await until(() => expect(channel.isCurrent).toBe(true));
    await notify('again');
    await until(() => expect(received).toEqual(['again']));
  });

  test('onChange is called once per outage, however many attempts fail', async () => {
    const onChange = vi.fn();
    const connecting = vi.fn(createClient);
    proxy.disconnect();
    await open({ onChange, createClient: connecting });
    await until(() => expect(connecting.mock.calls.length).toBeGreaterThan(3));
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  test('a closed channel receives nothing, leaves no connection and opens no other', async () => {
    const connecting = vi.fn(createClient);
    const { channel, received } = await open({ createClient: connecting });
    await channel.close();
    const listeners = `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    await until(async () => expect((await notifier.query(listeners)).rowCount).toBe(0));
    await notify('too late');
    expect([received, channel.isCurrent, connecting.mock.calls.length]).toEqual([[], false, 1]);
  });

  test.each([
    ['while the server is unreachable', () => proxy.disconnect()],
    ['while the server does not answer', () => proxy.freeze()],
  ])('a channel can be closed %s', async (_, interrupt) => {
    const { channel } = await open({ lease: 60_000, openTimeout: 60_000 });
    interrupt();
    await channel.close();
    expect(channel.isCurrent).toBe(false);
  });
});
