import { expect, type Page, test } from '@playwright/test';
import { createTasks, signUp } from './page-actions.ts';

const rows = (page: Page) => page.getByRole('list', { name: 'Tasks' }).getByRole('listitem');

/** The most tasks that one mutation adds. */
const BATCH = 30;
const TASKS = 240;

/**
 * Counts the renders of rows, as React's developer tools do: after each commit, a fiber that is another object than before
 * and has done work was rendered.
 */
const COUNT_RENDERS = `
  window.rowRenders = 0;
  const seen = new Map();
  const visit = (fiber) => {
    for (; fiber; fiber = fiber.sibling) {
      if (fiber.memoizedProps?.task && fiber.memoizedProps.onOpen && (fiber.tag === 14 || fiber.tag === 15)) {
        const id = fiber.memoizedProps.task.id;
        if (seen.get(id) !== fiber && fiber.flags & 1) window.rowRenders += 1;
        seen.set(id, fiber);
      }
      visit(fiber.child);
    }
  };
  window.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    renderers: new Map(),
    inject: () => 1,
    onCommitFiberRoot: (_, root) => visit(root.current),
    onCommitFiberUnmount() {},
    onPostCommitFiberRoot() {},
    checkDCE() {},
  };`;

/** Signs up, and loads all tasks of a long list. */
async function openLongList(page: Page): Promise<void> {
  await signUp(page);
  const titles = Array.from({ length: TASKS }, (_, i) => `Task ${i + 1}`);
  for (let start = 0; start < TASKS; start += BATCH) await createTasks(page, titles.slice(start, start + BATCH));
  await page.addInitScript(COUNT_RENDERS);
  await page.reload();
  for (const count of ['120 of 240 tasks', '220 of 240 tasks', '240 tasks']) {
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect(page.getByText(count, { exact: true })).toBeVisible();
  }
}

// covers: LIST-13
test('a long list renders the rows in the window alone, each with its place in the list', async ({ page }) => {
  await openLongList(page);
  expect(await rows(page).count()).toBeLessThan(60);
  await page.evaluate('scrollTo(0, 0)');
  await expect(page.getByRole('checkbox', { name: 'Task 240', exact: true })).toBeInViewport();
  await expect(rows(page).first()).toHaveAttribute('aria-posinset', '1');
  await expect(rows(page).first()).toHaveAttribute('aria-setsize', '240');
  expect(await rows(page).count()).toBeLessThan(60);
  await page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await expect(page.getByRole('checkbox', { name: 'Task 1', exact: true })).toBeInViewport();
  expect(await rows(page).count()).toBeLessThan(60);
});

// covers: LIST-13
test('the focus stays on its row however far the page is scrolled, and Tab goes on from there', async ({ page }) => {
  await openLongList(page);
  await page.evaluate('scrollTo(0, 0)');
  const first = page.getByRole('checkbox', { name: 'Task 240', exact: true });
  await first.focus();
  await page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await expect(page.getByRole('checkbox', { name: 'Task 1', exact: true })).toBeInViewport();
  await expect(first).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Task 240', exact: true })).toBeFocused();
  for (let row = 239; row > 220; row -= 1) {
    // Delete of the row before; handle, checkbox and title of this one.
    for (let control = 0; control < 4; control += 1) await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: `Task ${row}`, exact: true })).toBeFocused();
  }
});

// covers: LIST-13
test('a tick renders its own row and no other, with many rows loaded', async ({ page }) => {
  await openLongList(page);
  await page.evaluate('scrollTo(0, 0)');
  const tick = page.getByRole('checkbox', { name: 'Task 238', exact: true });
  await expect(tick).toBeInViewport();
  const before = await page.evaluate<number>('rowRenders');
  expect(before).toBeGreaterThan(0);
  await tick.click();
  await expect(page.getByText('Done: Task 238')).toBeAttached();
  const renders = (await page.evaluate<number>('rowRenders')) - before;
  expect(renders).toBeGreaterThan(0);
  // The optimistic response and the API's.
  expect(renders).toBeLessThanOrEqual(2);
});
