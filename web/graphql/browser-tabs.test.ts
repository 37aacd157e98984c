import { afterEach, describe, expect, test, vi } from 'vitest';
import { browserTabs, type TabMessage } from './browser-tabs.ts';

const SIGNED_OUT: TabMessage = { kind: 'signed-out' };
const openPorts = () => process.getActiveResourcesInfo().filter((type) => type === 'MessagePort').length;
const closers: (() => void)[] = [];

/** A tab that listens, and what it has received. */
function listeningTab() {
  const tabs = browserTabs();
  const received: TabMessage[] = [];
  const close = tabs.listen((message) => received.push(message));
  closers.push(close);
  return { tabs, received, close };
}

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe('browserTabs', () => {
  test('sends a message to every other tab that listens, and not to the sender', async () => {
    const [first, second, third] = [listeningTab(), listeningTab(), listeningTab()];
    first.tabs.post(SIGNED_OUT);
    await vi.waitUntil(() => second.received.length > 0 && third.received.length > 0);
    expect([first.received, second.received, third.received]).toEqual([[], [SIGNED_OUT], [SIGNED_OUT]]);
  });

  test('holds a channel only while it listens', () => {
    const before = openPorts();
    const tabs = browserTabs();
    expect(openPorts()).toBe(before);
    const close = tabs.listen(() => undefined);
    expect(openPorts()).toBeGreaterThan(before);
    close();
    expect(() => tabs.post(SIGNED_OUT)).not.toThrow();
    const reopened = tabs.listen(() => undefined);
    // React's strict mode runs effects twice: the end of the first must not silence the second.
    close();
    const other = listeningTab();
    tabs.post(SIGNED_OUT);
    closers.push(reopened);
    return vi.waitUntil(() => other.received.length === 1);
  });

  test('receives nothing more once it has stopped listening', async () => {
    const [sender, quiet, witness] = [listeningTab(), listeningTab(), listeningTab()];
    quiet.close();
    sender.tabs.post(SIGNED_OUT);
    await vi.waitUntil(() => witness.received.length > 0);
    expect(quiet.received).toEqual([]);
  });

  test.skipIf(navigator.locks === undefined)('runs tasks one at a time, and passes their outcome on', async () => {
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
});
