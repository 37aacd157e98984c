import { expect, test } from '@playwright/test';
import { signUp } from './page-actions.ts';

// covers: LIST-20
test('a task is added with a due date and a priority, and the next one starts without them', async ({ page }) => {
  await signUp(page);
  await page.getByLabel('New task').fill('Mend the gate');
  await page.getByRole('button', { name: 'Due date and priority' }).click();
  await page.getByLabel('Due', { exact: true }).fill('2031-05-01');
  await page.getByRole('radio', { name: 'High' }).check();
  await page.getByLabel('New task').press('Enter');
  await expect(page.getByRole('button', { name: 'Mend the gate', exact: true })).toBeEnabled();
  const row = page.getByRole('listitem').filter({ hasText: 'Mend the gate' });
  await expect(row).toContainText(/High priority.*1 May 2031/);
  await expect(page.getByLabel('Due', { exact: true })).toHaveValue('');
  await expect(page.getByRole('radio', { name: 'Normal' })).toBeChecked();
  await page.reload();
  await expect(row).toContainText(/High priority.*1 May 2031/);
});

// covers: LIST-20
test('a failed addition gives title, due date and priority back, and folding the fields empties them', async ({
  page,
}) => {
  await signUp(page);
  await page.route('**/graphql', (route) => route.abort());
  await page.getByLabel('New task').fill('Mend the gate');
  await page.getByRole('button', { name: 'Due date and priority' }).click();
  await page.getByLabel('Due', { exact: true }).fill('2031-05-01');
  await page.getByRole('radio', { name: 'High' }).check();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'could not be reached' })).toBeVisible();
  await expect(page.getByLabel('New task')).toHaveValue('Mend the gate');
  await expect(page.getByLabel('Due', { exact: true })).toHaveValue('2031-05-01');

  // Also after a reload: what is typed is a draft.
  await page.reload();
  await expect(page.getByLabel('New task')).toHaveValue('Mend the gate');
  await expect(page.getByLabel('Due', { exact: true })).toHaveValue('2031-05-01');
  await expect(page.getByRole('radio', { name: 'High' })).toBeChecked();
  const toggle = page.getByRole('button', { name: 'Due date and priority' });
  await toggle.click();
  await toggle.click();
  await expect(page.getByLabel('New task')).toHaveValue('Mend the gate');
  await expect(page.getByLabel('Due', { exact: true })).toHaveValue('');
  await expect(page.getByRole('radio', { name: 'Normal' })).toBeChecked();
});
