import { describe, expect, test } from 'vitest';
import { RequestQuota } from './request-quota.ts';

/** Sends `count` requests of a key at one time; returns how many were admitted. */
function admitted(quota: RequestQuota, key: string, perMinute: number, count: number, now: number) {
  return Array.from({ length: count }, () => quota.take(key, perMinute, now)).filter((result) => result === null)
    .length;
}

describe('RequestQuota', () => {
  // covers: LIMIT-01
  test.each([1, 2, 3, 7, 59, 60, 61, 1_000, 60_000])(
    'a quota of %i requests a minute admits as many at once, and as many in each later minute',
    (perMinute) => {
      const quota = new RequestQuota();
      expect(admitted(quota, 'a', perMinute, perMinute + 5, 0)).toBe(perMinute);
      expect(admitted(quota, 'a', perMinute, perMinute + 5, 60_000)).toBe(perMinute);
      expect(admitted(quota, 'a', perMinute, perMinute + 5, 1_000_000)).toBe(perMinute);
    },
  );

  test.each([1, 3, 60, 90, 6_000])(
    'a refused key of a quota of %i is admitted after the seconds that the quota returned, and not a second earlier',
    (perMinute) => {
      const quota = new RequestQuota();
      admitted(quota, 'a', perMinute, perMinute, 0);
      const seconds = Number(quota.take('a', perMinute, 0));
      expect(seconds).toBeGreaterThanOrEqual(1);
      if (seconds > 1) expect(quota.take('a', perMinute, (seconds - 1) * 1_000 - 1)).not.toBeNull();
      expect(quota.take('a', perMinute, seconds * 1_000)).toBeNull();
    },
  );

  test('a quota does not count refused requests: a client that keeps asking is admitted as soon as one that waits', () => {
    const quota = new RequestQuota();
    admitted(quota, 'a', 60, 60, 0);
    for (let now = 0; now < 1_000; now += 10) expect(quota.take('a', 60, now)).not.toBeNull();
    expect(quota.take('a', 60, 1_000)).toBeNull();
  });

  test('a quota counts each key alone', () => {
    const quota = new RequestQuota();
    expect(admitted(quota, 'a', 2, 5, 0)).toBe(2);
    expect(admitted(quota, 'b', 2, 5, 0)).toBe(2);
  });

  test('a quota of Infinity admits every request', () => {
    expect(admitted(new RequestQuota({ maxKeys: 1 }), 'a', Number.POSITIVE_INFINITY, 1_000, 0)).toBe(1_000);
  });

  // covers: LIMIT-02
  test('a quota remembers at most `maxKeys` keys, and forgets the one that was quiet for longest', () => {
    const quota = new RequestQuota({ maxKeys: 3 });
    for (const key of ['a', 'b', 'c']) admitted(quota, key, 2, 1, 0);
    admitted(quota, 'a', 2, 1, 1);
    admitted(quota, 'd', 2, 1, 2);
    expect(quota.take('a', 2, 3), 'a is remembered').not.toBeNull();
    expect(admitted(quota, 'b', 2, 2, 3), 'b was forgotten').toBe(2);
  });
});
