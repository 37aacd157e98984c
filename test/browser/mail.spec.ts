import { expect, type Page, test } from '@playwright/test';
import { mailedLink } from './mailed-link.ts';
import { newEmail, signIn, signUp, VALID_PASSWORD } from './page-actions.ts';

const NEW_PASSWORD = 'Battery9staple';

/** Records every address that a page requests, with its Referer. */
function requestsOf(page: Page): string[] {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(`${request.url()} ${request.headers()['referer'] ?? ''}`));
  return requests;
}

// covers: MAIL-02, MAIL-03
test('a forgotten password is set anew by a mailed link, which works once and appears in no address', async ({
  page,
  browser,
}) => {
  const email = await signUp(page);
  const context = await browser.newContext();
  const other = await context.newPage();
  const requests = requestsOf(other);
  await other.goto('/sign-in');
  await other.getByRole('link', { name: 'Forgot password?' }).click();
  await other.getByLabel('E-mail').fill(email);
  await other.getByRole('button', { name: 'Send the link' }).click();
  await expect(other.getByRole('status')).toContainText('If ');

  const link = await mailedLink(email, 'Set a new password');
  const response = await other.goto(link.href);
  expect(response?.headers()['referrer-policy']).toBe('no-referrer');
  await expect(other).toHaveURL(/\/reset-password$/);
  const field = other.getByLabel('New password', { exact: true });
  await field.fill('horse7battery');
  await other.getByRole('button', { name: 'Set the password' }).click();
  await expect(field).toHaveAccessibleDescription(/needs an upper-case letter\./);
  await field.fill(NEW_PASSWORD);
  await other.getByRole('button', { name: 'Set the password' }).click();
  await expect(other.getByRole('status')).toContainText('Your new password is set.');
  await expect(other.getByRole('status')).toBeFocused();
  await other.getByRole('link', { name: 'Sign in with the new password' }).click();
  await signIn(other, email, NEW_PASSWORD);
  await expect(other.getByRole('heading', { name: 'Tasks' })).toBeVisible();
  // The mail proved the address.
  await expect(other.getByText('Please confirm your e-mail address')).toBeHidden();

  // The browser that was signed in is signed out, and the old password does not work.
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in/);
  await signIn(page, email, VALID_PASSWORD);
  await expect(page.getByRole('alert').filter({ hasText: /./ })).toHaveText('Wrong e-mail address or password.');

  await other.goto('/forgot-password');
  await other.goto(link.href);
  await other.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
  await other.getByRole('button', { name: 'Set the password' }).click();
  await expect(other.getByRole('alert').filter({ hasText: /./ })).toContainText('This link does not work any more');
  for (const request of requests) expect(request).not.toContain(link.hash.slice(1));
  await context.close();
});

test('an unknown address gets the same message, and a page without a link says what to do', async ({ page }) => {
  await page.goto('/forgot-password');
  await page.getByLabel('E-mail').fill(newEmail());
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('If ');
  await page.goto('/reset-password');
  await expect(page.getByText('Please open the link in your mail again')).toBeVisible();
  await page.getByRole('link', { name: 'Ask for a new link' }).click();
  await expect(page).toHaveURL(/\/forgot-password$/);
});

// covers: MAIL-05
test('an address is confirmed by its mailed link, after a click, in the session of its account only', async ({
  page,
  browser,
}) => {
  const email = await signUp(page);
  const notice = page.getByText('Please confirm your e-mail address');
  await expect(notice).toBeVisible();
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'A new mail is on its way.' })).toBeVisible();
  const link = await mailedLink(email, 'Confirm your e-mail address');

  const context = await browser.newContext();
  const stranger = await context.newPage();
  await stranger.goto(link.href);
  await expect(stranger.getByText('Sign in first')).toBeVisible();
  await context.close();

  await page.goto(link.href);
  await expect(page).toHaveURL(/\/verify-email$/);
  await page.getByRole('button', { name: 'Confirm this address' }).press('Enter');
  await expect(page.getByRole('status')).toContainText('Your e-mail address is confirmed.');
  await page.getByRole('link', { name: 'Go to your tasks' }).click();
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();
  await expect(notice).toBeHidden();
});
