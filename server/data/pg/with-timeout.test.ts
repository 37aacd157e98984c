import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withTimeout } from './with-timeout.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const NEVER = new Promise<never>(() => {});

describe('withTimeout', () => {
  test('withTimeout settles as the work does, and leaves no timer', async () => {
    await expect(withTimeout(10, Promise.resolve('done'))).resolves.toBe('done');
    await expect(withTimeout(10, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('withTimeout rejects after the timeout, and not before', async () => {
    const outcome = vi.fn<(error: unknown) => void>();
    withTimeout(10, NEVER).catch(outcome);
    await vi.advanceTimersByTimeAsync(9);
    expect(outcome).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome).toHaveBeenCalledWith(new Error('The database did not answer within 10 ms.'));
  });

  test('withTimeout rejects with the reason of the signal when it aborts', async () => {
    const controller = new AbortController();
    const outcome = withTimeout(10, NEVER, controller.signal);
    controller.abort(new Error('closed'));
    await expect(outcome).rejects.toThrow('closed');
  });

  test('withTimeout ignores a rejection after the timeout', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const outcome = withTimeout(10, promise).catch((error: Error) => error.message);
    await vi.advanceTimersByTimeAsync(10);
    reject(new Error('too late'));
    expect(await outcome).toBe('The database did not answer within 10 ms.');
  });
});
