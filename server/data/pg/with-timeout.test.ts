import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withTimeout } from './with-timeout.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const NEVER = new Promise<never>(() => {});

describe('within', () => {
  test('comes to what the work comes to, its failure too, and leaves no timer behind', async () => {
    await expect(withTimeout(10, Promise.resolve('done'))).resolves.toBe('done');
    await expect(withTimeout(10, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends when the time is up, and not before', async () => {
    const outcome = vi.fn<(error: unknown) => void>();
    withTimeout(10, NEVER).catch(outcome);
    await vi.advanceTimersByTimeAsync(9);
    expect(outcome).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome).toHaveBeenCalledWith(new Error('The database did not answer within 10 ms.'));
  });

  test('ends when it is given up, with the reason', async () => {
    const givenUp = new AbortController();
    const outcome = withTimeout(10, NEVER, givenUp.signal);
    givenUp.abort(new Error('closed'));
    await expect(outcome).rejects.toThrow('closed');
  });

  test('hears of no failure that comes too late', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const outcome = withTimeout(10, promise).catch((error: Error) => error.message);
    await vi.advanceTimersByTimeAsync(10);
    reject(new Error('too late'));
    expect(await outcome).toBe('The database did not answer within 10 ms.');
  });
});
