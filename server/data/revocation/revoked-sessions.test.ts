import { describe, expect, test } from 'vitest';
import { RevokedSessions } from './revoked-sessions.ts';

describe('a dead session', () => {
  // covers: OPS-17
  test('is known from the moment it is told of until no token of it can be alive', () => {
    const dead = new RevokedSessions({ retention: 100 });
    expect(dead.has('a')).toBe(false);
    dead.add('a', 0);
    dead.evictExpired(99);
    expect(dead.has('a')).toBe(true);
    dead.evictExpired(100);
    expect([dead.has('a'), dead.size]).toEqual([false, 0]);
  });

  test('that is told of again is kept for as long again, and once', () => {
    const dead = new RevokedSessions({ retention: 100 });
    dead.add('a', 0);
    dead.add('b', 10);
    dead.add('a', 50);
    dead.evictExpired(149);
    expect([dead.has('a'), dead.has('b'), dead.size]).toEqual([true, false, 1]);
  });

  test('makes room for those that come after it, without anybody’s asking', () => {
    const dead = new RevokedSessions({ retention: 100 });
    for (let now = 0; now < 10_000; now++) dead.add(`session ${now}`, now);
    expect(dead.size).toBe(100);
  });
});

describe('a memory that is full', () => {
  test('calls itself incomplete for as long as what did not fit would have been kept', () => {
    const dead = new RevokedSessions({ retention: 100, maxSessions: 2 });
    for (const session of ['a', 'b']) dead.add(session, 0);
    expect(dead.isComplete(0)).toBe(true);
    dead.add('c', 50);
    expect([dead.has('c'), dead.size]).toEqual([false, 2]);
    expect([dead.isComplete(50), dead.isComplete(149), dead.isComplete(150)]).toEqual([false, false, true]);
  });

  test('still knows what it knew, and takes up again what fits', () => {
    const dead = new RevokedSessions({ retention: 100, maxSessions: 1 });
    dead.add('a', 0);
    dead.add('b', 50);
    expect(dead.has('a')).toBe(true);
    dead.add('c', 100);
    expect([dead.has('a'), dead.has('c')]).toEqual([false, true]);
  });

  test('is not made so by one session told of many times', () => {
    const dead = new RevokedSessions({ retention: 100, maxSessions: 1 });
    for (let now = 0; now < 10; now++) dead.add('a', now);
    expect(dead.isComplete(10)).toBe(true);
  });
});
