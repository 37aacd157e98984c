import { describe, expect, test, vi } from 'vitest';
import { createWindowQuota } from './window-quota.ts';

const quota = (maxKeys = 1_000) => {
  const onExcess = vi.fn();
  return { isFirst: createWindowQuota({ windowMilliseconds: 60_000, maxKeys, onExcess }), onExcess };
};

describe('createWindowQuota', () => {
  test('a quota admits the first entry of each key in each window', () => {
    const { isFirst } = quota();
    expect([0, 1, 59_999, 60_000, 60_001].map((now) => isFirst('a', now))).toEqual([true, false, false, true, false]);
    expect(isFirst('b', 60_002)).toBe(true);
  });

  test('a quota admits `perKey` entries of each key in a window', () => {
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
  test('a quota admits at most `maxKeys` keys in a window', () => {
    const { isFirst } = quota(10);
    const admitted = Array.from({ length: 10_000 }, (_, number) => isFirst(`${number}`, number)).filter(Boolean);
    expect(admitted).toHaveLength(10);
    expect(isFirst('late', 59_999)).toBe(false);
    expect(isFirst('late', 60_000)).toBe(true);
  });

  test('a quota reports the number of dropped entries after a window that dropped any', () => {
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
