import { expect, test } from '@playwright/test';
import { makeAdmin, signUp } from './page-actions.ts';

const USER_LINKS = ['Tasks', 'Explore', 'Access', 'Account'];

// covers: AWAY-04
test('every signed-in page has the same header, which marks the present page', async ({ page }) => {
  await signUp(page);
  const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  for (const [path, present, mark] of [
    ['/tasks', 'Tasks', 'page'],
    ['/explore', 'Explore', 'page'],
    ['/access', 'Access', 'page'],
    ['/account', 'Account', 'page'],
    ['/account/devices', 'Account', 'true'],
  ] as const) {
    await page.goto(path);
    await expect(links).toHaveText(USER_LINKS);
    await expect(links.getByText(present)).toHaveAttribute('aria-current', mark);
    await expect(page.locator('header [aria-current]')).toHaveCount(1);
  }
});

// covers: AWAY-04
test('administrators find the security log in the header, also at 320 pixels', async ({ page }) => {
  const email = await signUp(page);
  await makeAdmin(email);
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto('/tasks');
  const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Security log' });
  await expect(link).toBeInViewport({ ratio: 1 });
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(
    0,
  );
  await link.click();
  await expect(page).toHaveURL('/admin/security');
  await expect(link).toHaveAttribute('aria-current', 'page');
});

// covers: AWAY-04
test('the first Tab reaches a link that skips the header', async ({ page }) => {
  await signUp(page);
  await page.goto('/account');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Profile' })).toBeFocused();
});
