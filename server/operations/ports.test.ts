import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { acceptsConnections, freePort, isPortFree, assertPortsFree } from './ports.ts';

async function taken(host: string): Promise<{ port: number; leave: () => void }> {
  const server = net.createServer().listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as net.AddressInfo).port, leave: () => void server.close() };
}

describe('requireFreePorts', () => {
  test.each(['127.0.0.1', '0.0.0.0', '::'])('names the setting to change for a port taken on %s', async (host) => {
    const { port } = await taken(host);
    await expect(assertPortsFree({ WEB_PORT: port })).rejects.toThrow(
      `Port ${port} is taken by another program: set WEB_PORT to a free one.`,
    );
  });

  test('lists all of them at once', async () => {
    const [api, web] = [await taken('127.0.0.1'), await taken('127.0.0.1')];
    await expect(assertPortsFree({ API_PORT: api.port, WEB_PORT: web.port })).rejects.toThrow(
      /API_PORT[^]*\n[^]*WEB_PORT/,
    );
  });

  test('refuses one port for two settings', async () => {
    const port = await freePort();
    await expect(assertPortsFree({ API_PORT: port, WEB_PORT: port })).rejects.toThrow(
      `API_PORT and WEB_PORT are the same port, ${port}: change one.`,
    );
  });

  test('waits for a port to be left', async () => {
    const { port, leave } = await taken('127.0.0.1');
    setTimeout(leave, 100);
    await assertPortsFree({ API_PORT: port }, 5_000);
  });

  test('stops waiting at once when it is told to', async () => {
    const { port } = await taken('127.0.0.1');
    const stopping = new AbortController();
    const free = assertPortsFree({ API_PORT: port }, 600_000, stopping.signal);
    stopping.abort(new Error('stopped'));
    await expect(free).rejects.toThrow(/stopped|aborted/);
  });

  test('accepts a free port and leaves it free', async () => {
    const port = await freePort();
    await assertPortsFree({ API_PORT: port });
    expect(await isPortFree(port)).toBe(true);
  });
});

test('accepts is true only where something listens', async () => {
  const { port } = await taken('127.0.0.1');
  expect(await acceptsConnections(port)).toBe(true);
  expect(await acceptsConnections(await freePort())).toBe(false);
});
