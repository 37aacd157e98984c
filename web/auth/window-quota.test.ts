import { describe, expect, test, vi } from 'vitest';
import { createWindowQuota } from './window-quota.ts';

const quota = (maxKeys = 1_000) => {
  const onExcess = vi.fn();
  return { isFirst: createWindowQuota({ windowMilliseconds: 60_000, maxKeys, onExcess }), onExcess };
};

describe('a quota', () => {
  test('lets the first of each key through in a window, and the first again in the next', () => {
    const { isFirst } = quota();
    expect([0, 1, 59_999, 60_000, 60_001].map((now) => isFirst('a', now))).toEqual([true, false, false, true, false]);
    expect(isFirst('b', 60_002)).toBe(true);
  });

  test('lets as many of each key through in a window as it is told to', () => {
    const isWithin = createWindowQuota({ windowMilliseconds: 60_000, perKey: 3, maxKeys: 2, onExcess: vi.fn() });
    expect(['a', 'a', 'b', 'a', 'a', 'b', 'c'].map((key) => isWithin(key, 1))).toEqual([
      true,
      true,
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  // covers: ACCOUNT-15
  test('lets no more than so many keys through in a window, however many there are', () => {
    const { isFirst } = quota(10);
    const passed = Array.from({ length: 10_000 }, (_, number) => isFirst(`${number}`, number)).filter(Boolean);
    expect(passed).toHaveLength(10);
    expect(isFirst('late', 59_999)).toBe(false);
    expect(isFirst('late', 60_000)).toBe(true);
  });

  test('tells at the end of a window what it kept back, and nothing where that is nothing', () => {
    const { isFirst, onExcess } = quota(1);
    for (const [key, now] of [
      ['a', 0],
      ['a', 1],
      ['b', 2],
      ['a', 60_000],
      ['a', 120_000],
    ] as const)
      isFirst(key, now);
    expect(onExcess.mock.calls).toEqual([[2]]);
  });
});
