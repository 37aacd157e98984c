import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isOnLoopback, listeningSockets } from './listening-sockets.ts';

describe.runIf(process.platform === 'linux')('listeningSockets', () => {
  test.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['::ffff:127.0.0.1', true],
    ['::ffff:0.0.0.0', false],
  ])('finds a listening socket on %s and whether it is on loopback', async (host, isLoopback) => {
    const server = net.createServer().listen(0, host);
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as net.AddressInfo;
    const found = listeningSockets(process.pid).filter((socket) => socket.port === port);
    expect(found.map(isOnLoopback)).toEqual([isLoopback]);
  });

  test('omits sockets of connections', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    await once(client, 'connect');
    onTestFinished(() => {
      client.destroy();
      server.close();
    });
    const ports = listeningSockets(process.pid).map(({ port }) => port);
    expect(ports).not.toContain(client.localPort);
  });
});
