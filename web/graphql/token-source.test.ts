import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TabMessage, Tabs } from './browser-tabs.ts';
import { type SessionEnd, type IssuedToken, TokenSource } from './token-source.ts';

const ADA = '018f0000-0000-7000-8000-000000000001';
const BOB = '018f0000-0000-7000-8000-000000000002';

/** A browser whose tabs receive messages synchronously. */
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

/** A server that issues the tokens t1, t2, …, unless `respond` is replaced. */
function server(expiresIn = 900) {
  const state = {
    fetches: 0,
    respond: (): Promise<IssuedToken | 'session-ended'> => Promise.reject(new Error('unset')),
  };
  state.respond = () => Promise.resolve({ token: `t${state.fetches}`, expiresIn, userId: ADA });
  return Object.assign(state, {
    fetchToken: () => {
      state.fetches += 1;
      return state.respond();
    },
  });
}

function openTab({ fetchToken }: ReturnType<typeof server>, tabs: Tabs, userId = ADA) {
  const source = new TokenSource({ userId, fetchToken, tabs });
  const endings: SessionEnd[] = [];
  source.onEnd((ending) => endings.push(ending));
  const disconnect = source.connect();
  return { source, endings, disconnect };
}

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

describe('get', () => {
  test('get fetches one token for concurrent calls, and then returns it', async () => {
    const web = server();
    const { source } = openTab(web, browser().open());
    const tokens = await Promise.all(Array.from({ length: 10 }, () => source.get()));
    expect(new Set(tokens)).toEqual(new Set(['t1']));
    await source.get();
    expect(web.fetches).toBe(1);
  });

  // covers: US5.1
  test('get renews a token five minutes before it expires', async () => {
    const web = server(900);
    const { source } = openTab(web, browser().open());
    await source.get();
    await vi.advanceTimersByTimeAsync(599_999);
    expect(web.fetches).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(web.fetches).toBe(2);
    await expect(source.get()).resolves.toBe('t2');
  });

  test('get renews a short-lived token when a third of its lifetime is left', async () => {
    const web = server(30);
    const { source } = openTab(web, browser().open());
    await source.get();
    await vi.advanceTimersByTimeAsync(19_999);
    expect(web.fetches).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(web.fetches).toBe(2);
  });

  test('get returns the old token while the server is unavailable, until it expires', async () => {
    const web = server(900);
    const { source } = openTab(web, browser().open());
    await source.get();
    web.respond = () => Promise.reject(new Error('unavailable'));
    await vi.advanceTimersByTimeAsync(700_000);
    await expect(source.get()).resolves.toBe('t1');
    await vi.advanceTimersByTimeAsync(200_000);
    await expect(source.get()).rejects.toThrow('unavailable');
  });

  // covers: US5.1
  test('a failed renewal is retried in the background while the old token is valid', async () => {
    const web = server(900);
    const { respond } = web;
    const { source } = openTab(web, browser().open());
    await source.get();
    web.respond = () => Promise.reject(new Error('unavailable'));
    await vi.advanceTimersByTimeAsync(600_000 + 3 * 10_000);
    expect(web.fetches).toBe(5);
    web.respond = respond;
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(source.get()).resolves.toBe('t6');
    await vi.advanceTimersByTimeAsync(500_000);
    expect(web.fetches).toBe(6);
  });

  test('background renewals stop when the token has expired', async () => {
    const web = server(900);
    const { source } = openTab(web, browser().open());
    await source.get();
    web.respond = () => Promise.reject(new Error('unavailable'));
    await vi.advanceTimersByTimeAsync(900_000);
    const { fetches } = web;
    await vi.advanceTimersByTimeAsync(900_000);
    expect(web.fetches).toBe(fetches);
    expect(fetches).toBeLessThanOrEqual(32);
  });

  test('get works again when the server is available again', async () => {
    const web = server();
    const { respond } = web;
    const { source } = openTab(web, browser().open());
    web.respond = () => Promise.reject(new Error('unavailable'));
    await expect(source.get()).rejects.toThrow('unavailable');
    web.respond = respond;
    await expect(source.get()).resolves.toBe('t2');
  });
});

