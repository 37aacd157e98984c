import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TabMessage, Tabs } from './browser-tabs.ts';
import { type SessionEnd, type IssuedToken, TokenSource } from './token-source.ts';

const ADA = '018f0000-0000-7000-8000-000000000001';
const BOB = '018f0000-0000-7000-8000-000000000002';

/** A browser whose tabs hear each other at once. */
function browser() {
  const listeners = new Map<object, (message: TabMessage) => void>();
  let queue: Promise<unknown> = Promise.resolve();
  return {
    open(): Tabs {
      const tab = {};
      return {
        post: (message) => {
          for (const [other, onMessage] of listeners) if (other !== tab) onMessage(message);
        },
        listen: (onMessage) => {
          listeners.set(tab, onMessage);
          return () => listeners.delete(tab);
        },
        exclusive: (task) => {
          const result = queue.then(task);
          queue = result.catch(() => undefined);
          return result;
        },
      };
    },
  };
}

/** A server that hands out t1, t2, …, or what it is told to. */
function server(expiresIn = 900) {
  const state = { mints: 0, answer: (): Promise<IssuedToken | 'session-ended'> => Promise.reject(new Error('unset')) };
  state.answer = () => Promise.resolve({ token: `t${state.mints}`, expiresIn, userId: ADA });
  return Object.assign(state, {
    mint: () => {
      state.mints += 1;
      return state.answer();
    },
  });
}

function openTab({ mint }: ReturnType<typeof server>, tabs: Tabs, userId = ADA) {
  const source = new TokenSource({ userId, fetchToken: mint, tabs });
  const endings: SessionEnd[] = [];
  source.onEnd((ending) => endings.push(ending));
  const disconnect = source.connect();
  return { source, endings, disconnect };
}

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

describe('get', () => {
  test('mints once for many at once, and then holds', async () => {
    const web = server();
    const { source } = openTab(web, browser().open());
    const tokens = await Promise.all(Array.from({ length: 10 }, () => source.get()));
    expect(new Set(tokens)).toEqual(new Set(['t1']));
    await source.get();
    expect(web.mints).toBe(1);
  });

  // covers: US5.1
  test('renews five minutes before the end, while the old one still serves', async () => {
    const web = server(900);
    const { source } = openTab(web, browser().open());
    await source.get();
    await vi.advanceTimersByTimeAsync(599_999);
    expect(web.mints).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(web.mints).toBe(2);
    await expect(source.get()).resolves.toBe('t2');
  });

  test('a short life is renewed when a third is left', async () => {
    const web = server(30);
    const { source } = openTab(web, browser().open());
    await source.get();
    await vi.advanceTimersByTimeAsync(19_999);
    expect(web.mints).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(web.mints).toBe(2);
  });

  test('the old token serves while the server is away, to its end and no longer', async () => {
    const web = server(900);
    const { source } = openTab(web, browser().open());
    await source.get();
    web.answer = () => Promise.reject(new Error('away'));
    await vi.advanceTimersByTimeAsync(700_000);
    await expect(source.get()).resolves.toBe('t1');
    await vi.advanceTimersByTimeAsync(200_000);
    await expect(source.get()).rejects.toThrow('away');
  });

  // covers: US5.1
  test('a renewal that failed is tried again while the old token serves, with nobody asking', async () => {
    const web = server(900);
    const { answer } = web;
    const { source } = openTab(web, browser().open());
    await source.get();
    web.answer = () => Promise.reject(new Error('away'));
    await vi.advanceTimersByTimeAsync(600_000 + 3 * 10_000);
    expect(web.mints).toBe(5);
    web.answer = answer;
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(source.get()).resolves.toBe('t6');
    await vi.advanceTimersByTimeAsync(500_000);
    expect(web.mints).toBe(6);
  });

  test('and is not tried for ever: past the token’s end the next attempt is a request’s', async () => {
    const web = server(900);
    const { source } = openTab(web, browser().open());
    await source.get();
    web.answer = () => Promise.reject(new Error('away'));
    await vi.advanceTimersByTimeAsync(900_000);
    const { mints } = web;
    await vi.advanceTimersByTimeAsync(900_000);
    expect(web.mints).toBe(mints);
    expect(mints).toBeLessThanOrEqual(32);
  });

  test('works again once the server is back', async () => {
    const web = server();
    const { answer } = web;
    const { source } = openTab(web, browser().open());
    web.answer = () => Promise.reject(new Error('away'));
    await expect(source.get()).rejects.toThrow('away');
    web.answer = answer;
    await expect(source.get()).resolves.toBe('t2');
  });
});

