import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { signUp } from './page-actions.ts';

// covers: LANDING-01
test('the start page sends a request that is refused, and says by which rule', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'The schema is the access policy' })).toBeVisible();
  await page.getByRole('button', { name: 'Without a token' }).click();
  await expect(page.getByText('HTTP 401 Unauthorized')).toBeVisible();
  await expect(page.getByRole('status')).toHaveText(/^Refused by @auth before execution/);
});

// covers: LANDING-02
test('"Try the demo" signs in to the demo account with one click', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Try the demo' }).click();
  await expect(page).toHaveURL('/tasks');
  await expect(page.getByRole('button', { name: `Account: ${DEMO_ACCOUNT.email}` })).toBeVisible();
});

test('the start page asks for another user’s tasks as the demo user, is refused with 403, and stays signed out', async ({
  page,
}) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'For another user’s tasks' }).click();
  await expect(page.getByText('HTTP 403 Forbidden')).toBeVisible();
  await expect(page.getByRole('status')).toHaveText(/@owner refused it/);
  expect(await page.context().cookies()).toEqual([]);
});

// covers: LANDING-02
test('the start page leads by keyboard to sign-up, sign-in, the explorer, the access map and the API', async ({
  page,
}) => {
  await page.goto('/');
  const paths = await page.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  for (const path of ['/sign-up', '/sign-in', '/explore', '/access', '/tasks']) expect(paths).toContain(path);
  expect(paths.some((path) => path?.endsWith('/graphql'))).toBe(true);
  await page.getByRole('main').getByRole('link', { name: 'Access map' }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/access');
  await page.getByRole('link', { name: 'Fieldgate' }).click();
  await expect(page).toHaveURL('/');
});

test('the header marks the present page, and its links work without scripts', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL !== undefined && { baseURL }) });
  const page = await context.newPage();
  await page.goto('/');
  const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  await expect(links).toHaveText(['Tasks', 'Explore', 'Access']);
  await links.getByText('Access').click();
  await expect(page).toHaveURL('/access');
  await expect(links.getByText('Access')).toHaveAttribute('aria-current', 'page');
  await expect(page.getByRole('row').first()).toBeVisible();
  await context.close();
});

test('the brand leads a user to the tasks', async ({ page }) => {
  const email = await signUp(page);
  await expect(page.getByRole('button', { name: `Account: ${email}` })).toBeVisible();
  await page.getByRole('link', { name: 'Fieldgate' }).click();
  await expect(page).toHaveURL('/tasks');
});

test('search engines may index the start page, and no other', async ({ page }) => {
  const robots = page.locator('meta[name="robots"]');
  await page.goto('/');
  await expect(robots).toHaveAttribute('content', 'index, follow');
  for (const path of ['/access', '/sign-in', '/nowhere']) {
    await page.goto(path);
    await expect(robots.first()).toHaveAttribute('content', /noindex/);
  }
});

// covers: LANDING-03
test('the start page loads no Apollo Client and at most 150 kB of scripts', async ({ page }) => {
  const sizes: Promise<number>[] = [];
  const texts: Promise<string>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return;
    sizes.push(
      response
        .request()
        .sizes()
        .then(({ responseBodySize }) => responseBodySize),
    );
    texts.push(response.text());
  });
  await page.goto('/', { waitUntil: 'networkidle' });
  expect(sizes.length).toBeGreaterThan(0);
  expect((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
  expect((await Promise.all(texts)).filter((text) => text.includes('ApolloClient'))).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the start page in ${colorScheme} mode, and it does not scroll sideways at 360 pixels`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto('/');
    await page.getByRole('button', { name: 'Without a token' }).click();
    await expect(page.getByText('HTTP 401')).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(
      0,
    );
  });
}
