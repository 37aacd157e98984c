import { expect, test } from '@playwright/test';
import { addTask, signUp } from './page-actions.ts';

/** Removes what a browser does not have outside of secure contexts (https, and plain http of this computer). */
const LEAVE_SECURE_CONTEXT = `
  for (const name of ['locks', 'clipboard', 'credentials', 'serviceWorker']) delete Navigator.prototype[name];
  for (const name of ['randomUUID', 'subtle']) delete Crypto.prototype[name];
  for (const name of ['PublicKeyCredential', 'caches']) delete globalThis[name];
`;

// covers: REACH-02
test('a task is added, done and deleted without the APIs that plain http of another host does not have', async ({
  page,
}) => {
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.addInitScript(LEAVE_SECURE_CONTEXT);
  await signUp(page);
  expect(await page.evaluate<string>('typeof navigator.locks + typeof crypto.randomUUID')).toBe('undefinedundefined');
  await addTask(page, 'Mend the gate');
  const tick = page.getByRole('checkbox', { name: 'Mend the gate' });
  await tick.click();
  await expect(page.getByText('Done: Mend the gate')).toBeAttached();
  await page.reload();
  await expect(tick).toBeChecked();
  await page.goto('/account/security');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(errors).toEqual([]);
});
