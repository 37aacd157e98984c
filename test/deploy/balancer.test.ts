import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../server/operations/ports.ts';
import { type ClientRequest, createClient } from '../../tools/bench/measure/client.ts';
import { API_NAME, type Balancer, canRunBalancer, startBalancer, WEB_NAME } from '../../tools/bench/stand/balancer.ts';
import { createSeededFixture } from '../support/seeded-fixture.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestApi } from '../support/test-api.ts';

const isHere = canRunBalancer();
const WAIT = { timeout: 8_000, interval: 50 };
/** The address of the tests' client: another one than the balancer's own, 127.0.0.1. Linux has all of 127.0.0.0/8. */
const CLIENT = '127.0.0.9';

test.skipIf(isHere)('HAProxy on Linux is not here: test/deploy/balancer.test.ts did not run', () => {
  expect(isHere).toBe(false);
});

/** Starts HAProxy with docs/deploy/haproxy.cfg before these processes. */
async function startInFront(apiPorts: readonly number[], webPorts: readonly number[] = []) {
  const balancer = await startBalancer({ folder: temporaryFolder(), apiPorts, webPorts });
  onTestFinished(balancer.stop);
  return balancer;
}

/** Sends a request to the balancer, from `CLIENT`. */
async function send(
  { apiUrl, tls }: Balancer,
  target: string,
  { headers, ...request }: Omit<ClientRequest, 'url'> = {},
) {
  const client = createClient(1, false, { ...tls, servername: API_NAME, localAddress: CLIENT });
  try {
    return await client.send({ url: apiUrl + target, ...request, headers: { host: API_NAME, ...headers } });
  } finally {
    client.close();
  }
}

/** Starts an HTTP server that stands for a process. */
async function startProcess(listener: http.RequestListener): Promise<number> {
  const server = http.createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => server.close().closeAllConnections());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const isCheck = (request: http.IncomingMessage) => request.url === '/readyz';

/** Resolves when HAProxy has marked the server. */
const whenMarked = ({ command }: Balancer, server: string, mark: 'UP' | 'DOWN') =>
  vi.waitUntil(async () => {
    const lines = (await command('show stat')).split('\n').map((line) => line.split(','));
    return lines.some(([backend, name, ...rest]) => `${backend}/${name}` === server && rest.includes(mark));
  }, WAIT);

