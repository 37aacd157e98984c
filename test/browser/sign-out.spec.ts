import { expect, type Page, test } from '@playwright/test';
import { addTask, newEmail, VALID_PASSWORD, signIn, signUp } from './page-actions.ts';

// covers: US4.2, WEB-03
test('after sign-out the back button shows no data of the previous user', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'A private task');
  // A second page, so that there is one to go back to.
  await page.goto('/tasks?view=all');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  await page.goBack();
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks');
  await expect(page.getByText('A private task')).toHaveCount(0);
  await page.goto('/tasks');
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks');
});

// covers: US4.1, WEB-04
test('signing out in one tab empties the others', async ({ page, context }) => {
  await signUp(page);
  await addTask(page, 'In both tabs');
  const other = await context.newPage();
  // The page is rendered before its scripts run; a tab listens to the others before it fetches its first token.
  const token = other.waitForResponse('**/api/auth/access-token');
  await other.goto('/tasks');
  await expect(other.getByText('In both tabs')).toBeVisible();
  await token;
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(other).toHaveURL('/sign-in');
  await expect(other.getByText('In both tabs')).toHaveCount(0);
});

test('a failed sign-out shows an error and stays signed in', async ({ page }) => {
  await signUp(page);
  await page.route('**/api/auth/sign-out', (route) => route.abort());
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'You are still signed in.' })).toBeVisible();
  await expect(page).toHaveURL('/tasks');
});

// covers: US5.2
test('after a session ends, signing in again leads back to the same page', async ({ page, context }) => {
  const email = await signUp(page);
  const token = page.waitForResponse('**/api/auth/access-token');
  await page.goto('/tasks?view=all');
  await token;
  // A session ended elsewhere: its cookie is invalid, and the API rejects its token.
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

// covers: WEB-04
test('a tab that missed a change of user shows nothing to the next user', async ({ page, context, browser }) => {
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

const API = `${process.env['API_URL']}/graphql`;

/** Returns the token of the page's next request, as an attacker who can read it would copy it. */
async function copiedToken(page: Page): Promise<string> {
  const request = page.waitForRequest((sent) => sent.url() === API && sent.method() === 'POST');
  await addTask(page, 'Sent with the token');
  return (await (await request).headerValue('authorization')) ?? '';
}

// covers: SESSION-01, US4.3
test('a token copied before sign-out is rejected by the API and obtains no new token', async ({
  page,
  context,
  request,
}) => {
  await signUp(page);
  const authorization = await copiedToken(page);
  const cookies = await context.cookies();
  const ask = async () => {
    const answer = await request.post(API, {
      headers: { authorization },
      data: { query: '{ viewer { id email } tasks { nodes { title } } }' },
    });
    return { status: answer.status(), challenge: answer.headers()['www-authenticate'], body: await answer.text() };
  };
  expect((await ask()).status).toBe(200);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  await expect.poll(async () => (await ask()).status).toBe(401);
  const refusal = await ask();
  expect(refusal.challenge).toBe('Bearer error="invalid_token"');
  expect(refusal.body).not.toContain('Sent with the token');
  // A copy of the cookie does not help: its session is deleted.
  await context.addCookies(cookies);
  expect((await page.request.get('/api/auth/access-token')).status()).toBe(401);
  await page.goto('/tasks');
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks');
});

// covers: US4.8, WEB-04
test('when another user signs in in another tab, this tab shows that user’s data', async ({ page, context }) => {
  const other = await context.newPage();
  // Opened before the first sign-in: afterwards the page would redirect to the tasks.
  await other.goto('/sign-up');
  await signUp(page);
  await addTask(page, 'Hers alone');
  await other.getByLabel('E-mail').fill(newEmail());
  await other.getByLabel('Password', { exact: true }).fill(VALID_PASSWORD);
  await other.getByRole('button', { name: 'Create account' }).click();
  await expect(other.getByText('Nothing to do yet')).toBeVisible();
  // No input in this tab.
  await expect(page.getByText('Nothing to do yet')).toBeVisible();
  await expect(page.getByText('Hers alone')).toHaveCount(0);
});

// covers: US4.7, WEB-03
test('a page from the back/forward cache is reloaded before the next user sees it', async ({ page, context }) => {
  await signUp(page);
  await addTask(page, 'Kept by the browser');
  await context.clearCookies();
  // The event of a page restored from the back/forward cache, which not every browser that runs these tests has.
  await page.evaluate(`window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`);
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks');
  await expect(page.getByText('Kept by the browser')).toHaveCount(0);
});

// covers: US4.7, WEB-03
test('a window reopened after sign-out shows no data', async ({ page, context, browser }) => {
  await signUp(page);
  await addTask(page, 'From before');
  const kept = await context.storageState();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  const again = await browser.newContext({ storageState: kept });
  const restored = await again.newPage();
  await restored.goto('/tasks');
  await expect(restored).toHaveURL('/sign-in?next=%2Ftasks');
  await expect(restored.getByText('From before')).toHaveCount(0);
  await again.close();
});

// covers: EDGE-03
test('signing out on one device keeps other devices signed in; ending their sessions leads them to the sign-in page', async ({
  page,
  browser,
}) => {
  const email = await signUp(page);
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto('/sign-in?next=%2Ftasks%3Fview%3Dall');
  await signIn(other, email);
  await addTask(other, 'Still signed in');
  // A device whose session was ended: its next request leads to the sign-in page, and back.
  const revoked = await page.request.post('/api/auth/revoke-other-sessions', { data: {}, headers: { origin: base() } });
  expect(revoked.status()).toBe(200);
  await other.getByLabel('New task').fill('Too late');
  await other.keyboard.press('Enter');
  await expect(other).toHaveURL('/sign-in?next=%2Ftasks%3Fview%3Dall');
  await addTask(page, 'Here all is well');
  await elsewhere.close();
});

const base = () => process.env['WEB_URL'] ?? '';
