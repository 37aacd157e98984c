import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { get, listening } from '../../test/support/http-server.ts';

/** Larger than the kernel's send buffer. */
const LARGE = Buffer.alloc(16 * 1_024 * 1_024, 'x');
const STALL = 1_000;

/** Waits until the server closes a connection; returns the milliseconds from now. */
async function untilClosed(socket: Socket): Promise<number> {
  const began = performance.now();
  // Not `once` of node:events, which rejects because of the reset before the close.
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return performance.now() - began;
}

describe('a request that arrives too slowly', () => {
  // covers: HTTP-09
  test.each([
    ['a head', 'GET / HTTP/1.1\r\nhost: web\r\n'],
    ['a body', 'POST / HTTP/1.1\r\nhost: web\r\ncontent-length: 9\r\n\r\n{'],
  ])('receives 408 and its connection is closed: %s', async (_, begun) => {
    const { send } = await listening((incoming) => incoming.resume(), { headersTimeout: 50, requestTimeout: 50 });
    expect(await text(send(begun))).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('a client that stalls', () => {
  // covers: EDGE-30, HTTP-10
  test('is disconnected within a second after the stall timeout if it does not read its response', async () => {
    const { send, connections } = await listening((_, response) => response.end(LARGE), { stallTimeout: 2 * STALL });
    const began = performance.now();
    send(get('/')).pause();
    await vi.waitUntil(() => connections.bufferedBytes > 0, { timeout: 5_000, interval: 5 });
    await vi.waitUntil(() => connections.size === 0, { timeout: 10_000, interval: 5 });
    const took = performance.now() - began;
    expect(took).toBeGreaterThanOrEqual(2 * STALL - 50);
    expect(took).toBeLessThan(3 * STALL + 500);
    expect(connections.bufferedBytes).toBe(0);
  });

  test.each([
    ['the head', 'GET / HTTP/1.1\r\nhost: test\r\nx: '],
    ['the body', 'POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 9\r\n\r\n{'],
    ['the head of a second request', `${get('/')}GET /`],
    ['a chunked body', 'POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'],
    ['nothing at all', ''],
  ])('is disconnected after it has sent only %s', async (_, begun) => {
    const { send } = await listening(
      (incoming, response) => void incoming.resume().on('end', () => response.end('done')),
      { stallTimeout: STALL / 2 },
    );
    const socket = send(begun.slice(0, -1)).resume();
    // In a separate packet, not together with the request before.
    await once(socket, 'connect');
    await wait(20);
    socket.write(begun.slice(-1));
    expect(await untilClosed(socket)).toBeLessThan(4 * STALL);
  });

  // covers: HTTP-10
  test('is disconnected if it does not read, even while it sends single bytes', async () => {
    const { send, connections } = await listening((_, response) => response.end(LARGE), { stallTimeout: STALL });
    const socket = send(`${get('/')}GET / HTTP/1.1\r\nslowly: `).pause();
    const sending = setInterval(() => socket.write('y'), STALL / 10);
    onTestFinished(() => clearInterval(sending));
    await vi.waitUntil(() => connections.bufferedBytes > 0, { timeout: 5_000, interval: 5 });
    await vi.waitUntil(() => connections.size === 0, { timeout: 4 * STALL });
  });

  test('is not disconnected if it pauses for less than the stall timeout', async () => {
    const { send } = await listening((_, response) => response.end(LARGE), { stallTimeout: STALL });
    const socket = send(get('/'));
    let length = 0;
    socket.on('data', (data) => {
      length += data.length;
      // Two megabytes at a time, more than the kernel buffers.
      if (Math.floor(length / 2_000_000) === Math.floor((length - data.length) / 2_000_000)) return;
      socket.pause();
      setTimeout(() => socket.resume(), STALL / 4);
    });
    await vi.waitUntil(() => length > LARGE.length || socket.closed, { timeout: 9_000 });
    expect(length).toBeGreaterThan(LARGE.length);
  });

  /** Sends a request, and reads `bytes` of the response ten times a second until `stop`. */
  function reading(server: Awaited<ReturnType<typeof listening>>, path: string, bytes: number) {
    const socket = server.send(get(path)).on('readable', () => {});
    const client = { socket, length: 0, stop: () => clearInterval(timer) };
    const timer = setInterval(() => {
      const part = socket.read(Math.min(bytes, socket.readableLength)) as Buffer | null;
      client.length += part?.length ?? 0;
    }, 100);
    onTestFinished(client.stop);
    return client;
  }
  const serveLarge = () =>
    listening(
      (incoming, response) => {
        if (incoming.url === '/parts')
          for (let part = 0; part < 64; part++) response.write(LARGE.subarray(0, LARGE.length / 64));
        response.end(incoming.url === '/parts' ? '' : incoming.url === '/text' ? LARGE.toString('latin1') : LARGE);
      },
      { stallTimeout: STALL },
    );

  // Other systems have no table of send queues.
  // covers: HTTP-10
  test.runIf(process.platform === 'linux').each([
    ['/bytes', 300],
    ['/text', 300],
    ['/parts', 300],
    ['/bytes', 600],
  ])(
    'is not disconnected while it reads %s at a steady %i kB/s, and is disconnected after it stops',
    async (path, rate) => {
      const server = await serveLarge();
      const client = reading(server, path, rate * 100);
      // Many times the timeout, in which the kernel accepts more of the response only once or twice.
      await vi.waitUntil(() => client.length >= rate * 5_000 || client.socket.closed, { timeout: 9_000 });
      expect(client.socket.closed).toBe(false);
      expect(server.connections.bufferedBytes).toBeGreaterThan(0);
      client.stop();
      await vi.waitUntil(() => server.connections.size === 0, { timeout: 4 * STALL });
    },
    15_000,
  );

  test('is not disconnected while it sends slowly', async () => {
    const { send } = await listening(
      (incoming, response) => void incoming.resume().on('end', () => response.end('done')),
      { stallTimeout: STALL / 2 },
    );
    const socket = send('POST / HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: 8\r\n\r\n');
    const answer = text(socket);
    for (const letter of 'slowly..') {
      await wait(STALL / 5);
      socket.write(letter);
    }
    expect(await answer).toMatch(/done$/);
  });

  test('is not disconnected while it waits for its response, nor on an idle keep-alive connection', async () => {
    const { send } = await listening((_, response) => void setTimeout(() => response.end('late'), STALL), {
      stallTimeout: STALL / 4,
    });
    const socket = send(get('/')).setEncoding('utf8');
    expect((await once(socket, 'data'))[0]).toMatch(/late$/);
    await wait(STALL);
    socket.write(get('/'));
    expect((await once(socket, 'data'))[0]).toMatch(/late$/);
  });
});

describe('a connection whose response was sent before the request body arrived', () => {
  const HEAD = 'POST / HTTP/1.1\r\nhost: test\r\n';
  // covers: HTTP-10
  test.each([
    ['a body in one part', `${HEAD}content-length: 6\r\n\r\n`, ['{"a":1']],
    ['a body in parts', `${HEAD}content-length: 6\r\n\r\n`, ['{', '"a"', ':1']],
    ['a body that arrives partly with the head', `${HEAD}content-length: 6\r\n\r\n{"`, ['a":1']],
    ['a chunked body', `${HEAD}transfer-encoding: chunked\r\n\r\n`, ['3\r\n{"a\r\n', '2\r\n":\r\n0\r\n', '\r\n']],
  ])('stays open for longer than the stall timeout after %s has arrived', async (_, head, parts) => {
    const { send } = await listening((_incoming, response) => void response.end('done'), { stallTimeout: STALL / 2 });
    const socket = send(head).setEncoding('utf8');
    expect((await once(socket, 'data'))[0]).toMatch(/done$/);
    for (const part of parts) {
      await wait(20);
      socket.write(part);
    }
    await wait(2 * STALL);
    expect(socket.closed).toBe(false);
    socket.write(get('/'));
    expect((await once(socket, 'data'))[0]).toMatch(/^HTTP\/1\.1 200 [^]*done$/);
  });

  test('is closed after the stall timeout if the rest of the body does not arrive', async () => {
    const { send } = await listening((_incoming, response) => void response.end('done'), { stallTimeout: STALL / 2 });
    const socket = send(`${HEAD}content-length: 6\r\n\r\n{`).setEncoding('utf8');
    await once(socket, 'data');
    expect(await untilClosed(socket)).toBeLessThan(4 * STALL);
  });
});

describe('buffered bytes of responses', () => {
  const MEGABYTE = 1_024 * 1_024;
  const limits = { bytesPerCaller: 4 * MEGABYTE, bytes: 24 * MEGABYTE };
  const start = (options: Parameters<typeof listening>[1] = {}) =>
    listening(
      (incoming, response, httpServer) => {
        const overload = httpServer.overload(incoming);
        if (overload !== null) return void response.writeHead(overload === 'caller' ? 429 : 503).end();
        response.end(incoming.url === '/large' ? LARGE : 'small');
      },
      { limits, ...options },
    );
  /** Sends a request from an address; returns the status of the response. */
  const status = async (server: Awaited<ReturnType<typeof start>>, address?: string, lines: readonly string[] = []) => {
    const answer = await text(server.send(get('/small', ['connection: close', ...lines]), address));
    return Number(answer.split(' ')[1]);
  };

  // covers: HTTP-10
  test('above the limit of a caller cause refusals for that caller only, until they are released', async () => {
    const server = await start();
    const greedy = server.send(get('/large')).pause();
    await vi.waitUntil(() => server.connections.bufferedBytes > 0);
    expect(await status(server)).toBe(429);
    expect(await status(server, '127.0.0.2')).toBe(200);
    greedy.destroy();
    await vi.waitUntil(() => server.connections.bufferedBytes === 0);
    expect(await status(server)).toBe(200);
  });

  test('above the limit of the server cause refusals for every caller', async () => {
    const server = await start();
    for (const address of ['127.0.0.2', '127.0.0.3']) server.send(get('/large'), address).pause();
    await vi.waitUntil(() => server.connections.bufferedBytes >= limits.bytes);
    expect(await status(server, '127.0.0.4')).toBe(503);
  });

  test('are counted by X-Forwarded-For behind a trusted proxy, and not by that of another client', async () => {
    const server = await start({ trustedProxies: ['127.0.0.9'] });
    const named = (address: string) => [`x-forwarded-for: ${address}`];
    server.send(get('/large', named('192.0.2.1')), '127.0.0.9').pause();
    await vi.waitUntil(() => server.connections.bufferedBytes > 0);
    expect(await status(server, '127.0.0.9', named('192.0.2.1'))).toBe(429);
    expect(await status(server, '127.0.0.9', named('192.0.2.2'))).toBe(200);
    expect(await status(server, '127.0.0.2', named('192.0.2.1'))).toBe(200);
  });

  test('are zero after a response has been read, for strings, parts and bytes', async () => {
    const server = await listening((incoming, response) => {
      if (incoming.url === '/parts')
        for (let part = 0; part < 64; part++) response.write(LARGE.subarray(0, MEGABYTE / 4));
      response.end(incoming.url === '/text' ? 'é'.repeat(MEGABYTE) : LARGE);
    });
    for (const path of ['/text', '/parts', '/bytes']) {
      await text(server.send(get(path, ['connection: close'])));
      await vi.waitUntil(() => server.connections.bufferedBytes === 0);
    }
  });

  test('are zero after a client with many pipelined requests has left', async () => {
    const server = await start({ limits: { bytesPerCaller: Infinity, bytes: Infinity } });
    const greedy = server.send(get('/large').repeat(8)).pause();
    await vi.waitUntil(() => server.connections.bufferedBytes >= 8 * LARGE.length);
    greedy.destroy();
    await vi.waitUntil(() => server.connections.bufferedBytes === 0);
    expect(server.connections.size).toBe(0);
  });
});

describe('the connections of a server', () => {
  const answer = (options: Parameters<typeof listening>[1]) =>
    listening(
      (incoming, response, httpServer) => void response.end(httpServer.overload(incoming) ?? 'served'),
      options,
    );
  /** Sends a request on a keep-alive connection; returns the response, or null if the connection was closed. */
  const exchange = async (server: Awaited<ReturnType<typeof answer>>, address?: string) => {
    const socket = server.send(get('/'), address).setEncoding('utf8');
    const first = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    return typeof first[0] === 'string' ? first[0] : null;
  };

  // covers: HTTP-10
  test('above the limit of an address are refused and closed, and above twice the limit closed at once', async () => {
    const server = await answer({ limits: { connectionsPerAddress: 2 } });
    for (let count = 0; count < 2; count++) expect(await exchange(server)).toMatch(/served$/);
    // Connections without a request count, too.
    const silent = server.send('');
    await vi.waitUntil(() => server.connections.size === 3);
    const refused = await exchange(server);
    expect(refused).toMatch(/connection: close[^]*caller$/i);
    for (let count = 0; count < 2; count++) server.send('');
    expect(await exchange(server, '127.0.0.2')).toMatch(/served$/);
    silent.destroy();
    await vi.waitUntil(async () => (await exchange(server)) === null);
  });

  test('above the limit of the server are refused', async () => {
    const server = await answer({ limits: { connections: 4 } });
    for (let count = 0; count < 4; count++) expect(await exchange(server, `127.0.0.${count + 2}`)).toMatch(/served$/);
    expect(await exchange(server, '127.0.0.7')).toMatch(/connection: close[^]*server$/i);
  });

  test('from a trusted proxy are not limited by address', async () => {
    const server = await answer({ trustedProxies: ['127.0.0.9'], limits: { connectionsPerAddress: 1 } });
    for (let count = 0; count < 8; count++) expect(await exchange(server, '127.0.0.9')).toMatch(/served$/);
  });
});

describe('a draining server', () => {
  // covers: OPS-11
  test('serves a request in transit on a keep-alive connection with `connection: close`', async () => {
    const server = await listening((_, response) => void response.end('answered'));
    const socket = server.send(get('/')).setEncoding('utf8');
    await once(socket, 'data');
    const drained = server.drain();
    await vi.waitUntil(() => !server.server.listening, { interval: 1 });
    socket.write(get('/'));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 [^]*connection: close[^]*answered$/i);
    await drained;
  });

  // covers: EDGE-29
  test('serves a request in transit even if its event loop was blocked for longer than the grace time', async () => {
    const server = await listening((_, response) => void response.end('answered'));
    const socket = server.send(get('/')).setEncoding('utf8');
    await once(socket, 'data');
    const drained = server.drain();
    await wait(10);
    socket.write(get('/'));
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
        resolve();
      });
    });
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 [^]*answered$/);
    await drained;
  });

  // covers: PROC-07
  test('waits longer for the first request of a new connection than for another one of an idle connection', async () => {
    const server = await listening((_, response) => void response.end('answered'));
    const idle = server.send(get('/'));
    await once(idle, 'data');
    const fresh = server.send('');
    await vi.waitUntil(() => server.connections.size === 2);
    const drained = server.drain();
    await once(idle.resume(), 'end');
    fresh.write(get('/'));
    expect(await text(fresh)).toMatch(/^HTTP\/1\.1 200 [^]*answered$/);
    await drained;
  });

  test('finishes the requests in flight, accepts no new connection, and ends after the last response', async () => {
    const release = Promise.withResolvers<void>();
    const server = await listening((_, response) => void release.promise.then(() => response.end('slow')));
    const [waiting, begun] = [server.send(get('/')), server.send('GET / HTTP/1.1\r\nhost: test\r\n')];
    await vi.waitUntil(() => server.connections.size === 2);
    const drained = server.drain();
    await vi.waitUntil(() => !server.server.listening);
    begun.write('\r\n');
    await expect(once(server.send(get('/')), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    release.resolve();
    for (const socket of [waiting, begun]) expect(await text(socket)).toMatch(/connection: close[^]*slow$/i);
    await drained;
  });

  test('ends despite clients that keep idle connections, send nothing, or do not read', async () => {
    const server = await listening((_, response) => void response.end(LARGE));
    server.send('').pause();
    server.send('GET /').pause();
    server.send(get('/')).pause();
    await vi.waitUntil(() => server.connections.size === 3);
    await expect(server.drain()).resolves.toBeUndefined();
    await expect(server.drain()).resolves.toBeUndefined();
  });

  // covers: EDGE-29, OPS-11
  test('resets no request of keep-alive clients, in ten stops under load', async () => {
    const failures: unknown[] = [];
    let answered = 0;
    for (let stop = 0; stop < 10; stop++) {
      const server = await listening((_, response) => void setTimeout(() => response.end('ok'), 3));
      const agent = new Agent({ keepAlive: true });
      onTestFinished(() => agent.destroy());
      const clients = Array.from({ length: 20 }, async (_, number) => {
        for (;;) {
          const outcome = await outcomeOf(agent, server.port);
          if (outcome === 'ECONNREFUSED') return;
          if (outcome === 200) answered++;
          else failures.push(outcome);
          // Some clients continue at once, others after a pause in which their connection is idle.
          await wait((number % 4) * 10);
        }
      });
      const before = answered;
      await vi.waitUntil(() => answered > before + 100 + stop, { timeout: 9_000, interval: 1 });
      await server.drain();
      await Promise.all(clients);
    }
    expect(failures).toEqual([]);
  }, 60_000);
});

/** Sends a request; returns its status, or the error code. */
function outcomeOf(agent: Agent, port: number): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const sent = request({ agent, port, host: '127.0.0.1' }, (response) => {
      response.on('error', ({ message }) => resolve(message)).on('end', () => resolve(response.statusCode));
      response.resume();
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code)).end();
  });
}
