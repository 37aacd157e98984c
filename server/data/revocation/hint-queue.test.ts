import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HintQueue, type HintQueueOptions } from './hint-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Hints about a table in which these sessions are revoked. */
function hinting(revoked: readonly string[], options: Partial<HintQueueOptions> = {}) {
  const asked: (readonly string[])[] = [];
  const learned: string[] = [];
  const onLost = vi.fn();
  const hints = new HintQueue({
    lookUp: async (ids) => {
      asked.push(ids);
      return ids.filter((id) => revoked.includes(id));
    },
    onRevoked: (id) => learned.push(id),
    onLost,
    ...options,
  });
  return { hints, asked, learned, onLost };
}
const names = (count: number) => Array.from({ length: count }, (_, index) => `forged ${index}`);

describe('a session that is named', () => {
  test('is revoked if the table says so, and not because it was named', async () => {
    const { hints, learned } = hinting(['a']);
    for (const id of ['a', 'b']) hints.add(id);
    for (const id of ['a', 'b']) await hints.lookupOf(id);
    await vi.runAllTimersAsync();
    expect(learned).toEqual(['a']);
  });

  test('is looked up at once, and whoever asks about it meanwhile waits for that', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const { hints, learned } = hinting([], { lookUp: () => promise });
    hints.add('a');
    const waiting = hints.lookupOf('a');
    expect([waiting, hints.lookupOf('b')]).toEqual([expect.any(Promise), undefined]);
    resolve(['a']);
    await waiting;
    expect([learned, hints.lookupOf('a')]).toEqual([['a'], undefined]);
  });

  test('again during its lookup is looked up again: the row may be younger than the first look', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const lookUp = vi.fn(async () => ['a']).mockReturnValueOnce(promise as Promise<string[]>);
    const { hints, learned } = hinting([], { lookUp });
    hints.add('a');
    hints.add('a');
    resolve([]);
    await vi.runAllTimersAsync();
    expect([lookUp.mock.calls, learned, hints.lookupOf('a')]).toEqual([[[['a']], [['a']]], ['a'], undefined]);
  });
});

describe('a flood of names', () => {
  test('costs one lookup at a time, each for all that has come meanwhile', async () => {
    const { hints, asked } = hinting([]);
    for (const id of names(5_000)) hints.add(id);
    await vi.runAllTimersAsync();
    expect(asked.map(({ length }) => length)).toEqual([1, 4_999]);
  });

  // covers: SESSION-03
  test('that are all forged costs fewer and fewer lookups: twenty a second in the end', async () => {
    const { hints, asked } = hinting([]);
    for (let millisecond = 0; millisecond < 10_000; millisecond++) {
      hints.add(`forged ${millisecond}`);
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.length).toBeLessThan(210);
  });

  test('does not slow revocations down: one that is found ends the waiting', async () => {
    const revoked = names(100);
    const { hints, asked, learned } = hinting(revoked);
    for (const id of revoked) {
      hints.add(id);
      await hints.lookupOf(id);
    }
    expect([asked.length, learned]).toEqual([100, revoked]);
  });

  test('beyond what fits loses none in silence', async () => {
    const { hints, onLost } = hinting([], { maxPending: 10 });
    for (const id of names(11)) hints.add(id);
    expect(onLost).not.toHaveBeenCalled();
    hints.add('one more');
    expect([onLost.mock.calls.length, hints.lookupOf('one more')]).toEqual([1, undefined]);
  });
});

test('a lookup that fails is told, and holds nobody up', async () => {
  const lookUp = vi.fn(async (): Promise<readonly string[]> => []).mockRejectedValueOnce(new Error('away'));
  const { hints, onLost } = hinting([], { lookUp });
  hints.add('a');
  await hints.lookupOf('a');
  expect(onLost).toHaveBeenCalledTimes(1);
  hints.add('b');
  await vi.runAllTimersAsync();
  expect([lookUp.mock.calls.length, onLost.mock.calls.length]).toEqual([2, 1]);
});
