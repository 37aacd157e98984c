import { once } from 'node:events';
import net from 'node:net';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startTcpProxy } from '../../../test/support/tcp-proxy.ts';
import { withClient } from './with-client.ts';

/** A server that takes connections and says nothing. */
async function silent(): Promise<string> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `postgres://nobody:secret@127.0.0.1:${(server.address() as net.AddressInfo).port}/none`;
}

test('withClient hangs up at once on a server that says nothing, and leaves nothing that keeps the process alive', async () => {
  const stopping = new AbortController();
  const before = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
  const asked = withClient(await silent(), async () => undefined, { signal: stopping.signal });
  stopping.abort(new Error('stopped'));
  await expect(asked).rejects.toThrow('stopped');
  await expect
    .poll(() => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length)
    .toBeLessThanOrEqual(before);
});

test('withClient hangs up at once while a statement runs, and while the server does not answer any more', async () => {
  const proxy = await startTcpProxy(inject('postgres').owner);
  onTestFinished(proxy.close);
  for (const statement of ['select pg_sleep(600)', 'select 1']) {
    const stopping = new AbortController();
    const asked = withClient(
      proxy.proxiedUrl(inject('postgres').owner),
      async (client) => {
        if (statement === 'select 1') proxy.freeze();
        const answer = client.query(statement);
        setImmediate(() => stopping.abort(new Error('stopped')));
        await answer;
      },
      { signal: stopping.signal },
    );
    await expect(asked).rejects.toThrow('stopped');
  }
});

test('withClient gives up on a server that says nothing after the time that it is given', async () => {
  await expect(withClient(await silent(), async () => undefined, { connectionTimeout: 50 })).rejects.toThrow('timeout');
});
