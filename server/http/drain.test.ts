import dns, { type LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { drainOnClose } from './drain.ts';
import { createFastify } from './fastify.ts';

/** A server that answers `/slow` when it is told to; `ended` has what has ended, in its order. */
async function server() {
  const logger = pino({ enabled: false });
  const app = await createFastify({ logger, origins: [], trustedProxies: [] });
  const [arrived, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ended: string[] = [];
  app.get('/fast', async () => 'fast');
  app.get('/slow', async () => {
    arrived.resolve();
    await release.promise;
    ended.push('the request');
    return 'slow';
  });
  app.addHook('onClose', async () => void ended.push('what it needs'));
  drainOnClose(app);
  onTestFinished(async () => {
    release.resolve();
    await app.close();
  });
  return { app, arrived: arrived.promise, release: release.resolve, ended };
}

const REQUEST = 'GET /fast HTTP/1.1\r\nhost: api\r\n\r\n';

test('what was on its way when a server was told to stop is answered, and its connection goes', async () => {
  const { app } = await server();
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(REQUEST);
  await once(socket, 'data');
  const closed = app.close();
  socket.write(REQUEST);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 [^]*fast$/);
  await closed;
});

test('so it is when the process has been held up longer than it waits', async () => {
  const { app } = await server();
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(REQUEST);
  await once(socket, 'data');
  const closed = app.close();
  // The order has been heard; now nothing happens for a while, and both the time is up and the request is there.
  await nextTurn();
  socket.write(REQUEST);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 [^]*fast$/);
  await closed;
});

test('a connection that was busy does not keep a server that was told to stop', async () => {
  const { app, arrived, release } = await server();
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('GET /slow HTTP/1.1\r\nhost: api\r\n\r\n');
  await arrived;
  const closed = app.close();
  await vi.waitFor(() => expect(app.server.listening).toBe(false));
  release();
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 [^]*slow$/);
  await closed;
});

// The second address of `localhost` is ::1, which not every machine has; 127.0.0.2 every Linux has.
test.runIf(process.platform === 'linux')(
  'where localhost is two addresses, a request at the second one is answered before what it needs ends',
  async () => {
    const lookup = vi.spyOn(dns, 'lookup');
    const found = (host: string) => (host === 'localhost' ? ['127.0.0.1', '127.0.0.2'] : [host]);
    lookup.mockImplementation(((host: string, _: object, done: (error: null, all: readonly LookupAddress[]) => void) =>
      done(
        null,
        found(host).map((address) => ({ address, family: 4 })),
      )) as never);
    onTestFinished(() => lookup.mockRestore());
    const { app, arrived, release, ended } = await server();
    await app.listen({ port: 0, host: 'localhost' });
    const second = `http://127.0.0.2:${(app.server.address() as AddressInfo).port}`;
    const answer = fetch(`${second}/slow`);
    await arrived;
    const closed = app.close();
    await vi.waitFor(() => expect(fetch(`${second}/fast`)).rejects.toThrow(), 5_000);
    release();
    expect(await (await answer).text()).toBe('slow');
    await closed;
    expect(ended).toEqual(['the request', 'what it needs']);
  },
);
