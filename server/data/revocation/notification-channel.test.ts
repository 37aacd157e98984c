import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { watchClient } from '../../../test/support/recording-pool.ts';
import { type TcpProxy, startTcpProxy } from '../../../test/support/tcp-proxy.ts';
import { NotificationChannel, type ChannelOptions } from './notification-channel.ts';

const times = { heartbeatInterval: 10, lease: 200, openTimeout: 300, maxBackoff: 100 };

let place: TestDatabase;
let proxy: TcpProxy;
let speaker: Client;
let channels: NotificationChannel[] = [];

beforeAll(async () => {
  place = await createTestDatabase();
  proxy = await startTcpProxy(place.api);
  speaker = new Client({ connectionString: place.api });
  await speaker.connect();
});
afterEach(async () => {
  for (const channel of channels) await channel.close();
  channels = [];
  proxy.restore();
});
afterAll(async () => {
  await speaker.end();
  await proxy.close();
  await place.drop();
});

const createClient = () =>
  new Client({ connectionString: proxy.proxiedUrl(place.api), connectionTimeoutMillis: 1_000 });

async function open(options: Partial<ChannelOptions> = {}) {
  const heard: string[] = [];
  const channel = new NotificationChannel({
    ...times,
    name: 'news',
    createClient,
    onMessage: (payload) => heard.push(payload),
    catchUp: async () => undefined,
    ...options,
  });
  channels.push(channel);
  await channel.firstAttempt;
  return { channel, heard };
}
const say = (payload: string, name = 'news') => speaker.query('select pg_notify($1, $2)', [name, payload]);
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 5_000, interval: 5 });