describe('renew', () => {
  test('a refused token is replaced once, however many requests it was refused to', async () => {
    const web = server();
    const { source } = openTab(web, browser().open());
    await source.get();
    const tokens = await Promise.all([source.renew('t1'), source.renew('t1'), source.renew('t1')]);
    expect(tokens).toEqual(['t2', 't2', 't2']);
    await expect(source.renew('t1')).resolves.toBe('t2');
    expect(web.mints).toBe(2);
  });

  // covers: EDGE-12
  test('three tabs mint one token between them', async () => {
    const web = server();
    const { open } = browser();
    const sources = [1, 2, 3].map(() => openTab(web, open()).source);
    const tokens = await Promise.all(sources.map((source) => source.get()));
    expect(tokens).toEqual(['t1', 't1', 't1']);
    expect(web.mints).toBe(1);
  });
});

describe('the end', () => {
  // covers: FR-008
  test('sign-out ends every tab, and no token is left in any', async () => {
    const web = server();
    const { open } = browser();
    const [here, otherTab] = [openTab(web, open()), openTab(web, open())];
    await here.source.get();
    here.source.signOut();
    expect([here.endings, otherTab.endings]).toEqual([['signed-out'], ['signed-out']]);
    await expect(here.source.renew()).resolves.toBeNull();
    await expect(otherTab.source.get()).resolves.toBeNull();
    await vi.advanceTimersByTimeAsync(900_000);
    expect(web.mints).toBe(1);
  });

  test('a token that arrives after sign-out is dropped', async () => {
    const web = server();
    const { source, endings } = openTab(web, browser().open());
    let arrive: (minted: IssuedToken) => void = () => undefined;
    web.answer = () =>
      new Promise((resolve) => {
        arrive = resolve;
      });
    const pending = source.get();
    await vi.advanceTimersByTimeAsync(0);
    source.signOut();
    arrive({ token: 'late', expiresIn: 900, userId: ADA });
    await expect(pending).resolves.toBeNull();
    await expect(source.get()).resolves.toBeNull();
    expect(endings).toEqual(['signed-out']);
  });

  test('a session that has ended is told once', async () => {
    const web = server();
    web.answer = () => Promise.resolve('session-ended');
    const { source, endings } = openTab(web, browser().open());
    await expect(Promise.all([source.get(), source.get()])).resolves.toEqual([null, null]);
    expect(endings).toEqual(['session-ended']);
  });

  test('a cookie that now belongs to somebody else gives this tab nothing', async () => {
    const web = server();
    web.answer = () => Promise.resolve({ token: 'bobs', expiresIn: 900, userId: BOB });
    const { source, endings } = openTab(web, browser().open());
    await expect(source.get()).resolves.toBeNull();
    expect(endings).toEqual(['other-user']);
  });

  // covers: WEB-04
  test('another user’s token is never taken over: it says that the cookie is theirs now', async () => {
    const web = server();
    const { open } = browser();
    const { source, endings } = openTab(web, open());
    await source.get();
    open().post({ kind: 'token', userId: BOB, token: 'bobs', expiresAt: 900_000 });
    expect(endings).toEqual(['other-user']);
    await expect(source.get()).resolves.toBeNull();
    expect(web.mints).toBe(1);
  });

  test('when another user signs in, every tab of the one before ends, and theirs goes on', async () => {
    const web = server();
    const { open } = browser();
    const adas = [openTab(web, open()), openTab(web, open())];
    await adas[0]?.source.get();
    const bobs = server();
    bobs.answer = () => Promise.resolve({ token: 'bobs', expiresIn: 900, userId: BOB });
    const otherTab = openTab(bobs, open(), BOB);
    await expect(otherTab.source.get()).resolves.toBe('bobs');
    expect([...adas, otherTab].map(({ endings }) => endings)).toEqual([['other-user'], ['other-user'], []]);
  });

  test('a tab that is closed renews no more', async () => {
    const web = server();
    const { source, disconnect } = openTab(web, browser().open());
    await source.get();
    disconnect();
    await vi.advanceTimersByTimeAsync(900_000);
    expect(web.mints).toBe(1);
  });
});
