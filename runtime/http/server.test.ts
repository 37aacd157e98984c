import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { get, listening } from '../../test/support/http-server.ts';

/** So large that the system takes a part of it alone. */
const LARGE = Buffer.alloc(16 * 1_024 * 1_024, 'x');
const STALL = 1_000;

/** How long it took until the server closed a connection, in milliseconds, from now on. */
async function untilClosed(socket: Socket): Promise<number> {
  const began = performance.now();
  // Not `once` of node:events, which rejects on the reset that comes before.
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return performance.now() - began;
}

describe('a request that is slow to arrive', () => {
  // covers: HTTP-09
  test.each([
    ['a head', 'GET / HTTP/1.1\r\nhost: web\r\n'],
    ['a body', 'POST / HTTP/1.1\r\nhost: web\r\ncontent-length: 9\r\n\r\n{'],
  ])('%s that does not arrive in time is 408, and the connection ends', async (_, begun) => {
    const { send } = await listening((incoming) => incoming.resume(), { headersTimeout: 50, requestTimeout: 50 });
    expect(await text(send(begun))).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('a client that stands still for the stall timeout', () => {
  // covers: EDGE-30, HTTP-10
  test('is disconnected within a second of it when it does not read its answer, and not after twice the time', async () => {
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
  ])('is disconnected when it has sent %s', async (_, begun) => {
    const { send } = await listening(
      (incoming, response) => void incoming.resume().on('end', () => response.end('done')),
      { stallTimeout: STALL / 2 },
    );
    const socket = send(begun.slice(0, -1)).resume();
    // The rest comes later: it is another part, not one that came with the request before.
    await once(socket, 'connect');
    await wait(20);
    socket.write(begun.slice(-1));
    expect(await untilClosed(socket)).toBeLessThan(4 * STALL);
  });

  // covers: HTTP-10
  test('is disconnected when it does not read, though it sends on', async () => {
    const { send, connections } = await listening((_, response) => response.end(LARGE), { stallTimeout: STALL });
    const socket = send(`${get('/')}GET / HTTP/1.1\r\nslowly: `).pause();
    const sending = setInterval(() => socket.write('y'), STALL / 10);
    onTestFinished(() => clearInterval(sending));
    await vi.waitUntil(() => connections.bufferedBytes > 0, { timeout: 5_000, interval: 5 });
    await vi.waitUntil(() => connections.size === 0, { timeout: 4 * STALL });
  });

  test('is not disconnected while it reads slowly', async () => {
    const { send } = await listening((_, response) => response.end(LARGE), { stallTimeout: STALL });
    const socket = send(get('/'));
    let length = 0;
    socket.on('data', (data) => {
      length += data.length;
      // Two megabytes at a time, which is more than the system keeps to itself.
      if (Math.floor(length / 2_000_000) === Math.floor((length - data.length) / 2_000_000)) return;
      socket.pause();
      setTimeout(() => socket.resume(), STALL / 4);
    });
    await vi.waitUntil(() => length > LARGE.length || socket.closed, { timeout: 9_000 });
    expect(length).toBeGreaterThan(LARGE.length);
  });

  /** Sends a request, and reads so many bytes of the answer ten times a second, until it is told to stop. */
  function reading(there: Awaited<ReturnType<typeof listening>>, path: string, bytes: number) {
    const socket = there.send(get(path)).on('readable', () => {});
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

  // Elsewhere the socket's own numbers are all there is.
  // covers: HTTP-10
  test.runIf(process.platform === 'linux').each([
    ['/bytes', 300],
    ['/text', 300],
    ['/parts', 300],
    ['/bytes', 600],
  ])(
    'is not disconnected while it reads %s at a steady %i kB/s, and is when it stops',
    async (path, rate) => {
      const there = await serveLarge();
      const client = reading(there, path, rate * 100);
      // Many times the timeout, in which the system takes a part of the answer once or twice.
      await vi.waitUntil(() => client.length >= rate * 5_000 || client.socket.closed, { timeout: 9_000 });
      expect(client.socket.closed).toBe(false);
      expect(there.connections.bufferedBytes).toBeGreaterThan(0);
      client.stop();
      await vi.waitUntil(() => there.connections.size === 0, { timeout: 4 * STALL });
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

  test('is not disconnected while it waits for us, nor while it keeps a connection for later', async () => {
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

describe('a connection whose answer was sent before the body of its request had come', () => {
  const ASKED = 'POST / HTTP/1.1\r\nhost: test\r\n';
  // covers: HTTP-10
  test.each([
    ['a body in one part', `${ASKED}content-length: 6\r\n\r\n`, ['{"a":1']],
    ['a body in parts', `${ASKED}content-length: 6\r\n\r\n`, ['{', '"a"', ':1']],
    ['a body that began with the head', `${ASKED}content-length: 6\r\n\r\n{"`, ['a":1']],
    ['a chunked body', `${ASKED}transfer-encoding: chunked\r\n\r\n`, ['3\r\n{"a\r\n', '2\r\n":\r\n0\r\n', '\r\n']],
  ])('is kept for longer than the stall timeout once %s has come', async (_, head, parts) => {
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

  test('is disconnected after the stall timeout when the rest of the body does not come', async () => {
    const { send } = await listening((_incoming, response) => void response.end('done'), { stallTimeout: STALL / 2 });
    const socket = send(`${ASKED}content-length: 6\r\n\r\n{`).setEncoding('utf8');
    await once(socket, 'data');
    expect(await untilClosed(socket)).toBeLessThan(4 * STALL);
  });
});

describe('bytes that clients have not yet taken', () => {
  const MEGABYTE = 1_024 * 1_024;
  const limits = { bytesPerCaller: 4 * MEGABYTE, bytes: 24 * MEGABYTE };
  const start = (options: Parameters<typeof listening>[1] = {}) =>
    listening(
      (incoming, response, own) => {
        const overload = own.overload(incoming);
        if (overload !== null) return void response.writeHead(overload === 'caller' ? 429 : 503).end();
        response.end(incoming.url === '/large' ? LARGE : 'small');
      },
      { limits, ...options },
    );
  /** The status of an answer to a request of an address. */
  const status = async (there: Awaited<ReturnType<typeof start>>, address?: string, lines: readonly string[] = []) => {
    const answer = await text(there.send(get('/small', ['connection: close', ...lines]), address));
    return Number(answer.split(' ')[1]);
  };

  // covers: HTTP-10
  test('beyond the limit of a caller refuse that caller alone, until they are gone', async () => {
    const there = await start();
    const greedy = there.send(get('/large')).pause();
    await vi.waitUntil(() => there.connections.bufferedBytes > 0);
    expect(await status(there)).toBe(429);
    expect(await status(there, '127.0.0.2')).toBe(200);
    greedy.destroy();
    await vi.waitUntil(() => there.connections.bufferedBytes === 0);
    expect(await status(there)).toBe(200);
  });

  test('beyond the limit in all refuse everybody', async () => {
    const there = await start();
    for (const address of ['127.0.0.2', '127.0.0.3']) there.send(get('/large'), address).pause();
    await vi.waitUntil(() => there.connections.bufferedBytes >= limits.bytes);
    expect(await status(there, '127.0.0.4')).toBe(503);
  });

  test('are counted for whom a trusted proxy names, and for nobody whom another client names', async () => {
    const there = await start({ trustedProxies: ['127.0.0.9'] });
    const named = (address: string) => [`x-forwarded-for: ${address}`];
    there.send(get('/large', named('192.0.2.1')), '127.0.0.9').pause();
    await vi.waitUntil(() => there.connections.bufferedBytes > 0);
    expect(await status(there, '127.0.0.9', named('192.0.2.1'))).toBe(429);
    expect(await status(there, '127.0.0.9', named('192.0.2.2'))).toBe(200);
    expect(await status(there, '127.0.0.2', named('192.0.2.1'))).toBe(200);
  });

  test('are none any more when an answer is read, however it was written', async () => {
    const there = await listening((incoming, response) => {
      if (incoming.url === '/parts')
        for (let part = 0; part < 64; part++) response.write(LARGE.subarray(0, MEGABYTE / 4));
      response.end(incoming.url === '/text' ? 'é'.repeat(MEGABYTE) : LARGE);
    });
    for (const path of ['/text', '/parts', '/bytes']) {
      await text(there.send(get(path, ['connection: close'])));
      await vi.waitUntil(() => there.connections.bufferedBytes === 0);
    }
  });

  test('are none any more when a client leaves that asked for many answers at once', async () => {
    const there = await start({ limits: { bytesPerCaller: Infinity, bytes: Infinity } });
    const greedy = there.send(get('/large').repeat(8)).pause();
    await vi.waitUntil(() => there.connections.bufferedBytes >= 8 * LARGE.length);
    greedy.destroy();
    await vi.waitUntil(() => there.connections.bufferedBytes === 0);
    expect(there.connections.size).toBe(0);
  });
});

describe('connections', () => {
  const answer = (options: Parameters<typeof listening>[1]) =>
    listening((incoming, response, own) => void response.end(own.overload(incoming) ?? 'served'), options);
  /** Asks on a connection that is kept: what came back, or null when it was closed without a word. */
  const ask = async (there: Awaited<ReturnType<typeof answer>>, address?: string) => {
    const socket = there.send(get('/'), address).setEncoding('utf8');
    const first = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    return typeof first[0] === 'string' ? first[0] : null;
  };

  // covers: HTTP-10
  test('beyond the limit of an address are told so and closed; beyond twice that they are closed at once', async () => {
    const there = await answer({ limits: { connectionsPerAddress: 2 } });
    for (let count = 0; count < 2; count++) expect(await ask(there)).toMatch(/served$/);
    // Those that are only open, and ask for nothing, have places, too.
    const silent = there.send('');
    await vi.waitUntil(() => there.connections.size === 3);
    const refused = await ask(there);
    expect(refused).toMatch(/connection: close[^]*caller$/i);
    for (let count = 0; count < 2; count++) there.send('');
    expect(await ask(there, '127.0.0.2')).toMatch(/served$/);
    silent.destroy();
    await vi.waitUntil(async () => (await ask(there)) === null);
  });

  test('beyond the limit in all are told so', async () => {
    const there = await answer({ limits: { connections: 4 } });
    for (let count = 0; count < 4; count++) expect(await ask(there, `127.0.0.${count + 2}`)).toMatch(/served$/);
    expect(await ask(there, '127.0.0.7')).toMatch(/connection: close[^]*server$/i);
  });

  test('of a trusted proxy are not counted by address', async () => {
    const there = await answer({ trustedProxies: ['127.0.0.9'], limits: { connectionsPerAddress: 1 } });
    for (let count = 0; count < 8; count++) expect(await ask(there, '127.0.0.9')).toMatch(/served$/);
  });
});

describe('a server that is told to stop', () => {
  // covers: OPS-11
  test('answers what is on its way on a kept connection, says that it is the last, and closes it', async () => {
    const there = await listening((_, response) => void response.end('answered'));
    const socket = there.send(get('/')).setEncoding('utf8');
    await once(socket, 'data');
    const drained = there.drain();
    await vi.waitUntil(() => !there.server.listening, { interval: 1 });
    socket.write(get('/'));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 [^]*connection: close[^]*answered$/i);
    await drained;
  });

  // covers: EDGE-29
  test('does so also when its process has been held up for longer than it waits', async () => {
    const there = await listening((_, response) => void response.end('answered'));
    const socket = there.send(get('/')).setEncoding('utf8');
    await once(socket, 'data');
    const drained = there.drain();
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

  test('answers the requests that it has begun, takes no new connection, and ends with the last answer', async () => {
    const release = Promise.withResolvers<void>();
    const there = await listening((_, response) => void release.promise.then(() => response.end('slow')));
    const [waiting, begun] = [there.send(get('/')), there.send('GET / HTTP/1.1\r\nhost: test\r\n')];
    await vi.waitUntil(() => there.connections.size === 2);
    const drained = there.drain();
    await vi.waitUntil(() => !there.server.listening);
    begun.write('\r\n');
    await expect(once(there.send(get('/')), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    release.resolve();
    for (const socket of [waiting, begun]) expect(await text(socket)).toMatch(/connection: close[^]*slow$/i);
    await drained;
  });

  test('is not kept by clients that hold idle connections, send nothing, or do not read', async () => {
    const there = await listening((_, response) => void response.end(LARGE));
    there.send('').pause();
    there.send('GET /').pause();
    there.send(get('/')).pause();
    await vi.waitUntil(() => there.connections.size === 3);
    await expect(there.drain()).resolves.toBeUndefined();
    await expect(there.drain()).resolves.toBeUndefined();
  });

  // covers: EDGE-29, OPS-11
  test('resets no request of clients that keep their connections, in ten stops under load', async () => {
    const failures: unknown[] = [];
    let answered = 0;
    for (let stop = 0; stop < 10; stop++) {
      const there = await listening((_, response) => void setTimeout(() => response.end('ok'), 3));
      const agent = new Agent({ keepAlive: true });
      onTestFinished(() => agent.destroy());
      const clients = Array.from({ length: 20 }, async (_, number) => {
        for (;;) {
          const outcome = await asked(agent, there.port);
          if (outcome === 'ECONNREFUSED') return;
          if (outcome === 200) answered++;
          else failures.push(outcome);
          // Some go on at once, others after a pause in which their connection is idle.
          await wait((number % 4) * 10);
        }
      });
      const before = answered;
      await vi.waitUntil(() => answered > before + 100 + stop, { timeout: 9_000, interval: 1 });
      await there.drain();
      await Promise.all(clients);
    }
    expect(failures).toEqual([]);
  }, 60_000);
});

/** What comes of a request: its status, or the error code. */
function asked(agent: Agent, port: number): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const sent = request({ agent, port, host: '127.0.0.1' }, (response) => {
      response.on('error', ({ message }) => resolve(message)).on('end', () => resolve(response.statusCode));
      response.resume();
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code)).end();
  });
}