describe('renew', () => {
  test('renew replaces a rejected token once for concurrent calls', async () => {
    const web = server();
    const { source } = openTab(web, browser().open());
    await source.get();
    const tokens = await Promise.all([source.renew('t1'), source.renew('t1'), source.renew('t1')]);
    expect(tokens).toEqual(['t2', 't2', 't2']);
    await expect(source.renew('t1')).resolves.toBe('t2');
    expect(web.fetches).toBe(2);
  });

  // covers: EDGE-12
  test('three tabs fetch one token', async () => {
    const web = server();
    const { open } = browser();
    const sources = [1, 2, 3].map(() => openTab(web, open()).source);
    const tokens = await Promise.all(sources.map((source) => source.get()));
    expect(tokens).toEqual(['t1', 't1', 't1']);
    expect(web.fetches).toBe(1);
  });
});

describe('the end of a session', () => {
  // covers: FR-008
  test('sign-out ends the session in every tab, and leaves no token in any', async () => {
    const web = server();
    const { open } = browser();
    const [here, otherTab] = [openTab(web, open()), openTab(web, open())];
    await here.source.get();
    here.source.signOut();
    expect([here.endings, otherTab.endings]).toEqual([['signed-out'], ['signed-out']]);
    await expect(here.source.renew()).resolves.toBeNull();
    await expect(otherTab.source.get()).resolves.toBeNull();
    await vi.advanceTimersByTimeAsync(900_000);
    expect(web.fetches).toBe(1);
  });

  test('a token that arrives after sign-out is discarded', async () => {
    const web = server();
    const { source, endings } = openTab(web, browser().open());
    let arrive: (issued: IssuedToken) => void = () => undefined;
    web.respond = () =>
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

  test('listeners are called once when the session has ended', async () => {
    const web = server();
    web.respond = () => Promise.resolve('session-ended');
    const { source, endings } = openTab(web, browser().open());
    await expect(Promise.all([source.get(), source.get()])).resolves.toEqual([null, null]);
    expect(endings).toEqual(['session-ended']);
  });

  test('a tab gets no token from the cookie of another user', async () => {
    const web = server();
    web.respond = () => Promise.resolve({ token: 'bobs', expiresIn: 900, userId: BOB });
    const { source, endings } = openTab(web, browser().open());
    await expect(source.get()).resolves.toBeNull();
    expect(endings).toEqual(['other-user']);
  });

  // covers: WEB-04
  test('a tab does not use another user’s token from a message, and ends', async () => {
    const web = server();
    const { open } = browser();
    const { source, endings } = openTab(web, open());
    await source.get();
    open().post({ kind: 'token', userId: BOB, token: 'bobs', expiresAt: 900_000 });
    expect(endings).toEqual(['other-user']);
    await expect(source.get()).resolves.toBeNull();
    expect(web.fetches).toBe(1);
  });

  test('when another user signs in, every tab of the previous user ends, and the new one continues', async () => {
    const web = server();
    const { open } = browser();
    const adas = [openTab(web, open()), openTab(web, open())];
    await adas[0]?.source.get();
    const bobs = server();
    bobs.respond = () => Promise.resolve({ token: 'bobs', expiresIn: 900, userId: BOB });
    const otherTab = openTab(bobs, open(), BOB);
    await expect(otherTab.source.get()).resolves.toBe('bobs');
    expect([...adas, otherTab].map(({ endings }) => endings)).toEqual([['other-user'], ['other-user'], []]);
  });

  // covers: LIST-10
  test('a change of data, by whatever user, ends no session', () => {
    const tabs = browser();
    const ada = openTab(server(), tabs.open());
    tabs.open().post({ kind: 'changed', userId: BOB });
    expect(ada.endings).toEqual([]);
  });

  test('a closed tab does not renew its token', async () => {
    const web = server();
    const { source, disconnect } = openTab(web, browser().open());
    await source.get();
    disconnect();
    await vi.advanceTimersByTimeAsync(900_000);
    expect(web.fetches).toBe(1);
  });
});
