import { once } from 'node:events';
import { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { get, listening } from '../../test/support/http-server.ts';
import { Connections, TRAFFIC_LIMITS } from './connections.ts';

/** A connection from an address. */
function socketFrom(remoteAddress: string): Socket {
  const socket = new Socket();
  onTestFinished(() => void socket.destroy());
  return Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
}

describe('the connections of one network', () => {
  const limits = { ...TRAFFIC_LIMITS, connectionsPerAddress: 2 };
  /** Which of the connections from these addresses, one after the other, are closed without a word. */
  function closed(addresses: readonly string[], proxies: readonly string[] = []): readonly boolean[] {
    const connections = new Connections(proxies, limits);
    return addresses.map((address) => {
      const socket = socketFrom(address);
      connections.add(socket);
      return socket.destroyed;
    });
  }
  const NONE = [false, false, false, false];

  // covers: HTTP-10
  test.each([
    ['an IPv4 address', ['192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1', '192.0.2.1'], '::ffff:192.0.2.1', '192.0.2.2'],
    [
      'an IPv6 /64',
      ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:ffff::', '2001:db8::3%eth0'],
      '2001:db8::4',
      '2001:db8:0:1::1',
    ],
  ])('are counted together: %s', (_, addresses, same, other) => {
    expect(closed([...addresses, same, other])).toEqual([...NONE, true, false]);
  });

  test('are not counted when it is that of a trusted proxy', () => {
    expect(
      closed(
        Array.from({ length: 8 }, () => '2001:db8::1'),
        ['2001:db8::/64'],
      ),
    ).toEqual([...NONE, ...NONE]);
  });
});

describe('requests of one caller that are not yet answered', () => {
  const PROXY = '127.0.0.9';
  const traffic = { trustedProxies: [PROXY, '10.0.0.0/8'], limits: { requestsPerCaller: 2 } };
  /** A server that answers requests for /slow when it is told to, and refuses what it should; how many wait. */
  async function start(options: Parameters<typeof listening>[1] = traffic) {
    const release = Promise.withResolvers<void>();
    let waiting = 0;
    const there = await listening((incoming, response, own) => {
      const overload = own.overload(incoming);
      if (overload !== null) return void response.writeHead(overload === 'caller' ? 429 : 503).end();
      if (incoming.url !== '/slow') return void response.end('done');
      waiting++;
      void release.promise.then(() => response.end('slow'));
    }, options);
    /** Sends requests that stay unanswered, each on a connection of its own. */
    const hold = async (count: number, lines: readonly string[], address?: string) => {
      const before = waiting;
      for (let number = 0; number < count; number++) there.send(get('/slow', lines), address);
      await vi.waitUntil(() => waiting === before + count);
    };
    const status = async (lines: readonly string[], address?: string, path = '/') => {
      const answer = await text(there.send(get(path, ['connection: close', ...lines]), address));
      return Number(answer.split(' ')[1]);
    };
    return { ...there, hold, status, release: () => release.resolve(), waiting: () => waiting };
  }
  const named = (chain: string) => [`x-forwarded-for: ${chain}`];

  // covers: HTTP-10
  test.each([
    ['its own address', [], '127.0.0.2', [], '127.0.0.3'],
    ['its own address, whatever it says', named('192.0.2.1'), '127.0.0.2', named('192.0.2.1'), '127.0.0.3'],
    ['the word of a proxy', named('192.0.2.1'), PROXY, named('192.0.2.2'), PROXY],
    ['the word of a chain of proxies', named('192.0.2.9, 192.0.2.1, 10.0.0.1'), PROXY, named('192.0.2.9'), PROXY],
    ['an IPv6 address', named('2001:db8::1'), PROXY, named('2001:db8:0:1::1'), PROXY],
  ])(
    'beyond the limit are refused for a caller known by %s, and for no other',
    async (_, own, from, other, elsewhere) => {
      const there = await start();
      await there.hold(2, own, from);
      expect(await there.status(own, from)).toBe(429);
      expect(await there.status(other, elsewhere)).toBe(200);
      there.release();
      await vi.waitUntil(async () => (await there.status(own, from)) === 200);
    },
  );

  test('are counted together for all addresses of an IPv6 /64', async () => {
    const there = await start();
    await there.hold(1, named('2001:db8::1'), PROXY);
    await there.hold(1, named('2001:db8::ffff:0:0:1'), PROXY);
    expect(await there.status(named('2001:db8:0:0:1234::'), PROXY)).toBe(429);
  });

  test('are counted on one connection too, and no longer when it has gone', async () => {
    const there = await start();
    const socket = there.send(get('/slow').repeat(5), '127.0.0.2');
    await vi.waitUntil(() => there.waiting() === 2);
    expect(await there.status([], '127.0.0.2')).toBe(429);
    socket.destroy();
    await vi.waitUntil(async () => (await there.status([], '127.0.0.2')) === 200);
  });

  test('that were refused do not count', async () => {
    const there = await start();
    await there.hold(1, [], '127.0.0.2');
    for (let time = 0; time < 4; time++) expect(await there.status([], '127.0.0.2')).toBe(200);
    await there.hold(1, [], '127.0.0.2');
    const refused = Array.from({ length: 8 }, () => there.send(get('/'), '127.0.0.2').setEncoding('utf8'));
    for (const socket of refused) expect((await once(socket, 'data'))[0]).toMatch(/^HTTP\/1\.1 429 /);
    there.release();
    await vi.waitUntil(async () => (await there.status([], '127.0.0.2')) === 200);
  });

  test('are not limited for a proxy that names no client', async () => {
    const there = await start();
    await there.hold(4, [], PROXY);
    expect(await there.status([], PROXY)).toBe(200);
  });

  test('are 512 unless said otherwise: three hundred at once are served', async () => {
    const there = await start({ trustedProxies: [PROXY] });
    await there.hold(512, named('192.0.2.1'), PROXY);
    expect(await there.status(named('192.0.2.1'), PROXY)).toBe(429);
    expect(await there.status(named('192.0.2.2'), PROXY)).toBe(200);
  });
});

describe('a health check', () => {
  /** Servers that refuse every other request, by the limit that is reached. */
  const REACHED = {
    'requests of the caller': { requestsPerCaller: 0 },
    'bytes of the caller': { bytesPerCaller: 0 },
    'bytes in all': { bytes: 0 },
    'connections of the caller': { connectionsPerAddress: 4 },
    'connections in all': { connections: 4 },
  } as const;
  const ask = async (there: Awaited<ReturnType<typeof listening>>, method: string, path: string) => {
    const bytes = get(path, ['connection: close']).replace('GET', method);
    return Number((await text(there.send(bytes))).split(' ')[1]);
  };

  // covers: HTTP-10
  test.each(Object.entries(REACHED))('is answered while a limit is reached on %s', async (_, limits) => {
    const there = await listening(
      (incoming, response, own) => void response.writeHead(own.overload(incoming) === null ? 200 : 503).end(),
      { limits },
    );
    for (let count = 0; count < 4; count++) there.send('');
    await vi.waitUntil(() => there.connections.size === 4);
    for (const path of ['/healthz', '/readyz', '/healthz?verbose'])
      for (const method of ['GET', 'HEAD']) expect([path, await ask(there, method, path)]).toEqual([path, 200]);
    for (const path of ['/', '/graphql', '/healthz/', '/healthz2', '/x/healthz', '/?/healthz'])
      expect([path, await ask(there, 'GET', path)]).toEqual([path, 503]);
    expect(await ask(there, 'POST', '/healthz')).toBe(503);
  });
});
