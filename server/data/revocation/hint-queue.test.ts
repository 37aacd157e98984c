import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HintQueue, type HintQueueOptions } from './hint-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Creates a queue with a table in which these sessions are revoked; records its lookups and findings. */
function createQueue(revoked: readonly string[], options: Partial<HintQueueOptions> = {}) {
  const lookups: (readonly string[])[] = [];
  const found: string[] = [];
  const onLost = vi.fn();
  const queue = new HintQueue({
    lookUp: async (ids) => {
      lookups.push(ids);
      return ids.filter((id) => revoked.includes(id));
    },
    onRevoked: (id) => found.push(id),
    onLost,
    ...options,
  });
  return { queue, lookups, found, onLost };
}
const forgedIds = (count: number) => Array.from({ length: count }, (_, index) => `forged ${index}`);

describe('add', () => {
  test('a queued session is revoked only if the table lists it', async () => {
    const { queue, found } = createQueue(['a']);
    for (const id of ['a', 'b']) queue.add(id);
    for (const id of ['a', 'b']) await queue.lookupOf(id);
    await vi.runAllTimersAsync();
    expect(found).toEqual(['a']);
  });

  test('a session is looked up at once, and lookupOf returns the pending lookup', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const { queue, found } = createQueue([], { lookUp: () => promise });
    queue.add('a');
    const waiting = queue.lookupOf('a');
    expect([waiting, queue.lookupOf('b')]).toEqual([expect.any(Promise), undefined]);
    resolve(['a']);
    await waiting;
    expect([found, queue.lookupOf('a')]).toEqual([['a'], undefined]);
  });

  test('a session that is added again during its lookup is looked up again, because its row may be newer', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const lookUp = vi.fn(async () => ['a']).mockReturnValueOnce(promise as Promise<string[]>);
    const { queue, found } = createQueue([], { lookUp });
    queue.add('a');
    queue.add('a');
    resolve([]);
    await vi.runAllTimersAsync();
    expect([lookUp.mock.calls, found, queue.lookupOf('a')]).toEqual([[[['a']], [['a']]], ['a'], undefined]);
  });
});

describe('many sessions', () => {
  test('one lookup runs at a time, for all sessions added meanwhile', async () => {
    const { queue, lookups } = createQueue([]);
    for (const id of forgedIds(5_000)) queue.add(id);
    await vi.runAllTimersAsync();
    expect(lookups.map(({ length }) => length)).toEqual([1, 4_999]);
  });

  // covers: SESSION-03
  test('forged sessions cause ever fewer lookups, down to twenty per second', async () => {
    const { queue, lookups } = createQueue([]);
    for (let millisecond = 0; millisecond < 10_000; millisecond++) {
      queue.add(`forged ${millisecond}`);
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(lookups.length).toBeGreaterThan(100);
    expect(lookups.length).toBeLessThan(210);
  });

  test('a lookup that finds a revocation resets the backoff', async () => {
    const revoked = forgedIds(100);
    const { queue, lookups, found } = createQueue(revoked);
    for (const id of revoked) {
      queue.add(id);
      await queue.lookupOf(id);
    }
    expect([lookups.length, found]).toEqual([100, revoked]);
  });

  test('onLost is called when the queue is full', async () => {
    const { queue, onLost } = createQueue([], { maxPending: 10 });
    for (const id of forgedIds(11)) queue.add(id);
    expect(onLost).not.toHaveBeenCalled();
    queue.add('one more');
    expect([onLost.mock.calls.length, queue.lookupOf('one more')]).toEqual([1, undefined]);
  });
});

test('onLost is called when a lookup fails, and later lookups continue', async () => {
  const lookUp = vi.fn(async (): Promise<readonly string[]> => []).mockRejectedValueOnce(new Error('unavailable'));
  const { queue, onLost } = createQueue([], { lookUp });
  queue.add('a');
  await queue.lookupOf('a');
  expect(onLost).toHaveBeenCalledTimes(1);
  queue.add('b');
  await vi.runAllTimersAsync();
  expect([lookUp.mock.calls.length, onLost.mock.calls.length]).toEqual([2, 1]);
});
