import { expect, test } from '@playwright/test';
import { addTask, signIn, signUp } from './visitor.ts';

test('after signing out the back button shows nothing of the one who left', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Nobody else’s business');
  // A second page of theirs, so that there is one to go back to.
  await page.goto('/tasks?view=all');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  await page.goBack();
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks');
  await expect(page.getByText('Nobody else’s business')).toHaveCount(0);
  await page.goto('/tasks');
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks');
});

test('signing out in one tab empties the others', async ({ page, context }) => {
  await signUp(page);
  await addTask(page, 'In both tabs');
  const other = await context.newPage();
  await other.goto('/tasks');
  await expect(other.getByText('In both tabs')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(other).toHaveURL('/sign-in');
  await expect(other.getByText('In both tabs')).toHaveCount(0);
});

test('a sign-out that fails says so, and leaves nobody believing otherwise', async ({ page }) => {
  await signUp(page);
  await page.route('**/api/auth/sign-out', (route) => route.abort());
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'You are still signed in.' })).toBeVisible();
  await expect(page).toHaveURL('/tasks');
});

test('when the session has ended one signs in again, and is back where one was', async ({ page, context }) => {
  const email = await signUp(page);
  const token = page.waitForResponse('**/api/auth/access-token');
  await page.goto('/tasks?view=all');
  await token;
  // What a session that was ended elsewhere looks like: its cookie is worth nothing, and the API refuses its token.
  await context.clearCookies();
  await page.route('**/graphql', (route) =>
    route.fulfill({
      status: 401,
      headers: { 'access-control-allow-origin': '*' },
      json: { errors: [{ message: 'The token is not valid.', extensions: { code: 'UNAUTHENTICATED' } }] },
    }),
  );
  await page.getByLabel('New task').fill('Too late');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks%3Fview%3Dall');
  await signIn(page, email);
  await expect(page).toHaveURL('/tasks?view=all');
});

test('a tab that slept through a change of user shows nothing to the next one', async ({ page, context, browser }) => {
  await signUp(page);
  await addTask(page, 'The first one’s');
  const elsewhere = await browser.newContext();
  const stranger = await elsewhere.newPage();
  await signUp(stranger);
  // Another user's cookie in the same browser, without the broadcast that a sign-out would have sent.
  await context.clearCookies();
  await context.addCookies(await elsewhere.cookies());
  await page.reload();
  await expect(page.getByText('The first one’s')).toHaveCount(0);
  await expect(page.getByText('Nothing to do yet')).toBeVisible();
  await elsewhere.close();
});
