import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../server/operations/ports.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const never = new AbortController().signal;

/** A server that responds with these statuses in turn, and repeats the last one. */
async function server(...statuses: number[]): Promise<string> {
  const listening = http.createServer((_, response) => {
    response.statusCode = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 500;
    response.end();
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => void listening.close());
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/readyz`;
}

describe('waitUntilReady', () => {
  test('waitUntilReady retries while the response is an error', async () => {
    await waitUntilReady('It', await server(503, 500, 200), 5_000, never);
  });

  test('waitUntilReady rejects after the timeout, with the last response', async () => {
    const url = await server(503);
    await expect(waitUntilReady('It', url, 200, never)).rejects.toThrow(
      `It does not answer at ${url} (status 503) after 0.2 s.`,
    );
    const nowhere = `http://127.0.0.1:${await freePort()}/`;
    await expect(waitUntilReady('It', nowhere, 200, never)).rejects.toThrow('(no connection)');
  });

  test('waitUntilReady rejects at once when its signal is aborted', async () => {
    const url = await server(503);
    await expect(waitUntilReady('It', url, 60_000, AbortSignal.timeout(100))).rejects.toThrow(/abort|timeout/i);
  });
});
