import { expect, type Page, test } from '@playwright/test';
import { addTask, signUp } from './page-actions.ts';

/** Counts the tokens that a page requests. */
function renewals(page: Page): { readonly count: number } {
  const seen = { count: 0 };
  page.on('request', (request) => {
    if (request.url().endsWith('/api/auth/access-token')) seen.count += 1;
  });
  return seen;
}

test('a token that the API rejects is renewed without a visible error', async ({ page }) => {
  await signUp(page);
  const renewalCounter = renewals(page);
  let refused = 0;
  await page.route('**/graphql', (route) => {
    if (route.request().method() !== 'POST' || refused > 0) return route.continue();
    refused += 1;
    return route.fulfill({
      status: 401,
      headers: { 'access-control-allow-origin': '*' },
      json: { errors: [{ message: 'Sign in to use this.', extensions: { code: 'UNAUTHENTICATED' } }] },
    });
  });
  await addTask(page, 'Sent twice, there once');
  expect([refused, renewalCounter.count]).toEqual([1, 1]);
  await expect(page.getByRole('alert').filter({ hasText: /./ })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Sent twice, there once', exact: true })).toHaveCount(1);
});

// covers: US5.1
test('a token is renewed five minutes before it expires, once for all tabs', async ({ page, context }) => {
  await page.clock.install();
  await signUp(page);
  const other = await context.newPage();
  await other.goto('/tasks');
  await addTask(other, 'From the other tab');
  const renewalCounter = [renewals(page), renewals(other)];
  const renewed = context.waitForEvent('response', (response) => response.url().endsWith('/api/auth/access-token'));
  // Ten of the token's fifteen minutes. The clock is shared: both tabs need a token now, and one of them fetches it.
  await page.clock.fastForward('10:01');
  expect((await renewed).status()).toBe(200);
  await addTask(page, 'After ten minutes');
  await page.clock.fastForward('06:00');
  await addTask(page, 'After the first token’s end');
  await addTask(other, 'In the other tab too');
  await expect(page).toHaveURL('/tasks');
  expect(renewalCounter.reduce((sum, { count }) => sum + count, 0)).toBe(1);
});
