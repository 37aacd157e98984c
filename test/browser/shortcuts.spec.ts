import { expect, type Page, test } from '@playwright/test';
import { createTasks, signUp } from './page-actions.ts';

async function openList(page: Page): Promise<void> {
  await signUp(page);
  await createTasks(page, ['Third', 'Second', 'First']);
  await page.reload();
  // The shortcuts work once their button is there.
  await expect(page.getByRole('button', { name: 'Keyboard shortcuts' })).toBeVisible();
}

// covers: LIST-27
test('the list is used by single keys: move, done, open, delete, undo, new task', async ({ page }) => {
  await openList(page);
  const tick = (name: string) => page.getByRole('checkbox', { name, exact: true });
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  const row = page.getByRole('listitem').filter({ hasText: 'Second' });
  await expect(row.locator(':focus')).toHaveCount(1);
  await page.keyboard.press('x');
  await expect(tick('Second')).toBeChecked();
  await expect(page.getByText('Done: Second')).toBeAttached();
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog', { name: 'Edit task' });
  await expect(dialog.getByLabel('Title')).toHaveValue('Second');
  // Keys of an open dialog are its own.
  await dialog.getByRole('button', { name: 'Cancel' }).focus();
  await page.keyboard.press('Delete');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(tick('Second')).toBeVisible();

  await tick('Second').focus();
  await page.keyboard.press('Delete');
  await expect(tick('Second')).toBeHidden();
  await expect(page.getByText('Deleted: Second')).toBeAttached();
  await page.keyboard.press('z');
  await expect(tick('Second')).toBeVisible();
  await page.keyboard.press('n');
  await expect(page.getByLabel('New task')).toBeFocused();
});

// covers: LIST-27
test('letters that are typed into a field, or pressed with Ctrl, are no shortcuts', async ({ page }) => {
  await openList(page);
  await page.getByLabel('New task').focus();
  await page.keyboard.type('next? x');
  await expect(page.getByLabel('New task')).toHaveValue('next? x');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'First' }).focus();
  await page.keyboard.press('Control+x');
  await expect(page.getByRole('checkbox', { name: 'First' })).not.toBeChecked();
});

// covers: LIST-27
test('g and a letter lead to the pages', async ({ page }) => {
  await openList(page);
  for (const [key, path] of [
    ['c', '/account'],
    ['t', '/tasks'],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect(page).toHaveURL(path);
    await expect(page.getByRole('button', { name: 'Keyboard shortcuts' })).toBeVisible();
  }
});

// covers: LIST-27
test('? shows all shortcuts, and there they can be switched off for this browser', async ({ page }) => {
  await openList(page);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toContainText('Done or not done');
  await sheet.getByRole('checkbox', { name: 'Use keyboard shortcuts' }).uncheck();
  await sheet.getByRole('button', { name: 'Close' }).click();
  await page.reload();
  const button = page.getByRole('button', { name: 'Keyboard shortcuts' });
  await expect(button).toBeVisible();
  await page.getByRole('checkbox', { name: 'First' }).focus();
  await page.keyboard.press('x');
  await page.keyboard.press('?');
  await expect(page.getByRole('checkbox', { name: 'First' })).not.toBeChecked();
  await expect(sheet).toBeHidden();
  await button.click();
  await sheet.getByRole('checkbox', { name: 'Use keyboard shortcuts' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('checkbox', { name: 'First' }).focus();
  await page.keyboard.press('x');
  await expect(page.getByRole('checkbox', { name: 'First' })).toBeChecked();
});
