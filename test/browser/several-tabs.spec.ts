import { expect, type Page, test } from '@playwright/test';
import { addTask, callApi, createTasks, signUp } from './page-actions.ts';

/** Opens the tasks in another tab of the same browser, which listens to the others. */
async function openTab(page: Page): Promise<Page> {
  const tab = await page.context().newPage();
  // A tab listens before it fetches its first token.
  const token = tab.waitForResponse('**/api/auth/access-token');
  await tab.goto('/tasks');
  await token;
  return tab;
}
const hasFocus = (page: Page) => page.evaluate<boolean>(`window.dispatchEvent(new Event('focus'))`);

// covers: LIST-10
test('a change in one tab is shown in the others at once', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Mend the gate');
  const other = await openTab(page);
  await addTask(page, 'Paint the gate');
  await expect(other.getByText('Paint the gate')).toBeVisible();
  await other.getByRole('checkbox', { name: 'Mend the gate' }).click();
  await expect(page.getByRole('checkbox', { name: 'Mend the gate' })).toBeChecked();
});

// covers: LIST-10
test('coming back to the page shows what another device changed; loaded pages, focus and place stay', async ({
  page,
}) => {
  await page.clock.install();
  await signUp(page);
  for (const half of [0, 1])
    await createTasks(
      page,
      Array.from({ length: 25 }, (_, i) => `Task ${half * 25 + i + 1}`),
    );
  await page.reload();
  await page.getByRole('button', { name: 'Show more' }).click();
  const row = page.getByRole('checkbox', { name: 'Task 22', exact: true });
  await row.focus();
  const before = await row.boundingBox();
  await createTasks(page, ['From another device']);
  await page.clock.fastForward(6_000);
  await hasFocus(page);
  await expect(page.getByText('From another device')).toBeAttached();
  await expect(row).toBeFocused();
  const after = await row.boundingBox();
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(2);
});

// covers: LIST-10
test('a change in another tab leaves an open edit alone, and is shown after it', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Mend the gate');
  const other = await openTab(page);
  await page.getByRole('button', { name: 'Mend the gate', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit task' });
  await dialog.getByLabel('Description').fill('The lower hinges.');
  // The task is gone, and another one is there.
  const { tasks } = await callApi<{ tasks: { nodes: { id: string }[] } }>(page, '{ tasks { nodes { id } } }');
  await callApi(page, 'mutation($id: ID!) { deleteTask(id: $id) }', { id: tasks.nodes[0]?.id });
  await addTask(other, 'Paint the gate');
  await expect(dialog.getByLabel('Description')).toHaveValue('The lower hinges.');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('checkbox', { name: 'Paint the gate' })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: 'Mend the gate' })).toBeHidden();
});
