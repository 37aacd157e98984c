import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '../../server/operations/operator-error.ts';

const RETRY_MILLISECONDS = 100;
const ATTEMPT_MILLISECONDS = 10_000;

/**
 * Waits until a URL answers with a status below 400.
 * @param name the subject of "does not answer" in the message
 * @param timeout in milliseconds
 * @param signal ends the wait
 * @throws {OperatorError} with the last response, if none is below 400 in time
 */
export async function waitUntilReady(name: string, url: string, timeout: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + timeout;
  for (let lastOutcome = 'no connection'; ; ) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, {
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MILLISECONDS)]),
      });
      await response.arrayBuffer();
      if (response.status < 400) return;
      lastOutcome = `status ${response.status}`;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Error && error.name === 'TimeoutError') lastOutcome = 'no answer';
    }
    if (Date.now() > deadline)
      throw new OperatorError(`${name} does not answer at ${url} (${lastOutcome}) after ${timeout / 1_000} s.`);
    await delay(RETRY_MILLISECONDS);
  }
}
