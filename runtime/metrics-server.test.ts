import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { serveWebMetrics } from './metrics-server.ts';

/** Starts no server: it fails as `listen` does when another program uses the port. */
const portInUse = () => Promise.reject(Object.assign(new Error('in use'), { code: 'EADDRINUSE' }));

// covers: SEE-02
test('the web app runs without metrics, and says so, if another program uses the default port', async () => {
  const warnings: string[] = [];
  expect(await serveWebMetrics(undefined, portInUse, (warning) => warnings.push(warning))).toBeUndefined();
  expect(warnings).toEqual([
    'The metrics of the web app are not served: another program uses port 9465. Set WEB_METRICS_PORT.',
  ]);
});

// covers: SEE-02
test('a port of WEB_METRICS_PORT that another program uses is an error', async () => {
  await expect(serveWebMetrics(9_470, portInUse, () => {})).rejects.toThrow('in use');
  await expect(
    serveWebMetrics(
      undefined,
      () => Promise.reject(new Error('no')),
      () => {},
    ),
  ).rejects.toThrow('no');
});

test('serveWebMetrics serves on the given port, and on 9465 by default', async () => {
  const ports: number[] = [];
  const server = createServer();
  onTestFinished(() => void server.close());
  const start = async (port: number) => {
    ports.push(port);
    return server;
  };
  expect(await serveWebMetrics(9_470, start, () => {})).toBe(server);
  await serveWebMetrics(undefined, start, () => {});
  expect(ports).toEqual([9_470, 9_465]);
});
