import { expect, test } from '@playwright/test';
import { addTask, callApi, createTasks, signUp } from './page-actions.ts';

const TASKS = '{ tasks { nodes { id title steps { id title } } } }';

// covers: LIST-25
test('a deleted task is gone at once, and Undo brings it back with its id, its steps and its place', async ({
  page,
}) => {
  await signUp(page);
  await createTasks(page, ['Third', 'Second', 'First']);
  const { tasks } = await callApi<{ tasks: { nodes: { id: string }[] } }>(page, TASKS);
  await callApi(page, 'mutation ($id: ID!) { addStep(taskId: $id, input: { title: "Oil" }) { id } }', {
    id: tasks.nodes[1]?.id,
  });
  const before = await callApi(page, TASKS);
  await page.reload();

  const ticks = page.getByRole('list', { name: 'Tasks' }).getByRole('checkbox');
  const names = () => ticks.evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label')));
  const deleted = page.waitForResponse('**/graphql');
  await page.getByRole('button', { name: 'Delete Second' }).click();
  await expect(ticks).toHaveCount(2);
  await expect(page.getByText('Deleted: Second')).toBeAttached();
  await deleted;
  // The focus is on a row beside it.
  await expect(page.getByRole('checkbox', { name: 'Third' })).toBeFocused();

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(ticks).toHaveCount(3);
  await expect.poll(names).toEqual(['First', 'Second', 'Third']);
  await expect(page.getByRole('region', { name: 'Undo' })).toBeHidden();
  expect(await callApi(page, TASKS)).toEqual(before);
});

// covers: LIST-25
test('Undo stays until another change replaces it or it is dismissed, and the key z undoes', async ({ page }) => {
  await signUp(page);
  await createTasks(page, ['Third', 'Second', 'First']);
  await page.reload();
  await page.getByRole('button', { name: 'Delete First' }).click();
  const undo = page.getByRole('region', { name: 'Undo' });
  await expect(undo).toContainText('Deleted “First”');
  await page.getByRole('button', { name: 'Delete Second' }).click();
  await expect(undo).toContainText('Deleted “Second”');
  await expect(page.getByText('Deleted: Second')).toBeAttached();
  await page.keyboard.press('z');
  await expect(page.getByRole('checkbox', { name: 'Second' })).toBeVisible();
  await expect(undo).toBeHidden();

  await page.getByRole('checkbox', { name: 'Third' }).click();
  await expect(undo).toContainText('“Third” is done');
  await undo.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('checkbox', { name: 'Third' })).not.toBeChecked();
  await page.getByRole('checkbox', { name: 'Third' }).click();
  await undo.getByRole('button', { name: 'Dismiss' }).click();
  await expect(undo).toBeHidden();
});

// covers: LIST-25
test('a deletion that the API rejects brings the task back, says so, and leaves nothing to undo', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Mend the gate');
  await page.route('**/graphql', (route) => route.abort());
  await page.getByRole('button', { name: 'Delete Mend the gate' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '“Mend the gate”' })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: 'Mend the gate' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Undo' })).toBeHidden();
});