describe('a channel', () => {
  test('hears what is notified under its name, in order, and nothing else', async () => {
    const { heard } = await open();
    await say('one');
    await say('elsewhere', 'olds');
    await say('two');
    await until(() => expect(heard).toEqual(['one', 'two']));
  });

  test('does not hear the proofs of others', async () => {
    const { heard } = await open();
    await open();
    await say('after');
    await until(() => expect(heard).toEqual(['after']));
  });

  test('is sound once it has caught up, and not before', async () => {
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

  test('is not sound when the past cannot be read, and tries again', async () => {
    const catchUp = vi.fn(async () => undefined).mockRejectedValueOnce(new Error('no past'));
    const onChange = vi.fn();
    const { channel } = await open({ catchUp, onChange });
    expect(onChange.mock.calls).toEqual([[{ open: false, cause: new Error('no past') }]]);
    await until(() => expect(channel.isCurrent).toBe(true));
    expect(catchUp).toHaveBeenCalledTimes(2);
  });

  test('is sound for its lease after a question, and not for longer: a process that stood still may have missed much', async () => {
    const { channel } = await open({ heartbeatInterval: 60_000 });
    expect(channel.isCurrent).toBe(true);
    await until(() => expect(channel.isCurrent).toBe(false));
  });

  // covers: SESSION-04
  test('that is cut is not sound at once, without waiting for a beat or for the end of the lease', async () => {
    const { channel } = await open({ heartbeatInterval: 60_000, lease: 60_000 });
    expect(channel.isCurrent).toBe(true);
    proxy.disconnect();
    await until(() => expect(channel.isCurrent).toBe(false));
  });

  // covers: SESSION-04
  test('is not sound on an answer that is late: it proves what was so when it was asked for', async () => {
    const clock = performance.now.bind(performance);
    let ahead = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + ahead);
    onTestFinished(() => void vi.restoreAllMocks());
    // As if each heartbeat had taken as long as the lease.
    const delay = (text: string) => void (text === 'select' && (ahead += times.lease));
    const slow = () => watchClient(createClient(), { after: delay });
    const { channel } = await open({ createClient: slow, heartbeatInterval: 60_000 });
    expect(channel.isCurrent).toBe(false);
  });

  describe('that is catching up', () => {
    /** A channel whose catch-up takes until the test ends it, and far longer than the lease. */
    async function catchingUp() {
      await speaker.query('select pg_advisory_lock(7)');
      onTestFinished(async () => void (await speaker.query('select pg_advisory_unlock_all()')));
      const catchUp = vi.fn(async (connection: Client) => void (await connection.query('select pg_advisory_lock(7)')));
      const opening = open({ catchUp, openTimeout: 60_000, lease: 1_000 });
      await until(() => expect(catchUp).toHaveBeenCalled());
      const [channel] = channels;
      if (channel === undefined) throw new Error('The channel was not made.');
      return { channel, opening, catchUp };
    }

    test.each([1, 2, 50])(
      'answers %i queries after a slow catch-up: their timeout starts when it has caught up',
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
        await speaker.query('select pg_advisory_unlock_all()');
        expect(await outcomes).toEqual(
          Array.from({ length: count }, (_, one) => ({ status: 'fulfilled', value: [{ one }] })),
        );
        await opening;
        expect([channel.isCurrent, catchUp.mock.calls.length]).toEqual([true, 1]);
      },
    );

    test.each([
      ['is cut', () => proxy.disconnect()],
      ['is given up', (channel: NotificationChannel) => channel.reopen()],
      ['is closed', (channel: NotificationChannel) => void channel.close()],
    ])('and %s rejects the queries that wait for the catch-up', async (_, end) => {
      const { channel } = await catchingUp();
      const answer = channel.query({ text: 'select' });
      const outcome = expect(answer).rejects.toThrow();
      end(channel);
      await outcome;
    });
  });

  test('that is given up is not sound until another connection has caught up', async () => {
    const catchUp = vi.fn(async () => undefined);
    const { channel, heard } = await open({ catchUp });
    channel.reopen();
    expect(channel.isCurrent).toBe(false);
    await expect(channel.query({ text: 'select' })).rejects.toThrow('The channel is not open.');
    await until(() => expect(channel.isCurrent).toBe(true));
    expect(catchUp).toHaveBeenCalledTimes(2);
    expect(await channel.query({ text: 'select 1 as one' })).toEqual([{ one: 1 }]);
    await say('again');
    await until(() => expect(heard).toEqual(['again']));
  });

  test('that is given up while an answer arrives is not made sound by that answer', async () => {
    let giveUp = false;
    const reopenOnce = (text: string) => {
      if (!giveUp || text !== 'select') return;
      giveUp = false;
      channels[0]?.reopen();
      setImmediate(() => resolve(channels[0]?.isCurrent));
    };
    const interrupted = () => watchClient(createClient(), { after: reopenOnce });
    const { promise, resolve } = Promise.withResolvers<boolean | undefined>();
    await open({ createClient: interrupted });
    giveUp = true;
    expect(await promise).toBe(false);
  });

  // covers: SESSION-02
  test('is not sound behind a pooler that takes LISTEN and delivers nothing', async () => {
    const withoutListen = (text: string) => (text.startsWith('listen') ? 'select' : text);
    const deaf = () => watchClient(createClient(), { rewrite: withoutListen });
    const onChange = vi.fn();
    const { channel } = await open({ createClient: deaf, onChange });
    expect(onChange).toHaveBeenCalledWith({
      open: false,
      cause: new Error('The database did not answer within 300 ms.'),
    });
    expect(channel.isCurrent).toBe(false);
  });

  // covers: SESSION-02, US4.4
  test.each([
    ['that is cut', () => proxy.disconnect()],
    ['that falls silent', () => proxy.freeze()],
  ])('%s is not sound, and is again when it can be', async (_, fault) => {
    const { channel, heard } = await open();
    expect(channel.isCurrent).toBe(true);
    fault();
    await until(() => expect(channel.isCurrent).toBe(false));
    proxy.restore();
    await until(() => expect(channel.isCurrent).toBe(true));
    await say('again');
    await until(() => expect(heard).toEqual(['again']));
  });

  test('tells of one outage once, however often it tries meanwhile', async () => {
    const onChange = vi.fn();
    const connecting = vi.fn(createClient);
    proxy.disconnect();
    await open({ onChange, createClient: connecting });
    await until(() => expect(connecting.mock.calls.length).toBeGreaterThan(3));
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  test('that is closed hears no more, leaves no connection and opens no other', async () => {
    const connecting = vi.fn(createClient);
    const { channel, heard } = await open({ createClient: connecting });
    await channel.close();
    const listeners = `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    await until(async () => expect((await speaker.query(listeners)).rowCount).toBe(0));
    await say('too late');
    expect([heard, channel.isCurrent, connecting.mock.calls.length]).toEqual([[], false, 1]);
  });

  test.each([
    ['while it cannot reach anybody', () => proxy.disconnect()],
    ['while nobody answers', () => proxy.freeze()],
  ])('can be closed %s', async (_, fault) => {
    const { channel } = await open({ lease: 60_000, openTimeout: 60_000 });
    fault();
    await channel.close();
    expect(channel.isCurrent).toBe(false);
  });
});
