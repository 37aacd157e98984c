import { expect, type Page, test } from '@playwright/test';
import { addTask, newEmail, VALID_PASSWORD, signIn, signUp } from './page-actions.ts';

// covers: US4.2, WEB-03
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

// covers: US4.1, WEB-04
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

// covers: US5.2
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

// covers: WEB-04
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

const API = `${process.env['API_URL']}/graphql`;

/** The token that the page's next request carries, as somebody who can read it would copy it. */
async function copiedToken(page: Page): Promise<string> {
  const request = page.waitForRequest((sent) => sent.url() === API && sent.method() === 'POST');
  await addTask(page, 'Sent with the token');
  return (await (await request).headerValue('authorization')) ?? '';
}

// covers: SESSION-01, US4.3
test('a token copied out of a browser that has signed out since is refused by the API and mints no other', async ({
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
  // Nor does a copy of the cookie help: there is no session behind it.
  await context.addCookies(cookies);
  expect((await page.request.get('/api/auth/access-token')).status()).toBe(401);
  await page.goto('/tasks');
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks');
});

// covers: US4.8, WEB-04
test('when somebody else signs in in another tab, this one shows what is theirs', async ({ page, context }) => {
  const other = await context.newPage();
  // Opened before anybody had signed in: afterwards the page would lead on to the tasks.
  await other.goto('/sign-up');
  await signUp(page);
  await addTask(page, 'Hers alone');
  await other.getByLabel('E-mail').fill(newEmail());
  await other.getByLabel('Password', { exact: true }).fill(VALID_PASSWORD);
  await other.getByRole('button', { name: 'Create account' }).click();
  await expect(other.getByText('Nothing to do yet')).toBeVisible();
  // Nobody has touched this tab.
  await expect(page.getByText('Nothing to do yet')).toBeVisible();
  await expect(page.getByText('Hers alone')).toHaveCount(0);
});

// covers: US4.7, WEB-03
test('a page that the browser has kept is made anew before it is shown to the next one', async ({ page, context }) => {
  await signUp(page);
  await addTask(page, 'Kept by the browser');
  await context.clearCookies();
  // What a browser says when "back" brings a page out of its memory; not every one that runs these tests has such.
  await page.evaluate(`window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`);
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks');
  await expect(page.getByText('Kept by the browser')).toHaveCount(0);
});

// covers: US4.7, WEB-03
test('a window that is opened again after signing out shows nothing', async ({ page, context, browser }) => {
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
test('signing out on one device leaves the others signed in; ending their sessions leads them to sign in', async ({
  page,
  browser,
}) => {
  const email = await signUp(page);
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto('/sign-in?next=%2Ftasks%3Fview%3Dall');
  await signIn(other, email);
  await addTask(other, 'Still signed in');
  // A device that is gone from the list: what its next request brings is the sign-in page, and the way back.
  const revoked = await page.request.post('/api/auth/revoke-other-sessions', { data: {}, headers: { origin: base() } });
  expect(revoked.status()).toBe(200);
  await other.getByLabel('New task').fill('Too late');
  await other.keyboard.press('Enter');
  await expect(other).toHaveURL('/sign-in?next=%2Ftasks%3Fview%3Dall');
  await addTask(page, 'Here all is well');
  await elsewhere.close();
});

const base = () => process.env['WEB_URL'] ?? '';
