import { expect, test } from '@playwright/test';
import { addTask, signUp } from './page-actions.ts';

// covers: US1.1
test('a task is added, survives a reload, is edited, done and deleted', async ({ page }) => {
  await signUp(page);
  await expect(page.getByText('Nothing to do yet')).toBeVisible();
  await addTask(page, 'Mend the gate');
  await page.reload();

  await page.getByRole('button', { name: 'Mend the gate', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit task' });
  await dialog.getByLabel('Title').fill('Mend both gates');
  await dialog.getByLabel('Description').fill('The lower hinges.');
  await dialog.getByLabel('Due').fill('2031-05-01');
  await dialog.getByRole('radio', { name: 'High' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Mend both gates', exact: true })).toContainText(
    /High priority.*1 May 2031/,
  );

  const tick = page.getByRole('checkbox', { name: 'Mend both gates' });
  await tick.click();
  await expect(tick).toBeChecked();
  await expect(page.getByText('Done: Mend both gates')).toBeAttached();
  await page.reload();
  await expect(tick).toBeChecked();
  await page.getByRole('button', { name: /^Mend both gates/ }).click();
  await expect(dialog.getByLabel('Due')).toHaveValue('2031-05-01');
  await expect(dialog.getByLabel('Description')).toHaveValue('The lower hinges.');
  await expect(dialog.getByRole('radio', { name: 'High' })).toBeChecked();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Delete Mend both gates' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Nothing to do yet')).toBeVisible();
  await expect(page.getByText('Deleted: Mend both gates')).toBeAttached();
  await page.reload();
  await expect(page.getByText('Nothing to do yet')).toBeVisible();
});

test('the first tasks are in the server-rendered page, before any script', async ({ page, browser }) => {
  await signUp(page);
  await addTask(page, 'Seen without scripts');
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const quiet = await context.newPage();
  await quiet.goto('/tasks');
  await expect(quiet.getByText('Seen without scripts')).toBeVisible();
  await context.close();
});

test('more than one page of tasks loads page by page, in order', async ({ page }) => {
  await signUp(page);
  for (let i = 1; i <= 23; i += 1) await addTask(page, `Task ${i}`);
  await page.reload();
  const ticks = page.getByRole('checkbox');
  await expect(ticks).toHaveCount(20);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(ticks).toHaveCount(23);
  await expect(ticks.first()).toHaveAccessibleName('Task 23');
  await expect(ticks.last()).toHaveAccessibleName('Task 1');
  await expect(page.getByRole('button', { name: 'Show more' })).toBeHidden();
  await expect(page.getByRole('checkbox', { name: 'Task 3', exact: true })).toBeFocused();
});

// covers: WEB-05
test('two users at the same time see only their own tasks', async ({ page, browser }) => {
  const context = await browser.newContext();
  const other = await context.newPage();
  await Promise.all([signUp(page), signUp(other)]);
  await Promise.all([addTask(page, 'Mine'), addTask(other, 'Theirs')]);
  for (const [view, own, foreign] of [
    [page, 'Mine', 'Theirs'],
    [other, 'Theirs', 'Mine'],
  ] as const) {
    await view.reload();
    await expect(view.getByText(own)).toBeVisible();
    await expect(view.getByText(foreign)).toHaveCount(0);
  }
  await context.close();
});

test('a failed change is rolled back and reported', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Stays open');
  await page.route('**/graphql', (route) => route.abort());
  await page.getByRole('checkbox', { name: 'Stays open' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'could not be reached' })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: 'Stays open' })).not.toBeChecked();
  await page.getByLabel('New task').fill('Not lost');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('New task')).toHaveValue('Not lost');
});

test('every action works with the keyboard', async ({ page }) => {
  await signUp(page);
  await page.getByLabel('New task').focus();
  await page.keyboard.type('By keys');
  await page.keyboard.press('Enter');
  const title = page.getByRole('button', { name: 'By keys', exact: true });
  await expect(title).toBeEnabled();
  // The Add button, the search, the order, and the five links to what is shown.
  for (let control = 0; control < 9; control += 1) await page.keyboard.press('Tab');
  await expect(page.getByRole('checkbox', { name: 'By keys' })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.getByRole('checkbox', { name: 'By keys' })).toBeChecked();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByLabel('Title')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(title).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Nothing to do yet')).toBeVisible();
  await expect(page.getByLabel('New task')).toBeFocused();
});
