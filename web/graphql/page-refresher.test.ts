import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PageRefresher } from './page-refresher.ts';

const closers: (() => void)[] = [];
let targets: { readonly window: EventTarget; readonly document: EventTarget };

function connectedRefresher() {
  const page = { isHeld: false, refreshes: 0 };
  const refresher = new PageRefresher(() => page.isHeld);
  refresher.onRefresh(() => (page.refreshes += 1));
  closers.push(refresher.connect());
  return { page, refresher };
}
const comeBack = () => {
  targets.window.dispatchEvent(new Event('focus'));
  targets.document.dispatchEvent(new Event('visibilitychange'));
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  targets = {
    window: new EventTarget(),
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
  };
  vi.stubGlobal('window', targets.window);
  vi.stubGlobal('document', targets.document);
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

// covers: LIST-10
test('the page is refreshed when the user comes back, but not more often than every five seconds', () => {
  const { page } = connectedRefresher();
  comeBack();
  expect(page.refreshes).toBe(0);
  vi.advanceTimersByTime(5_000);
  comeBack();
  comeBack();
  expect(page.refreshes).toBe(1);
  vi.advanceTimersByTime(5_000);
  comeBack();
  expect(page.refreshes).toBe(2);
});

// covers: LIST-10
test('a refresh waits while the page is held, and is then one', () => {
  const { page, refresher } = connectedRefresher();
  page.isHeld = true;
  for (let i = 0; i < 10; i += 1) refresher.refresh();
  vi.advanceTimersByTime(60_000);
  expect(page.refreshes).toBe(0);
  page.isHeld = false;
  vi.advanceTimersByTime(1_000);
  expect(page.refreshes).toBe(1);
});

test('a page is not refreshed when it becomes hidden', () => {
  const { page } = connectedRefresher();
  vi.advanceTimersByTime(5_000);
  Object.assign(targets.document, { visibilityState: 'hidden' });
  comeBack();
  expect(page.refreshes).toBe(0);
});

test('after it was disconnected a refresher does nothing', () => {
  const { page, refresher } = connectedRefresher();
  page.isHeld = true;
  refresher.refresh();
  for (const close of closers.splice(0)) close();
  vi.advanceTimersByTime(10_000);
  comeBack();
  expect([page.refreshes, vi.getTimerCount()]).toEqual([0, 0]);
});
