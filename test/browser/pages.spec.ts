import { expect, test } from '@playwright/test';
import { addTask, signUp } from './page-actions.ts';

test('a user who is signed in is redirected from the start page, /sign-in and /sign-up to the tasks', async ({
  page,
}) => {
  await page.goto('/');
  await expect(page).toHaveURL('/');
  await signUp(page);
  for (const path of ['/', '/sign-in', '/sign-up']) {
    await page.goto(path);
    await expect(page).toHaveURL('/tasks');
  }
});

test('an unknown path shows the not-found page', async ({ page }) => {
  const response = await page.goto('/nowhere');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
});

// covers: WEB-05
test('every page forbids caching, framing and MIME sniffing, and restricts scripts by CSP', async ({ page }) => {
  const expectGuarded = async (path: string) => {
    const headers = (await page.request.get(path)).headers();
    expect(headers['cache-control'], path).toContain('no-store');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['content-security-policy']).toMatch(/script-src 'nonce-[\w+/=]+' 'strict-dynamic';/);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  };
  for (const path of ['/', '/access', '/sign-in', '/sign-up']) await expectGuarded(path);
  await signUp(page);
  for (const path of ['/tasks', '/access', '/nowhere']) await expectGuarded(path);
});

// covers: WEB-05
test('a page’s own data responses are not cacheable, and need a session', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Mine alone');
  // The router's request for a client-side navigation.
  const ofRouter = await page.request.get('/tasks', { headers: { RSC: '1' } });
  expect(ofRouter.headers()['content-type']).toContain('text/x-component');
  expect(await ofRouter.text()).toContain('Mine alone');
  expect(ofRouter.headers()['cache-control']).toContain('no-store');
  const workers = 'navigator.serviceWorker.getRegistrations().then((all) => all.length)';
  expect(await page.evaluate<number>(workers)).toBe(0);
  expect(await page.evaluate<number>('caches.keys().then((all) => all.length)')).toBe(0);
});

// covers: WEB-07
test('no page violates its CSP or logs an error to the console', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  for (const path of ['/', '/access', '/sign-in']) await page.goto(path);
  await signUp(page);
  await page.goto('/access');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  expect(complaints).toEqual([]);
});

test('a page shows that the API is unavailable, keeps typed text, and works again afterwards', async ({ page }) => {
  await signUp(page);
  await page.route('**/graphql', (route) => route.abort());
  await page.getByLabel('New task').fill('While away');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'could not be reached' })).toBeVisible();
  await page.unroute('**/graphql');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'While away', exact: true })).toBeEnabled();
});

for (const width of [360, 1280])
  test(`no page scrolls sideways at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 });
    const overflow = () => page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    for (const path of ['/sign-in', '/sign-up']) {
      await page.goto(path);
      expect(await overflow()).toBeLessThanOrEqual(0);
    }
    await signUp(page);
    await page.getByLabel('New task').fill(`Unbreakable${'x'.repeat(150)}`);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('checkbox')).toBeVisible();
    expect(await overflow()).toBeLessThanOrEqual(0);
  });
