import { once } from 'node:events';
import { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { get, listening } from '../../test/support/http-server.ts';
import { Connections, TRAFFIC_LIMITS } from './connections.ts';

/** Returns a socket with a remote address. */
function socketFrom(remoteAddress: string): Socket {
  const socket = new Socket();
  onTestFinished(() => void socket.destroy());
  return Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
}

describe('the connections of one network', () => {
  const limits = { ...TRAFFIC_LIMITS, connectionsPerAddress: 2 };
  /** Opens connections from these addresses; returns which of them are destroyed at once. */
  function destroyed(addresses: readonly string[], proxies: readonly string[] = []): readonly boolean[] {
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
  ])('are limited together: %s', (_, addresses, same, other) => {
    expect(destroyed([...addresses, same, other])).toEqual([...NONE, true, false]);
  });

  test('are not limited for a trusted proxy', () => {
    expect(
      destroyed(
        Array.from({ length: 8 }, () => '2001:db8::1'),
        ['2001:db8::/64'],
      ),
    ).toEqual([...NONE, ...NONE]);
  });
});

describe('requests of one caller in flight', () => {
  const PROXY = '127.0.0.9';
  const traffic = { trustedProxies: [PROXY, '10.0.0.0/8'], limits: { requestsPerCaller: 2 } };
  /** Starts a server that answers /slow after `release`, and refuses requests over a limit. */
  async function start(options: Parameters<typeof listening>[1] = traffic) {
    const release = Promise.withResolvers<void>();
    let waiting = 0;
    const server = await listening((incoming, response, httpServer) => {
      const overload = httpServer.overload(incoming);
      if (overload !== null) return void response.writeHead(overload === 'caller' ? 429 : 503).end();
      if (incoming.url !== '/slow') return void response.end('done');
      waiting++;
      void release.promise.then(() => response.end('slow'));
    }, options);
    /** Sends requests that stay in flight, each on a new connection. */
    const hold = async (count: number, lines: readonly string[], address?: string) => {
      const before = waiting;
      for (let number = 0; number < count; number++) server.send(get('/slow', lines), address);
      await vi.waitUntil(() => waiting === before + count);
    };
    const status = async (lines: readonly string[], address?: string, path = '/') => {
      const answer = await text(server.send(get(path, ['connection: close', ...lines]), address));
      return Number(answer.split(' ')[1]);
    };
    return { ...server, hold, status, release: () => release.resolve(), waiting: () => waiting };
  }
  const named = (chain: string) => [`x-forwarded-for: ${chain}`];

  // covers: HTTP-10
  test.each([
    ['by its peer address', [], '127.0.0.2', [], '127.0.0.3'],
    ['by its peer address, with X-Forwarded-For', named('192.0.2.1'), '127.0.0.2', named('192.0.2.1'), '127.0.0.3'],
    ['by the X-Forwarded-For of a proxy', named('192.0.2.1'), PROXY, named('192.0.2.2'), PROXY],
    [
      'by the X-Forwarded-For of a chain of proxies',
      named('192.0.2.9, 192.0.2.1, 10.0.0.1'),
      PROXY,
      named('192.0.2.9'),
      PROXY,
    ],
    ['by its IPv6 network', named('2001:db8::1'), PROXY, named('2001:db8:0:1::1'), PROXY],
  ])(
    'above the limit are refused for a caller known %s, and for no other caller',
    async (_, own, from, other, elsewhere) => {
      const server = await start();
      await server.hold(2, own, from);
      expect(await server.status(own, from)).toBe(429);
      expect(await server.status(other, elsewhere)).toBe(200);
      server.release();
      await vi.waitUntil(async () => (await server.status(own, from)) === 200);
    },
  );

  test('are limited together for all addresses of an IPv6 /64', async () => {
    const server = await start();
    await server.hold(1, named('2001:db8::1'), PROXY);
    await server.hold(1, named('2001:db8::ffff:0:0:1'), PROXY);
    expect(await server.status(named('2001:db8:0:0:1234::'), PROXY)).toBe(429);
  });

  test('are counted if they are pipelined, until their connection closes', async () => {
    const server = await start();
    const socket = server.send(get('/slow').repeat(5), '127.0.0.2');
    await vi.waitUntil(() => server.waiting() === 2);
    expect(await server.status([], '127.0.0.2')).toBe(429);
    socket.destroy();
    await vi.waitUntil(async () => (await server.status([], '127.0.0.2')) === 200);
  });

  test('are not counted if they were refused', async () => {
    const server = await start();
    await server.hold(1, [], '127.0.0.2');
    for (let time = 0; time < 4; time++) expect(await server.status([], '127.0.0.2')).toBe(200);
    await server.hold(1, [], '127.0.0.2');
    const refused = Array.from({ length: 8 }, () => server.send(get('/'), '127.0.0.2').setEncoding('utf8'));
    for (const socket of refused) expect((await once(socket, 'data'))[0]).toMatch(/^HTTP\/1\.1 429 /);
    server.release();
    await vi.waitUntil(async () => (await server.status([], '127.0.0.2')) === 200);
  });

  test('are not limited for a proxy without X-Forwarded-For', async () => {
    const server = await start();
    await server.hold(4, [], PROXY);
    expect(await server.status([], PROXY)).toBe(200);
  });

  test('are limited to 512 by default', async () => {
    const server = await start({ trustedProxies: [PROXY] });
    await server.hold(512, named('192.0.2.1'), PROXY);
    expect(await server.status(named('192.0.2.1'), PROXY)).toBe(429);
    expect(await server.status(named('192.0.2.2'), PROXY)).toBe(200);
  });
});

describe('a health check', () => {
  /** Limits that are reached with four open connections. */
  const REACHED = {
    'requests of the caller': { requestsPerCaller: 0 },
    'bytes of the caller': { bytesPerCaller: 0 },
    'bytes in all': { bytes: 0 },
    'connections of the caller': { connectionsPerAddress: 4 },
    'connections in all': { connections: 4 },
  } as const;
  const statusOf = async (server: Awaited<ReturnType<typeof listening>>, method: string, path: string) => {
    const bytes = get(path, ['connection: close']).replace('GET', method);
    return Number((await text(server.send(bytes))).split(' ')[1]);
  };

  // covers: HTTP-10
  test.each(Object.entries(REACHED))('is served while the limit on %s is reached', async (_, limits) => {
    const server = await listening(
      (incoming, response, httpServer) =>
        void response.writeHead(httpServer.overload(incoming) === null ? 200 : 503).end(),
      { limits },
    );
    for (let count = 0; count < 4; count++) server.send('');
    await vi.waitUntil(() => server.connections.size === 4);
    for (const path of ['/healthz', '/readyz', '/healthz?verbose'])
      for (const method of ['GET', 'HEAD']) expect([path, await statusOf(server, method, path)]).toEqual([path, 200]);
    for (const path of ['/', '/graphql', '/healthz/', '/healthz2', '/x/healthz', '/?/healthz'])
      expect([path, await statusOf(server, 'GET', path)]).toEqual([path, 503]);
    expect(await statusOf(server, 'POST', '/healthz')).toBe(503);
  });
});
