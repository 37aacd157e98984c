import { expect, test } from '@playwright/test';
import { createTasks, signUp } from './page-actions.ts';

// covers: LIST-06
test('errors of several tasks are shown together, in the window, and name their task', async ({ page }) => {
  await signUp(page);
  await createTasks(
    page,
    Array.from({ length: 20 }, (_, i) => `Task ${i + 1}`),
  );
  await page.reload();
  await page.route('**/graphql', (route) => route.abort());
  await page.getByRole('checkbox', { name: 'Task 1', exact: true }).click();
  const first = page.getByRole('alert').filter({ hasText: '“Task 1”' });
  await expect(first).toBeInViewport({ ratio: 1 });
  await page.getByRole('checkbox', { name: 'Task 2', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: '“Task 2”' })).toBeInViewport({ ratio: 1 });
  await expect(first).toBeInViewport({ ratio: 1 });

  // The same change, done later, takes its message away; the other one stays until it is dismissed.
  await page.unroute('**/graphql');
  await page.getByRole('checkbox', { name: 'Task 2', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: '“Task 2”' })).toBeHidden();
  await page.getByLabel('New task').focus();
  await first.getByRole('button', { name: 'Dismiss' }).click();
  await expect(first).toBeHidden();
  await expect(page.getByLabel('New task')).toBeFocused();
});

// covers: LIST-06
test('a task that could not be added while another one is typed can be added again', async ({ page }) => {
  await signUp(page);
  const field = page.getByLabel('New task');
  await page.route('**/graphql', async (route) => {
    await field.fill('The second');
    await route.abort();
  });
  await field.fill('The first');
  await page.keyboard.press('Enter');
  const message = page.getByRole('alert').filter({ hasText: '“The first”' });
  await expect(field).toHaveValue('The second');
  await page.unroute('**/graphql');
  await message.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('button', { name: 'The first', exact: true })).toBeEnabled();
  await expect(message).toBeHidden();
});
