import { once } from 'node:events';
import net from 'node:net';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startTcpProxy } from '../../../test/support/tcp-proxy.ts';
import { withClient } from './with-client.ts';

/** Starts a server that accepts connections and never answers; returns its URL. */
async function startSilentServer(): Promise<string> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `postgres://user:secret@127.0.0.1:${(server.address() as net.AddressInfo).port}/none`;
}

test('withClient disconnects at once from a silent server on abort, and leaves no open handle', async () => {
  const controller = new AbortController();
  const before = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
  const result = withClient(await startSilentServer(), async () => undefined, { signal: controller.signal });
  controller.abort(new Error('aborted'));
  await expect(result).rejects.toThrow('aborted');
  await expect
    .poll(() => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length)
    .toBeLessThanOrEqual(before);
});

test('withClient disconnects at once on abort while a statement runs or the server has stopped answering', async () => {
  const proxy = await startTcpProxy(inject('postgres').owner);
  onTestFinished(proxy.close);
  for (const statement of ['select pg_sleep(600)', 'select 1']) {
    const controller = new AbortController();
    const result = withClient(
      proxy.proxiedUrl(inject('postgres').owner),
      async (client) => {
        if (statement === 'select 1') proxy.freeze();
        const answer = client.query(statement);
        setImmediate(() => controller.abort(new Error('aborted')));
        await answer;
      },
      { signal: controller.signal },
    );
    await expect(result).rejects.toThrow('aborted');
  }
});

test('withClient rejects when a silent server exceeds the connection timeout', async () => {
  await expect(withClient(await startSilentServer(), async () => undefined, { connectionTimeout: 50 })).rejects.toThrow(
    'timeout',
  );
});
