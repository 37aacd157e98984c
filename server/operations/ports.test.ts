import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { acceptsConnections, freePort, isPortFree, assertPortsFree } from './ports.ts';

async function listenOn(host: string): Promise<{ port: number; close: () => void }> {
  const server = net.createServer().listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as net.AddressInfo).port, close: () => void server.close() };
}

test('freePort returns a port that no outgoing connection takes', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  for (const port of ports) {
    expect(port).toBeLessThan(32_768);
    expect(await isPortFree(port, '127.0.0.1')).toBe(true);
  }
});

describe('assertPortsFree', () => {
  test.each(['127.0.0.1', '0.0.0.0', '::'])(
    'assertPortsFree names the setting to change for a port that is taken on %s',
    async (host) => {
      const { port } = await listenOn(host);
      await expect(assertPortsFree({ WEB_PORT: port })).rejects.toThrow(
        `Port ${port} is taken by another program: set WEB_PORT to a free one.`,
      );
    },
  );

  test('assertPortsFree lists all taken ports at once', async () => {
    const [api, web] = [await listenOn('127.0.0.1'), await listenOn('127.0.0.1')];
    await expect(assertPortsFree({ API_PORT: api.port, WEB_PORT: web.port })).rejects.toThrow(
      /API_PORT[^]*\n[^]*WEB_PORT/,
    );
  });

  test('assertPortsFree rejects one port for two settings', async () => {
    const port = await freePort();
    await expect(assertPortsFree({ API_PORT: port, WEB_PORT: port })).rejects.toThrow(
      `API_PORT and WEB_PORT are the same port, ${port}: change one.`,
    );
  });

  test('assertPortsFree waits until a port is free', async () => {
    const { port, close } = await listenOn('127.0.0.1');
    setTimeout(close, 100);
    await assertPortsFree({ API_PORT: port }, 5_000);
  });

  test('assertPortsFree rejects at once when its signal is aborted', async () => {
    const { port } = await listenOn('127.0.0.1');
    const stopping = new AbortController();
    const free = assertPortsFree({ API_PORT: port }, 600_000, stopping.signal);
    stopping.abort(new Error('stopped'));
    await expect(free).rejects.toThrow(/stopped|aborted/);
  });

  test('assertPortsFree accepts a free port and leaves it free', async () => {
    const port = await freePort();
    await assertPortsFree({ API_PORT: port });
    expect(await isPortFree(port)).toBe(true);
  });
});

test('acceptsConnections is true only for a port that a program listens on', async () => {
  const { port } = await listenOn('127.0.0.1');
  expect(await acceptsConnections(port)).toBe(true);
  expect(await acceptsConnections(await freePort())).toBe(false);
});
