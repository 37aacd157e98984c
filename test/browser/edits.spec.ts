import { expect, type Page, test } from '@playwright/test';
import { addTask, callApi, signUp } from './page-actions.ts';

const editDialog = (page: Page) => page.getByRole('dialog', { name: 'Edit task' });

/** Signs up, adds a task, opens it, and types another title and a description. */
async function typeAnEdit(page: Page) {
  await signUp(page);
  await addTask(page, 'Mend the gate');
  await page.getByRole('button', { name: 'Mend the gate', exact: true }).click();
  const dialog = editDialog(page);
  await dialog.getByLabel('Title').fill('Mend both gates');
  await dialog.getByLabel('Description').fill('The lower hinges.');
  return dialog;
}

/** Checks what the API has stored of the only task. */
async function expectSaved(page: Page, task: Readonly<Record<string, unknown>>): Promise<void> {
  const { tasks } = await callApi<{ tasks: { nodes: unknown[] } }>(
    page,
    '{ tasks { nodes { title description priority } } }',
  );
  expect(tasks.nodes).toEqual([expect.objectContaining(task)]);
}

// covers: LIST-01
test('a failed save keeps the dialog open with what was typed, says so in it, and can be repeated', async ({
  page,
}) => {
  const dialog = await typeAnEdit(page);
  await page.route('**/graphql', (route) => route.abort());
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('could not be reached');
  await expect(dialog.getByLabel('Title')).toHaveValue('Mend both gates');
  await expect(dialog.getByLabel('Description')).toHaveValue('The lower hinges.');
  await page.unroute('**/graphql');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: /^Mend both gates/ })).toBeFocused();
  await expectSaved(page, { title: 'Mend both gates', description: 'The lower hinges.' });
});

// covers: LIST-01
test('Escape asks before it discards what was typed', async ({ page }) => {
  const dialog = await typeAnEdit(page);
  const question = page.getByRole('dialog', { name: 'Discard your changes?' });
  await page.keyboard.press('Escape');
  await expect(question.getByRole('button', { name: 'Keep editing' })).toBeFocused();
  // Escape answers the question with the harmless choice; a browser closes a dialog on the second Escape in a row.
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(question).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog.getByLabel('Title')).toHaveValue('Mend both gates');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Mend the gate', exact: true }).click();
  await expect(dialog.getByLabel('Title')).toHaveValue('Mend the gate');
  // Nothing was typed: it does not ask.
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

/** Changes the only task as another device would. */
async function changeElsewhere(page: Page, input: Readonly<Record<string, unknown>>): Promise<void> {
  const { tasks } = await callApi<{ tasks: { nodes: { id: string }[] } }>(page, '{ tasks { nodes { id } } }');
  const mutation = 'mutation ($id: ID!, $input: UpdateTaskInput!) { updateTask(id: $id, input: $input) { id } }';
  await callApi(page, mutation, { id: tasks.nodes[0]?.id, input });
}

// covers: LIST-03
test('a field that another device changed too is shown with both values, and the user chooses', async ({ page }) => {
  const dialog = await typeAnEdit(page);
  await changeElsewhere(page, { title: 'Mend the fence', description: 'Of the neighbour.', priority: 'HIGH' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('changed elsewhere');
  const title = dialog.getByRole('group', { name: 'Title' });
  await expect(title.getByRole('radio', { name: 'Mend the fence' })).toBeVisible();
  await expect(title.getByRole('radio', { name: 'Mend both gates' })).toBeChecked();
  await dialog.getByRole('group', { name: 'Description' }).getByRole('radio', { name: 'Of the neighbour.' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  // The priority was changed there alone, and is kept.
  await expectSaved(page, { title: 'Mend both gates', description: 'Of the neighbour.', priority: 'HIGH' });
});

// covers: LIST-03
test('changes of different fields on two devices are both kept, without a question', async ({ page }) => {
  const dialog = await typeAnEdit(page);
  await changeElsewhere(page, { priority: 'HIGH' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expectSaved(page, { title: 'Mend both gates', description: 'The lower hinges.', priority: 'HIGH' });
});
