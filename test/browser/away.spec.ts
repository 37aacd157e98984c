import { expect, type Page, test } from '@playwright/test';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { addTask, callApi, signUp } from './page-actions.ts';

const banner = (page: Page) => page.getByRole('status').filter({ hasText: /offline|answer|connected/ });
const isDone = async (page: Page) => {
  const { tasks } = await callApi<{ tasks: { nodes: { done: boolean }[] } }>(page, '{ tasks { nodes { done } } }');
  return tasks.nodes.map(({ done }) => done);
};

// covers: AWAY-01, LIST-15
test('offline, the page says so, keeps what was typed and queues no change; afterwards one click repeats it', async ({
  page,
  context,
}) => {
  await signUp(page);
  await addTask(page, 'Mend the gate');
  await page.getByLabel('New task').fill('Half typed');
  await context.setOffline(true);
  await expect(banner(page)).toContainText('You are offline.');
  const tick = page.getByRole('checkbox', { name: 'Mend the gate' });
  await tick.click();
  const message = page.getByRole('alert').filter({ hasText: '“Mend the gate”' });
  await expect(message).toContainText('Nothing was changed, because you are offline.');
  await expect(tick).not.toBeChecked();

  await context.setOffline(false);
  await expect(banner(page)).toContainText('You are connected again.');
  expect(await isDone(page)).toEqual([false]);
  await message.getByRole('button', { name: 'Try again' }).click();
  await expect(tick).toBeChecked();
  await expect(message).toBeHidden();
  await expect.poll(() => isDone(page)).toEqual([true]);
  await expect(page.getByLabel('New task')).toHaveValue('Half typed');
});

// covers: AWAY-01, LIST-15
test('while the API is stopped the page says so; when it is back, the page says so and shows what happened meanwhile', async ({
  page,
}) => {
  const proxy = await startTcpProxy(process.env['API_URL'] ?? '');
  try {
    await page.route('**/graphql', (route) => route.continue({ url: proxy.proxiedUrl(route.request().url()) }));
    await signUp(page);
    await addTask(page, 'Before');
    proxy.disconnect();
    await page.getByLabel('New task').fill('While it is away');
    await page.keyboard.press('Enter');
    await expect(banner(page)).toContainText('Fieldgate does not answer.');
    await expect(page.getByLabel('New task')).toHaveValue('While it is away');
    await page.getByLabel('New task').press('Enter');
    await expect(page.getByRole('alert').filter({ hasText: 'Nothing was changed' })).toBeVisible();
    await callApi(page, 'mutation { createTask(input: { title: "From another device" }) { id } }');

    proxy.restore();
    await expect(banner(page)).toContainText('You are connected again.');
    await expect(page.getByText('From another device')).toBeVisible();
    await expect(page.getByText('While it is away')).toHaveCount(1);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByRole('button', { name: 'While it is away', exact: true })).toBeEnabled();
  } finally {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await proxy.close();
  }
});

// covers: LIST-15
test('the user can ask at once whether Fieldgate is back', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Mend the gate');
  await page.clock.install();
  await page.route('**/graphql', (route) => route.abort());
  await page.getByRole('checkbox', { name: 'Mend the gate' }).click();
  await expect(banner(page)).toContainText('Fieldgate does not answer.');
  await page.unroute('**/graphql');
  await page.getByRole('button', { name: 'Try now' }).click();
  await expect(banner(page)).toContainText('You are connected again.');
  await page.clock.fastForward(10_000);
  await expect(page.getByText('You are connected again.')).toBeHidden();
});

// covers: AWAY-03
test('the sign-in page says that the session has ended, and a visitor’s does not', async ({ page, context }) => {
  await page.goto('/sign-in');
  const text = page.getByText('Your session has ended. Sign in to go on.');
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await expect(text).toBeHidden();
  await signUp(page);
  const cookies = await context.cookies();
  // Ended elsewhere: the browser still has the cookie.
  await page.request.post('/api/auth/sign-out', { data: {}, headers: { origin: process.env['WEB_URL'] ?? '' } });
  await context.addCookies(cookies);
  await page.getByLabel('New task').fill('Too late');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/sign-in?next=%2Ftasks');
  await expect(text).toBeVisible();
  // The next page of this tab has no reason to say it again.
  await context.clearCookies();
  await page.goto('/sign-in');
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await expect(text).toBeHidden();
  // A page that is opened with the cookie of an ended session.
  await context.addCookies(cookies);
  await page.goto('/tasks');
  await expect(text).toBeVisible();
});

// covers: AWAY-03
test('who signs up with an address that has an account is led to the sign-in page with it', async ({
  page,
  browser,
}) => {
  const email = await signUp(page);
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto('/sign-up?next=%2Faccess');
  await other.getByLabel('E-mail').fill(email);
  await other.getByLabel('Password', { exact: true }).fill('Correct7horse');
  await other.getByRole('button', { name: 'Create account' }).click();
  await other.getByRole('link', { name: 'Sign in instead?' }).click();
  await expect(other).toHaveURL('/sign-in?next=%2Faccess');
  await expect(other.getByLabel('E-mail')).toHaveValue(email);
  await expect(other.getByLabel('Password', { exact: true })).toBeFocused();
  await context.close();
});

// covers: AWAY-01
test('a part of the page that cannot be loaded says so, and is loaded with one click', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'One of several');
  await page.route('**/_next/static/chunks/**', (route) => route.abort());
  await page.getByRole('button', { name: 'Select several' }).click();
  const error = page.getByRole('region', { name: 'Messages' });
  await expect(error).toContainText('A part of this page could not be loaded.');
  await page.unroute('**/_next/static/chunks/**');
  await error.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('button', { name: 'Stop selecting' })).toBeVisible();
  await expect(error).toHaveCount(0);
});
