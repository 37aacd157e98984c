import { expect, type Page, test } from '@playwright/test';
import { addTask, callApi, signUp } from './page-actions.ts';

/** Opens the dialog of a task, and returns its section of steps. */
async function openSteps(page: Page, title: string) {
  await page.getByRole('button', { name: title, exact: true }).click();
  return page.getByRole('dialog', { name: 'Edit task' }).getByRole('region', { name: 'Steps' });
}

const titlesOf = (page: Page) =>
  callApi<{ tasks: { nodes: { steps: { title: string; done: boolean }[] }[] } }>(
    page,
    '{ tasks { nodes { steps { title done } } } }',
  ).then(({ tasks }) => tasks.nodes[0]?.steps.map(({ title, done }) => (done ? `${title} (done)` : title)));

// covers: LIST-21
test('steps are added, ticked, renamed, ordered by keyboard and deleted in the dialog of a task', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Mend the gate');
  const steps = await openSteps(page, 'Mend the gate');
  for (const title of ['Oil', 'Wood', 'Nails']) {
    await steps.getByLabel('New step').fill(title);
    await page.keyboard.press('Enter');
    await expect(steps.getByRole('checkbox', { name: title })).toBeEnabled();
  }
  await steps.getByRole('checkbox', { name: 'Wood' }).check();
  await expect(steps.getByText('Wood: done')).toBeAttached();
  const oil = steps.getByLabel('Title of step Oil');
  await oil.fill('Oil the hinges');
  await oil.press('Enter');
  await expect(steps.getByText('Step renamed: Oil the hinges')).toBeAttached();

  await steps.getByLabel('Title of step Nails').press('Alt+ArrowUp');
  await expect(steps.getByText('Nails: now step 2 of 3')).toBeAttached();
  await expect(steps.getByLabel('Title of step Nails')).toBeFocused();
  await steps.getByRole('button', { name: 'Move up Nails' }).click();
  await expect(steps.getByText('Nails: now step 1 of 3')).toBeAttached();
  expect(await titlesOf(page)).toEqual(['Nails', 'Oil the hinges', 'Wood (done)']);

  await steps.getByRole('button', { name: 'Delete step Oil the hinges' }).click();
  await expect(steps.getByText('Step deleted: Oil the hinges')).toBeAttached();
  await expect(steps.getByText('1 of 2 done')).toBeVisible();
  expect(await titlesOf(page)).toEqual(['Nails', 'Wood (done)']);
});

// covers: LIST-21
test('a row says how many steps are done, and they are ticked in the list', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Mend the gate');
  const { tasks } = await callApi<{ tasks: { nodes: { id: string }[] } }>(page, '{ tasks { nodes { id } } }');
  await callApi(
    page,
    `mutation ($id: ID!) { a: addStep(taskId: $id, input: { title: "Oil" }) { id } b: addStep(taskId: $id, input: { title: "Wood" }) { id } }`,
    { id: tasks.nodes[0]?.id },
  );
  await page.reload();
  await page.getByRole('button', { name: '0 of 2 steps' }).click();
  const steps = page.getByRole('list', { name: 'Steps' });
  await steps.getByRole('checkbox', { name: 'Wood' }).click();
  await expect(page.getByRole('button', { name: '1 of 2 steps' })).toBeVisible();
  await expect(page.getByText('Step done: Wood')).toBeAttached();
  expect(await titlesOf(page)).toEqual(['Oil', 'Wood (done)']);
});

// covers: LIST-21
test('a step that could not be added is in its field again, and the dialog says why', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Mend the gate');
  const steps = await openSteps(page, 'Mend the gate');
  await expect(steps.getByLabel('New step')).toBeVisible();
  await page.route('**/graphql', (route) => route.abort());
  await steps.getByLabel('New step').fill('Oil');
  await page.keyboard.press('Enter');
  await expect(steps.getByRole('alert')).toContainText('could not be reached');
  await expect(steps.getByLabel('New step')).toHaveValue('Oil');
  await expect(steps.getByRole('checkbox')).toHaveCount(0);
});

// covers: LIST-21
test('Escape asks before it throws away a step that was typed and not added', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Mend the gate');
  const steps = await openSteps(page, 'Mend the gate');
  await steps.getByLabel('New step').fill('Oil');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keep editing' }).click();
  await expect(steps.getByLabel('New step')).toHaveValue('Oil');
});
