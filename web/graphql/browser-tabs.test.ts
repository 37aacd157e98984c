import { afterEach, describe, expect, test, vi } from 'vitest';
import { browserTabs, type TabMessage } from './browser-tabs.ts';

const SIGNED_OUT: TabMessage = { kind: 'signed-out' };
const openPorts = () => process.getActiveResourcesInfo().filter((type) => type === 'MessagePort').length;
const closers: (() => void)[] = [];

/** Opens a tab that listens; returns it with the messages that it has received. */
function listeningTab() {
  const tabs = browserTabs();
  const received: TabMessage[] = [];
  const close = tabs.listen((message) => received.push(message));
  closers.push(close);
  return { tabs, received, close };
}

afterEach(() => {
  vi.unstubAllGlobals();
  for (const close of closers.splice(0)) close();
});

describe('browserTabs', () => {
  test('post sends a message to every other tab that listens, not to the sender', async () => {
    const [first, second, third] = [listeningTab(), listeningTab(), listeningTab()];
    first.tabs.post(SIGNED_OUT);
    await vi.waitUntil(() => second.received.length > 0 && third.received.length > 0);
    expect([first.received, second.received, third.received]).toEqual([[], [SIGNED_OUT], [SIGNED_OUT]]);
  });

  test('a tab has a channel only while it listens', () => {
    const before = openPorts();
    const tabs = browserTabs();
    expect(openPorts()).toBe(before);
    const close = tabs.listen(() => undefined);
    expect(openPorts()).toBeGreaterThan(before);
    close();
    expect(() => tabs.post(SIGNED_OUT)).not.toThrow();
    const reopened = tabs.listen(() => undefined);
    // React's strict mode runs effects twice: closing the first must not close the second.
    close();
    const other = listeningTab();
    tabs.post(SIGNED_OUT);
    closers.push(reopened);
    return vi.waitUntil(() => other.received.length === 1);
  });

  // covers: LIST-10
  test('listeners of one tab share a channel: none receives what this tab posts', async () => {
    const [first, other] = [listeningTab(), listeningTab()];
    const received: TabMessage[] = [];
    closers.push(first.tabs.listen((message) => received.push(message)));
    first.tabs.post(SIGNED_OUT);
    other.tabs.post({ kind: 'changed', userId: 'ada' });
    await vi.waitUntil(() => received.length > 0 && other.received.length > 0);
    expect([received, other.received]).toEqual([[{ kind: 'changed', userId: 'ada' }], [SIGNED_OUT]]);
    first.close();
    other.tabs.post(SIGNED_OUT);
    await vi.waitUntil(() => received.length === 2);
  });

  test('a tab that has stopped listening receives no messages', async () => {
    const [sender, closed, listening] = [listeningTab(), listeningTab(), listeningTab()];
    closed.close();
    sender.tabs.post(SIGNED_OUT);
    await vi.waitUntil(() => listening.received.length > 0);
    expect(closed.received).toEqual([]);
  });

  test.skipIf(navigator.locks === undefined)('exclusive runs tasks one at a time, and settles as they do', async () => {
    const tabs = browserTabs();
    const order: string[] = [];
    const task = (name: string) => async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (name === 'b') throw new Error('b failed');
      return name;
    };
    const outcomes = await Promise.allSettled([tabs.exclusive(task('a')), tabs.exclusive(task('b'))]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: new Error('b failed') },
    ]);
  });

  // covers: REACH-02
  test('exclusive runs a task, and settles as it does, in a browser without Web Locks', async () => {
    vi.stubGlobal('navigator', {});
    const tabs = browserTabs();
    await expect(tabs.exclusive(() => Promise.resolve('done'))).resolves.toBe('done');
    await expect(tabs.exclusive(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });
});
