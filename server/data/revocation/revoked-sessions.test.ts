import { describe, expect, test } from 'vitest';
import { RevokedSessions } from './revoked-sessions.ts';

describe('retention', () => {
  // covers: OPS-17
  test('a session is kept from when it is added until its retention ends', () => {
    const revoked = new RevokedSessions({ retention: 100 });
    expect(revoked.has('a')).toBe(false);
    revoked.add('a', 0);
    revoked.evictExpired(99);
    expect(revoked.has('a')).toBe(true);
    revoked.evictExpired(100);
    expect([revoked.has('a'), revoked.size]).toEqual([false, 0]);
  });

  test('adding a session again renews its retention and keeps one entry', () => {
    const revoked = new RevokedSessions({ retention: 100 });
    revoked.add('a', 0);
    revoked.add('b', 10);
    revoked.add('a', 50);
    revoked.evictExpired(149);
    expect([revoked.has('a'), revoked.has('b'), revoked.size]).toEqual([true, false, 1]);
  });

  test('adding a session evicts expired ones', () => {
    const revoked = new RevokedSessions({ retention: 100 });
    for (let now = 0; now < 10_000; now++) revoked.add(`session ${now}`, now);
    expect(revoked.size).toBe(100);
  });
});

describe('a full set', () => {
  test('a full set is incomplete until the session that did not fit would have expired', () => {
    const revoked = new RevokedSessions({ retention: 100, maxSessions: 2 });
    for (const session of ['a', 'b']) revoked.add(session, 0);
    expect(revoked.isComplete(0)).toBe(true);
    revoked.add('c', 50);
    expect([revoked.has('c'), revoked.size]).toEqual([false, 2]);
    expect([revoked.isComplete(50), revoked.isComplete(149), revoked.isComplete(150)]).toEqual([false, false, true]);
  });

  test('a full set keeps its sessions, and accepts new ones when there is room', () => {
    const revoked = new RevokedSessions({ retention: 100, maxSessions: 1 });
    revoked.add('a', 0);
    revoked.add('b', 50);
    expect(revoked.has('a')).toBe(true);
    revoked.add('c', 100);
    expect([revoked.has('a'), revoked.has('c')]).toEqual([false, true]);
  });

  test('adding one session many times does not make the set incomplete', () => {
    const revoked = new RevokedSessions({ retention: 100, maxSessions: 1 });
    for (let now = 0; now < 10; now++) revoked.add('a', now);
    expect(revoked.isComplete(10)).toBe(true);
  });
});
