import { expect, test } from '@playwright/test';
import { createTasks, signUp } from './page-actions.ts';

// covers: LIST-04
test('deleting the loaded page of tasks shows the next ones, not an empty list', async ({ page }) => {
  await signUp(page);
  await createTasks(
    page,
    Array.from({ length: 22 }, (_, i) => `Task ${i + 1}`),
  );
  await page.reload();
  for (let i = 22; i > 2; i -= 1) {
    await page.getByRole('button', { name: `Delete Task ${i}`, exact: true }).click();
    await expect(page.getByRole('checkbox', { name: `Task ${i}`, exact: true })).toBeHidden();
  }
  await expect(page.getByRole('checkbox')).toHaveCount(2);
  await expect(page.getByText('Nothing to do yet')).toBeHidden();
  await expect(page.getByText('2 tasks', { exact: true })).toBeVisible();
});
