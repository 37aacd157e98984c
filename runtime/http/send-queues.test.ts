import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { get, listening } from '../../test/support/http-server.ts';
import { inodeOf, sendQueues } from './send-queues.ts';

test.runIf(process.platform === 'linux')(
  'sendQueues returns what a client has not acknowledged, for the inode of its socket',
  async () => {
    const { server, send } = await listening((_, response) => response.end(Buffer.alloc(16 * 1_024 * 1_024)));
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const client = send(get('/')).pause();
    const [socket] = await connected;
    const inode = inodeOf(socket);
    expect(inode).toMatch(/^\d+$/);
    const unacknowledged = async () => (await sendQueues()).get(inode ?? '') ?? 0;
    await vi.waitUntil(async () => (await unacknowledged()) > 0);
    client.resume();
    await vi.waitUntil(async () => (await unacknowledged()) === 0 && socket.writableLength === 0, { timeout: 9_000 });
    client.destroy();
    await vi.waitUntil(() => socket.destroyed);
    expect(inodeOf(socket)).toBeNull();
  },
);

test('inodeOf returns null for a socket that is not open', async () => {
  const { send } = await listening(() => {});
  const client = send('');
  client.destroy();
  expect(inodeOf(client)).toBeNull();
});
