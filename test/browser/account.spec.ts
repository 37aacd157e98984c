import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { addTask, makeAdmin, newEmail, signIn, signUp, VALID_PASSWORD } from './page-actions.ts';

const ACCOUNT_PAGES = [
  '/account',
  '/account/password',
  '/account/security',
  '/account/devices',
  '/account/activity',
  '/account/data',
];
const NEW_PASSWORD = 'Another8horse';

const alert = (page: Page) => page.getByRole('alert').filter({ hasText: /./ });

// covers: US6.6
test('the account menu leads to the account pages, by keyboard alone', async ({ page }) => {
  const email = await signUp(page);
  const menu = page.getByRole('button', { name: `Account: ${email}` });
  await menu.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Your account' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: 'Your account' })).toBeHidden();
  await expect(menu).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Your account' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('link', { name: 'Profile' })).toHaveAttribute('aria-current', 'page');
});

// covers: MAIL-05
test('a change of the address waits for the new address', async ({ page }) => {
  const email = await signUp(page);
  await page.goto('/account');
  await page.getByLabel('New e-mail address').fill(email);
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('New e-mail address')).toHaveAccessibleDescription(/your e-mail address already/);
  await page.getByLabel('New e-mail address').fill(newEmail());
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main').getByText('Until then your present address stays in use.')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('main').getByText(email, { exact: true })).toBeVisible();
});

// covers: US6.1
test('the profile shows the address, says that it is not verified, and changes the name', async ({ page }) => {
  const email = await signUp(page);
  await page.goto('/account');
  await expect(page.getByRole('main').getByText(email, { exact: true })).toBeVisible();
  await expect(page.getByText('Not verified')).toBeVisible();
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Petra\u202eFields');
  await page.keyboard.press('Enter');
  await expect(name).toHaveAccessibleDescription(/none of them invisible/);
  await name.fill('Petra Fields');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main').getByText('Your name was saved.')).toBeVisible();
  await page.reload();
  await expect(name).toHaveValue('Petra Fields');
});

