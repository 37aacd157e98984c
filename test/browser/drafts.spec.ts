import { expect, type Page, test } from '@playwright/test';
import { addTask, newEmail, signIn, signUp, VALID_PASSWORD } from './page-actions.ts';

/** Ends the session of a page elsewhere: its cookie is gone, and the API rejects its token. */
async function endSession(page: Page): Promise<void> {
  await page.context().clearCookies();
  await page.route('**/graphql', (route) =>
    route.fulfill({
      status: 401,
      headers: { 'access-control-allow-origin': '*' },
      json: { errors: [{ message: 'The token is not valid.', extensions: { code: 'UNAUTHENTICATED' } }] },
    }),
  );
}

// covers: US5.3
test('a task in the field survives the sign-in after a session that ended', async ({ page }) => {
  const email = await signUp(page);
  await endSession(page);
  await page.getByLabel('New task').fill('Typed before the end');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks');
  await page.unroute('**/graphql');
  await signIn(page, email);
  await expect(page.getByLabel('New task')).toHaveValue('Typed before the end');
  await page.getByLabel('New task').press('Enter');
  await expect(page.getByRole('button', { name: 'Typed before the end', exact: true })).toBeEnabled();
  await page.reload();
  await expect(page.getByText('Typed before the end')).toBeVisible();
  await expect(page.getByLabel('New task')).toHaveValue('');
});

// covers: US5.3
test('an open edit survives the sign-in after a session that ended, and is not saved by itself', async ({ page }) => {
  const email = await signUp(page);
  await addTask(page, 'Mend the gate');
  await page.getByRole('button', { name: 'Mend the gate', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit task' });
  await expect(dialog.getByLabel('Title')).toHaveValue('Mend the gate');
  const path = new URL(page.url()).pathname;
  await endSession(page);
  await dialog.getByLabel('Title').fill('Mend both gates');
  await dialog.getByLabel('Description').fill('The lower hinges.');
  await dialog.getByRole('radio', { name: 'High' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent(path)}`);
  await page.unroute('**/graphql');
  await signIn(page, email);
  await expect(dialog.getByLabel('Title')).toHaveValue('Mend both gates');
  await expect(dialog.getByLabel('Description')).toHaveValue('The lower hinges.');
  await expect(dialog.getByRole('radio', { name: 'High' })).toBeChecked();
  await expect(page.getByText('Mend the gate')).toBeAttached();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: /^Mend both gates/ })).toBeVisible();
  await expect(page.getByText('Task saved')).toBeAttached();
  await page.reload();
  await expect(page.getByRole('button', { name: /^Mend both gates/ })).toBeVisible();
  await expect(dialog).toBeHidden();
});

test('a cancelled edit leaves no draft', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Mend the gate');
  await page.getByRole('button', { name: 'Mend the gate', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit task' });
  await dialog.getByLabel('Title').fill('Given up');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Mend the gate', exact: true })).toBeVisible();
  await expect(dialog).toBeHidden();
});

// covers: WEB-04
test('what one user typed is neither shown to the next user nor left in their browser', async ({ page }) => {
  await signUp(page);
  await page.getByLabel('New task').fill('Hers alone');
  await endSession(page);
  await page.goto('/tasks');
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks');
  await page.unroute('**/graphql');
  await page.goto('/sign-up');
  await page.getByLabel('E-mail').fill(newEmail());
  await page.getByLabel('Password', { exact: true }).fill(VALID_PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('Nothing to do yet')).toBeVisible();
  await expect(page.getByLabel('New task')).toHaveValue('');
  const stored = () => page.evaluate<string>('JSON.stringify(Object.entries(sessionStorage))');
  await expect.poll(stored).not.toContain('Hers alone');
});

// covers: US4.2
test('signing out removes what was typed', async ({ page }) => {
  const email = await signUp(page);
  await page.getByLabel('New task').fill('Not sent');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  expect(await page.evaluate<string>('JSON.stringify(Object.entries(sessionStorage))')).not.toContain('Not sent');
  await signIn(page, email);
  await expect(page.getByLabel('New task')).toHaveValue('');
});
