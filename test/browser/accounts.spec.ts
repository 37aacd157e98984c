import { expect, test } from '@playwright/test';
import { addTask, newEmail, VALID_PASSWORD, signIn, signUp } from './page-actions.ts';

// covers: US1.3
test('a weak password names the rules it breaks while it is typed', async ({ page }) => {
  await page.goto('/sign-up');
  const password = page.getByLabel('Password', { exact: true });
  const rule = (name: string) => page.locator(`[data-rule=${name}]`);
  await password.pressSequentially('horse');
  await expect(rule('too-short')).toHaveAttribute('data-met', 'false');
  await expect(rule('no-lower-case')).toHaveAttribute('data-met', 'true');
  await password.pressSequentially('7battery');
  await expect(rule('too-short')).toHaveAttribute('data-met', 'true');
  await expect(rule('no-upper-case')).toHaveAttribute('data-met', 'false');
  await password.fill('Password1');
  await expect(rule('common')).toBeVisible();
  await password.fill(VALID_PASSWORD);
  await expect(rule('common')).toBeHidden();
  await expect(page.locator('[data-met=false]')).toHaveCount(0);
});

test('a weak password is not submitted, and the field says why', async ({ page }) => {
  await page.goto('/sign-up');
  await page.getByLabel('E-mail').fill(newEmail());
  const password = page.getByLabel('Password', { exact: true });
  await password.fill('horse7battery');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(password).toBeFocused();
  await expect(password).toHaveAccessibleDescription(/needs an upper-case letter\./);
  await expect(page).toHaveURL(/\/sign-up$/);
});

// covers: US1.2
test('sign-up with a taken address says so', async ({ page, browser }) => {
  const email = await signUp(page);
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto('/sign-up');
  await other.getByLabel('E-mail').fill(email.toUpperCase());
  await other.getByLabel('Password', { exact: true }).fill(VALID_PASSWORD);
  await other.getByRole('button', { name: 'Create account' }).click();
  await expect(other.getByLabel('E-mail')).toHaveAccessibleDescription(/address already has an account/);
  await context.close();
});

// covers: US2.1
test('a wrong password and an unknown address get the same message', async ({ page, browser }) => {
  const email = await signUp(page);
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto('/sign-in');
  for (const [who, password] of [
    [email, 'Wrong7horse'],
    [newEmail(), VALID_PASSWORD],
  ] as const) {
    await signIn(other, who, password);
    await expect(other.getByRole('alert').filter({ hasText: /./ })).toHaveText('Wrong e-mail address or password.');
    await other.reload();
  }
  await context.close();
});

// covers: SC-010, US2.3
test('the session survives a reload and a new browser window', async ({ page, browser }) => {
  await signUp(page);
  await addTask(page, 'Still here');
  const storageState = await page.context().storageState();
  const session = storageState.cookies.find(({ name }) => name.endsWith('fieldgate.session_token'));
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  expect(session?.expires).toBeGreaterThan(Date.now() / 1_000 + 86_400);
  const context = await browser.newContext({ storageState });
  const again = await context.newPage();
  await again.goto('/');
  await expect(again).toHaveURL(/\/tasks$/);
  await expect(again.getByText('Still here')).toBeVisible();
  await context.close();
});

test('signing in leads to the requested page', async ({ page, browser }) => {
  const email = await signUp(page);
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto('/tasks?from=mail');
  await expect(other).toHaveURL('/sign-in?next=%2Ftasks%3Ffrom%3Dmail');
  await signIn(other, email);
  await expect(other).toHaveURL('/tasks?from=mail');
  await context.close();
});

for (const target of ['https://evil.example/', '//evil.example', '/\\evil.example', '/\t/evil.example']) {
  // covers: WEB-08
  test(`signing in does not lead to ${JSON.stringify(target)}`, async ({ page, browser }) => {
    const email = await signUp(page);
    const context = await browser.newContext();
    const other = await context.newPage();
    await other.goto(`/sign-in?next=${encodeURIComponent(target)}`);
    await signIn(other, email);
    await expect(other).toHaveURL('/tasks');
    await context.close();
  });
}

// covers: FR-013, WEB-06
test('no token is in the page, in its storage or in a cookie that scripts can read', async ({ page }) => {
  const sent = page.waitForRequest((request) => request.url().endsWith('/graphql') && request.method() === 'POST');
  await signUp(page);
  await addTask(page, 'A task');
  const token = (await (await sent).headerValue('authorization'))?.replace('Bearer ', '') ?? '';
  expect(token).toMatch(/^eyJ/);
  const html = await (await page.request.get('/tasks')).text();
  const kept = await page.evaluate<string>(
    'JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie])',
  );
  for (const place of [html, await page.content(), kept]) expect(place).not.toMatch(/eyJ[\w-]+\./);
});