// covers: EDGE-06, US6.1
test('changing the password signs out other devices and keeps this one', async ({ page, browser }) => {
  const email = await signUp(page);
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto('/sign-in');
  await signIn(other, email);
  await expect(other).toHaveURL('/tasks');
  await page.goto('/account/password');
  const current = page.getByLabel('Current password');
  await current.fill('Wrong7horse');
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await page.keyboard.press('Enter');
  await expect(current).toHaveAccessibleDescription('This is not your current password.');
  await current.fill(VALID_PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main').getByText('Your password was changed.')).toBeVisible();
  await other.goto('/tasks');
  await expect(other).toHaveURL('/sign-in?next=%2Ftasks');
  await signIn(other, email, NEW_PASSWORD);
  await expect(other).toHaveURL('/tasks');
  await page.goto('/tasks');
  await addTask(page, 'Still signed in');
  await elsewhere.close();
});

// covers: ACCOUNT-52, EDGE-03, US6.1
test('the devices page marks this device, and signs out another one', async ({ page, browser }) => {
  const email = await signUp(page);
  const elsewhere = await browser.newContext({
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0',
  });
  const other = await elsewhere.newPage();
  await other.goto('/sign-in');
  await signIn(other, email);
  await expect(other).toHaveURL('/tasks');
  await page.goto('/account/devices');
  const devices = page.getByRole('list', { name: 'Devices' }).getByRole('listitem');
  await expect(devices).toHaveCount(2);
  await expect(devices.filter({ hasText: '(this device)' })).toHaveCount(1);
  const html = await (await page.request.get('/account/devices')).text();
  const [cookie] = (await elsewhere.cookies()).filter(({ name }) => name.endsWith('session_token'));
  expect(cookie?.value.length).toBeGreaterThan(30);
  expect(html).not.toContain(decodeURIComponent(cookie?.value ?? '').split('.')[0]);
  await page.getByRole('button', { name: 'Sign out Firefox on Windows' }).click();
  await expect(devices).toHaveCount(1);
  await expect(page.getByText('You are signed in on this device alone.')).toBeVisible();
  await other.goto('/tasks');
  await expect(other).toHaveURL('/sign-in?next=%2Ftasks');
  await elsewhere.close();
});

// covers: FR-026.1, US6.2
test('the activity page shows a failed sign-in, page by page, without scripts', async ({ page, browser }) => {
  const email = await signUp(page);
  const post = (path: string, data: object) =>
    page.request.post(`/api/auth${path}`, { data, headers: { origin: process.env['WEB_URL'] ?? '' } });
  for (let change = 0; change < 25; change += 1) await post('/update-user', { name: `Name ${change}` });
  await post('/sign-in/email', { email, password: 'Wrong7horse' });
  const quiet = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const plain = await quiet.newPage();
  await plain.goto('/account/activity');
  const events = plain.getByRole('list', { name: 'Activity' }).getByRole('listitem');
  await expect(events).toHaveCount(25);
  await expect(events.first()).toContainText('Sign-in: failed, wrong password');
  await plain.getByRole('link', { name: 'Older events' }).click();
  await expect(events).toHaveCount(2);
  await expect(events.last()).toContainText('Account created');
  await plain.getByRole('link', { name: 'Newest events' }).click();
  await expect(plain).toHaveURL('/account/activity');
  await quiet.close();
});

// covers: US6.3
test('the export has tasks with steps, events and sessions, and nothing that could sign in', async ({ page }) => {
  const email = await signUp(page);
  await addTask(page, 'In the export');
  await page.goto('/account/data');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export your data' }).click();
  const stream = await (await downloading).createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  expect(JSON.parse(text)).toMatchObject({
    account: { user: { email }, sessions: [{}], signInMethods: [{ providerId: 'credential' }] },
    tasks: [{ title: 'In the export', steps: [] }],
    securityEvents: [{ kind: 'DATA_EXPORTED' }, { kind: 'SIGN_UP' }],
  });
  const [cookie] = (await page.context().cookies()).filter(({ name }) => name.endsWith('session_token'));
  expect(text).not.toContain(decodeURIComponent(cookie?.value ?? '').split('.')[0]);
  expect(text).not.toMatch(/argon2|__typename|eyJ/);
});

// covers: SESSION-01, US6.4
test('deleting the account ends the session and refuses its token', async ({ page, request }) => {
  const email = await signUp(page);
  const sent = page.waitForRequest((each) => each.url().endsWith('/graphql') && each.method() === 'POST');
  await addTask(page, 'Soon gone');
  const authorization = (await (await sent).headerValue('authorization')) ?? '';
  await page.goto('/account/data');
  await page.getByRole('button', { name: 'Delete account…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await expect(page).toHaveURL('/sign-in');
  const ask = async () =>
    (
      await request.post(`${process.env['API_URL']}/graphql`, {
        headers: { authorization },
        data: { query: '{ tasks { nodes { title } } }' },
      })
    ).status();
  await expect.poll(ask).toBe(401);
  await signIn(page, email);
  await expect(alert(page)).toHaveText('Wrong e-mail address or password.');
});

// covers: US6.5
test('an administrator filters the security log and bans a user, who is signed out', async ({ page, browser }) => {
  const email = await signUp(page);
  await makeAdmin(email);
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  const userEmail = await signUp(other);
  await page.goto(`/admin/security?user=${encodeURIComponent(userEmail)}`);
  const events = page.getByRole('list', { name: 'Events' }).getByRole('listitem');
  await expect(events).toHaveCount(1);
  await expect(events).toContainText('Account created');
  await page.getByRole('combobox', { name: 'Event' }).selectOption('Sign-in');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByText('No event matches.')).toBeVisible();
  await page.getByRole('button', { name: 'Ban this user…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Ban' }).click();
  await expect(page.getByRole('button', { name: 'Lift the ban' })).toBeVisible();
  await other.goto('/tasks');
  await expect(other).toHaveURL('/sign-in?next=%2Ftasks');
  await signIn(other, userEmail);
  await expect(alert(other)).toHaveText('An administrator has banned this account.');
  await page.getByRole('button', { name: 'Lift the ban' }).click();
  await expect(page.getByRole('button', { name: 'Ban this user…' })).toBeVisible();
  await signIn(other, userEmail);
  await expect(other).toHaveURL('/tasks');
  await elsewhere.close();
});

test('the security log does not exist for users who are no administrators', async ({ page }) => {
  await signUp(page);
  expect((await page.goto('/admin/security'))?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
});

test('every account page leads visitors without a session to the sign-in page', async ({ page }) => {
  for (const path of [...ACCOUNT_PAGES, '/admin/security']) {
    await page.goto(path);
    await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent(path)}`);
  }
});

test('an account page whose session has ended leads to the sign-in page and back', async ({ page, context }) => {
  const email = await signUp(page);
  await page.goto('/account');
  await page.getByLabel('Name', { exact: true }).fill('Too late');
  await context.clearCookies();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/sign-in?next=%2Faccount');
  await signIn(page, email);
  await expect(page).toHaveURL('/account');
});

test('a failed request says so on an account page, and changes nothing', async ({ page }) => {
  await signUp(page);
  await page.goto('/account');
  await page.route('**/api/auth/update-user', (route) => route.abort());
  await page.getByLabel('Name', { exact: true }).fill('Not saved');
  await page.keyboard.press('Enter');
  await expect(alert(page)).toHaveText('Fieldgate could not be reached. Please try again in a moment.');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Not saved');
});

for (const colorScheme of ['light', 'dark'] as const) {
  // covers: US6.6
  test(`axe finds nothing on any account page in ${colorScheme} mode, and none scrolls sideways at 360 pixels`, async ({
    page,
  }) => {
    test.slow();
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 740 });
    const email = await signUp(page, `${'a-very-long-address-'.repeat(3)}${newEmail().slice(8)}`.slice(-64 - 12));
    await makeAdmin(email);
    await page.goto('/tasks');
    await page.getByRole('button', { name: /^Account: / }).click();
    for (const path of ['/tasks', ...ACCOUNT_PAGES, `/admin/security?user=${encodeURIComponent(email)}`]) {
      if (path !== '/tasks') await page.goto(path);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        path,
      ).toEqual([]);
      expect(
        await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth'),
      ).toBeLessThanOrEqual(0);
    }
  });
}