describe.runIf(isHere)('HAProxy with docs/deploy/haproxy.cfg', () => {
  // covers: HOST-02
  test('a client that claims other addresses, in any header, stays one client for the API’s limits', async () => {
    const limit = 4;
    const seeded = await createSeededFixture();
    onTestFinished(() => seeded.end());
    const settings = { TRUSTED_PROXIES: ['127.0.0.1'], LIMIT_REQUESTS_PER_ADDRESS: limit };
    const api = await startTestApi(seeded.source, 'on', { settings });
    onTestFinished(() => api.close());
    const balancer = await startInFront([Number(new URL(api.url).port)]);
    const claims = [
      { 'x-forwarded-for': '198.51.100.1' },
      { 'x-forwarded-for': '198.51.100.2, 127.0.0.1' },
      { 'X-FORWARDED-FOR': '127.0.0.1' },
      { 'x-real-ip': '198.51.100.3', forwarded: 'for=198.51.100.4' },
      { 'x-forwarded-for': '' },
    ];
    const statuses: number[] = [];
    for (const headers of claims) {
      const body = { query: '{ status { ok } }' };
      statuses.push((await send(balancer, '/graphql', { method: 'POST', headers, body })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    const addresses = api.log.filter(({ msg, method }) => msg === 'answered' && method === 'POST');
    expect(new Set(addresses.map(({ address }) => address))).toEqual(new Set([CLIENT]));
  });

  // covers: HOST-02
  test('a process gets one X-Forwarded-For and no other header that names a client, host or scheme', async () => {
    let received: readonly string[] = [];
    const port = await startProcess((request, response) => {
      if (!isCheck(request)) received = request.rawHeaders.map((each) => each.toLowerCase());
      response.end();
    });
    const headers = {
      host: WEB_NAME,
      'x-forwarded-for': '198.51.100.1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      'x-real-ip': '198.51.100.1',
      forwarded: 'for=198.51.100.1',
    };
    expect((await send(await startInFront([], [port]), '/', { headers })).status).toBe(200);
    const about = received.filter((name) => /forwarded|real-ip/.test(name));
    expect(about).toEqual(['x-forwarded-for']);
    expect(received[received.indexOf('x-forwarded-for') + 1]).toBe(CLIENT);
    expect(received.join(' ')).not.toMatch(/198\.51|evil/);
  });

  // covers: HOST-02
  test('the internal port believes the address that a web process names, and refuses connections of others', async () => {
    const received: (string | undefined)[] = [];
    const port = await startProcess((request, response) => {
      if (!isCheck(request)) received.push(request.headers['x-forwarded-for'] as string | undefined);
      response.end();
    });
    const { internalPort } = await startInFront([port]);
    const sendFrom = (localAddress: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { 'x-forwarded-for': '198.51.100.7' };
        http
          .get({ host: '127.0.0.1', port: internalPort, localAddress, headers }, ({ statusCode }) =>
            resolve(statusCode),
          )
          .on('error', reject);
      });
    expect(await sendFrom('127.0.0.1')).toBe(200);
    await expect(sendFrom(CLIENT)).rejects.toThrow();
    expect(received).toEqual(['198.51.100.7']);
  });

  // covers: HOST-03
  test('a mutation whose process ends the connection after it was sent is 502 and is sent to no other process', async () => {
    let mutations = 0;
    const listener: http.RequestListener = (request, response) => {
      if (isCheck(request)) return void response.end();
      mutations += 1;
      request.resume().on('end', () => request.socket.destroy());
    };
    const balancer = await startInFront([await startProcess(listener), await startProcess(listener)]);
    const response = await send(balancer, '/graphql', { method: 'POST', body: { query: 'mutation { x }' } });
    expect([response.status, mutations]).toEqual([502, 1]);
  });

  // covers: HOST-03
  test('a request for a process that accepts no connection is sent to another one', async () => {
    const port = await startProcess((_request, response) => void response.end('served'));
    const balancer = await startInFront([await freePort(), port]);
    // As before the first health check has failed.
    await balancer.command('disable health api/api1');
    await balancer.command('set server api/api1 health up');
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => send(balancer, '/graphql', { method: 'POST', body: {} })),
    );
    expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(Array(6).fill('200 served'));
  });

  // covers: HOST-03
  test('a process whose /readyz is 503 gets no request until it is ready, and is asked if none is ready', async () => {
    let isReady = false;
    const ports = [
      await startProcess((request, response) => {
        response.statusCode = isReady || !isCheck(request) ? 200 : 503;
        response.end('first');
      }),
      await startProcess((_request, response) => void response.end('second')),
    ];
    const balancer = await startInFront(ports);
    await whenMarked(balancer, 'api/api1', 'DOWN');
    for (let index = 0; index < 4; index += 1) expect((await send(balancer, '/')).text).toBe('second');
    await balancer.command('set server api/api2 state maint');
    await vi.waitUntil(async () => (await send(balancer, '/')).status === 200, WAIT);
    isReady = true;
    await whenMarked(balancer, 'api/api1', 'UP');
    expect((await send(balancer, '/')).text).toBe('first');
  });

  // covers: HOST-02
  test('a request for another host is 421, one for /readyz is 404, and neither reaches a process', async () => {
    let requests = 0;
    const port = await startProcess((request, response) => {
      if (request.headers.host !== 'balancer') requests += 1;
      response.end();
    });
    const balancer = await startInFront([port], [port]);
    const statusOf = async (target: string, host: string) =>
      (await send(balancer, target, { headers: { host } })).status;
    expect(await statusOf('/', 'other.example')).toBe(421);
    expect(await statusOf('/', 'api.tasks.example.evil.example')).toBe(421);
    for (const host of [API_NAME, WEB_NAME]) expect(await statusOf('/readyz', host)).toBe(404);
    expect(requests).toBe(0);
    expect(await statusOf('/', `${API_NAME.toUpperCase()}:443`)).toBe(200);
  });
});
