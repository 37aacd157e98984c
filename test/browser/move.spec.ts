import { expect, type Page, test } from '@playwright/test';
import { callApi, createTasks, signUp } from './page-actions.ts';

const shown = (page: Page) =>
  page
    .getByRole('list', { name: 'Tasks' })
    .getByRole('checkbox')
    .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label')));

const stored = (page: Page) =>
  callApi<{ tasks: { nodes: { title: string }[] } }>(page, '{ tasks { nodes { title } } }').then(({ tasks }) =>
    tasks.nodes.map(({ title }) => title),
  );

async function openList(page: Page): Promise<void> {
  await signUp(page);
  await createTasks(page, ['D', 'C', 'B', 'A']);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Move A', exact: true })).toBeEnabled();
}

// covers: LIST-22
test('a task dragged with the mouse is where it was dropped, also after a reload', async ({ page }) => {
  await openList(page);
  const handle = page.getByRole('button', { name: 'Move A', exact: true });
  const target = await page.getByRole('checkbox', { name: 'C', exact: true }).boundingBox();
  const loaded = page.waitForResponse((response) => response.url().includes('/_next/static/') && response.ok());
  await handle.hover();
  await loaded;
  await page.mouse.down();
  await page.mouse.move(target?.x ?? 0, (target?.y ?? 0) + (target?.height ?? 0), { steps: 5 });
  const moved = page.waitForResponse('**/graphql');
  await page.mouse.up();
  await expect.poll(() => shown(page)).toEqual(['B', 'C', 'A', 'D']);
  await moved;
  expect(await stored(page)).toEqual(['B', 'C', 'A', 'D']);
  await page.reload();
  expect(await shown(page)).toEqual(['B', 'C', 'A', 'D']);
});

// covers: LIST-22
test('a finger drags a task by its handle, and the page does not scroll', async ({ browser }) => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 360, height: 1_000 } });
  const page = await context.newPage();
  await openList(page);
  const from = await page.getByRole('button', { name: 'Move C', exact: true }).boundingBox();
  const target = await page.getByRole('checkbox', { name: 'A', exact: true }).boundingBox();
  if (!from || !target) throw new Error('The rows are not in the page.');
  const session = await context.newCDPSession(page);
  const x = from.x + from.width / 2;
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: y === undefined ? [] : [{ x, y }] });
  const loaded = page.waitForResponse((response) => response.url().includes('/_next/static/') && response.ok());
  await touch('touchStart', from.y + from.height / 2);
  await loaded;
  const marked = page.locator('[data-dragging]');
  await expect(marked).toHaveCount(1);
  await touch('touchMove', from.y);
  await touch('touchMove', target.y);
  const moved = page.waitForResponse('**/graphql');
  await touch('touchEnd');
  await moved;
  await expect.poll(() => shown(page)).toEqual(['C', 'A', 'B', 'D']);
  expect(await page.evaluate<number>('window.scrollY')).toBe(0);
  await context.close();
});

// covers: LIST-22
test('a task is grabbed with Space, moved with arrow keys and dropped with Space, and all of it is announced', async ({
  page,
}) => {
  await openList(page);
  const handle = page.getByRole('button', { name: 'Move A', exact: true });
  await handle.focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('“A” grabbed. Position 1 of 4.')).toBeAttached();
  await expect(handle).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByText('Position 2 of 4, after “B”.')).toBeAttached();
  await page.keyboard.press('End');
  await expect(page.getByText('Position 4 of 4, after “D”.')).toBeAttached();
  await page.keyboard.press('ArrowUp');
  const moved = page.waitForResponse('**/graphql');
  await page.keyboard.press('Space');
  await moved;
  await expect(page.getByText('Moved: A')).toBeAttached();
  expect(await shown(page)).toEqual(['B', 'C', 'A', 'D']);
  expect(await stored(page)).toEqual(['B', 'C', 'A', 'D']);
  await expect(handle).toBeFocused();
});

// covers: LIST-22
test('Escape cancels a move with the keyboard, and nothing is sent', async ({ page }) => {
  await openList(page);
  let sent = 0;
  await page.route('**/graphql', (route) => ((sent += 1), route.continue()));
  await page.getByRole('button', { name: 'Move A', exact: true }).focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('“A” grabbed.')).toBeAttached();
  await page.keyboard.press('End');
  await page.keyboard.press('Escape');
  await expect(page.getByText('Moving “A” was cancelled.')).toBeAttached();
  expect(await shown(page)).toEqual(['A', 'B', 'C', 'D']);
  expect(sent).toBe(0);
});

// covers: LIST-22
test('a move that the API rejects goes back, and says so', async ({ page }) => {
  await openList(page);
  await page.route('**/graphql', (route) => route.abort());
  await page.getByRole('button', { name: 'Move D', exact: true }).focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('“D” grabbed.')).toBeAttached();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await expect(page.getByRole('alert').filter({ hasText: '“D”' })).toBeVisible();
  await expect.poll(() => shown(page)).toEqual(['A', 'B', 'C', 'D']);
});

// covers: AWAY-01, LIST-22
test('a handle whose code cannot be loaded says so, and works once it can', async ({ page }) => {
  await openList(page);
  await page.route('**/_next/static/chunks/**', (route) => route.abort());
  await page.getByRole('button', { name: 'Move D', exact: true }).press('Enter');
  const error = page.getByRole('region', { name: 'Messages' });
  await expect(error).toContainText('A part of this page could not be loaded.');
  await page.unroute('**/_next/static/chunks/**');
  await page.getByRole('button', { name: 'Move D', exact: true }).press('Enter');
  await expect(page.getByText('“D” grabbed.')).toBeAttached();
});

// covers: LIST-22
test('in a sorted or filtered view the handle says why tasks cannot be moved there', async ({ page }) => {
  await openList(page);
  await page.goto('/tasks?sort=title');
  const handle = page.getByRole('button', { name: 'Move A', exact: true });
  await expect(handle).toBeEnabled();
  await handle.focus();
  await page.keyboard.press('Space');
  await expect(page.getByRole('alert').filter({ hasText: 'your own order' })).toBeVisible();
});
