import { expect, test } from '@playwright/test';
import { callApi, createTasks, signUp, VALID_PASSWORD } from './page-actions.ts';

const names = (count: number) => Array.from({ length: count }, (_, i) => `Task ${count - i}`);

// covers: LIST-24
test('a range of tasks is selected with Shift, marked as done in one request, and can be undone', async ({ page }) => {
  await signUp(page);
  await createTasks(page, names(6));
  await page.reload();
  await page.getByRole('button', { name: 'Select several' }).click();
  const bar = page.getByRole('region', { name: 'Selected tasks' });
  await expect(bar.getByRole('button', { name: 'Mark done' })).toBeDisabled();
  await page.getByRole('checkbox', { name: 'Select Task 2', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Select Task 5', exact: true }).click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('4 selected');
  const requests: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/graphql') && request.method() === 'POST') requests.push(request.postData() ?? '');
  });
  await bar.getByRole('button', { name: 'Mark done' }).click();
  await expect(page.getByText('4 tasks marked as done').first()).toBeAttached();
  expect(requests).toHaveLength(1);
  await expect(bar).toBeHidden();
  const done = page.getByRole('list', { name: 'Tasks' }).getByRole('checkbox', { checked: true });
  await expect(done).toHaveCount(4);

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('4 tasks marked as open')).toBeAttached();
  await expect(done).toHaveCount(0);
});

// covers: LIST-24
test('more than 100 selected tasks are marked in several requests, with progress', async ({ page }) => {
  await signUp(page);
  for (let i = 0; i < 4; i += 1) await createTasks(page, names(28));
  await page.reload();
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(page.getByText('112 tasks', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Select several' }).click();
  const bar = page.getByRole('region', { name: 'Selected tasks' });
  await bar.getByRole('button', { name: 'Select all' }).click();
  await expect(bar).toContainText('112 selected');
  let second: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => (second = resolve));
  let count = 0;
  await page.route('**/graphql', async (route) => {
    count += 1;
    // The second request waits until the page has shown the progress.
    if (count === 2) await seen;
    await route.continue();
  });
  await bar.getByRole('button', { name: 'Mark done' }).click();
  await expect(bar).toContainText('Marked 100 of 112 tasks');
  second();
  await expect(page.getByText('112 tasks marked as done').first()).toBeAttached();
  expect(count).toBe(2);
  const { tasks } = await callApi<{ tasks: { totalCount: number } }>(
    page,
    '{ tasks(filter: { done: true }) { totalCount } }',
  );
  expect(tasks.totalCount).toBe(112);
});

// covers: LIST-24
test('tasks that could not be marked stay as they were and selected, with an error', async ({ page }) => {
  await signUp(page);
  await createTasks(page, names(3));
  await page.reload();
  await page.getByRole('button', { name: 'Select several' }).click();
  await page.getByRole('checkbox', { name: 'Select Task 2', exact: true }).click();
  await page.route('**/graphql', (route) => route.abort());
  const bar = page.getByRole('region', { name: 'Selected tasks' });
  await bar.getByRole('button', { name: 'Mark done' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'could not be reached' })).toBeVisible();
  await expect(bar).toContainText('1 selected');
});

// covers: LIST-23
test('done tasks are deleted after a confirmation, and Undo brings the loaded ones back', async ({ page }) => {
  await signUp(page);
  await createTasks(page, names(3));
  await page.reload();
  for (const name of ['Task 1', 'Task 3']) {
    await page.getByRole('checkbox', { name, exact: true }).click();
    await expect(page.getByText(`Done: ${name}`)).toBeAttached();
  }
  await page.getByRole('button', { name: 'Delete done tasks' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete all done tasks?' });
  await expect(dialog).toContainText('30 days');
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('2 done tasks deleted').first()).toBeAttached();
  const ticks = page.getByRole('list', { name: 'Tasks' }).getByRole('checkbox');
  await expect(ticks).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(ticks).toHaveCount(3);
});

// covers: LIST-23
test('deleting done tasks asks for the password if the sign-in is older than five minutes', async ({ page }) => {
  await signUp(page);
  await createTasks(page, ['Mend the gate']);
  await page.reload();
  await page.getByRole('checkbox', { name: 'Mend the gate' }).click();
  await expect(page.getByText('Done: Mend the gate')).toBeAttached();
  let refused = false;
  await page.route('**/graphql', (route) => {
    if (refused) return route.continue();
    refused = true;
    return route.fulfill({
      status: 401,
      headers: { 'access-control-allow-origin': '*' },
      json: { errors: [{ message: 'Sign in again.', extensions: { code: 'STEP_UP_REQUIRED' } }] },
    });
  });
  await page.getByRole('button', { name: 'Delete done tasks' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  const stepUp = page.getByRole('dialog', { name: 'Sign in again' });
  await stepUp.getByLabel('Password').fill(VALID_PASSWORD);
  await stepUp.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('1 done task deleted').first()).toBeAttached();
  await expect(page.getByRole('checkbox', { name: 'Mend the gate' })).toBeHidden();
});
