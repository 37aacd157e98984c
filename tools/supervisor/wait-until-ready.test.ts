import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../server/operations/ports.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const never = new AbortController().signal;

/** A server that answers with these statuses, one after the other, and then with the last of them. */
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

describe('waitForAnswer', () => {
  test('waits while the answer is an error', async () => {
    await waitUntilReady('It', await server(503, 500, 200), 5_000, never);
  });

  test('gives up in time, with the last answer', async () => {
    const url = await server(503);
    await expect(waitUntilReady('It', url, 200, never)).rejects.toThrow(
      `It does not answer at ${url} (status 503) after 0.2 s.`,
    );
    const nowhere = `http://127.0.0.1:${await freePort()}/`;
    await expect(waitUntilReady('It', nowhere, 200, never)).rejects.toThrow('(no connection)');
  });

  test('ends at once when it is told to', async () => {
    const url = await server(503);
    await expect(waitUntilReady('It', url, 60_000, AbortSignal.timeout(100))).rejects.toThrow(/abort|timeout/i);
  });
});
