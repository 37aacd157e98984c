import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { newEmail, signUp } from './page-actions.ts';

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
const details = (page: Page, coordinate: string) => page.getByRole('region', { name: coordinate });
const overflow = 'document.documentElement.scrollWidth - window.innerWidth';

/** Returns what axe finds. */
async function findings(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

// covers: ACCESSPAGE-01
test('the access map shows a visitor what is public, and no other field', async ({ page }) => {
  await page.goto('/access');
  await expect(page.getByRole('rowheader')).toHaveText([
    'Query',
    /^status/,
    'ServiceStatus',
    /^ok/,
    /^time/,
    /^version/,
  ]);
  expect(await page.content()).not.toMatch(/Task\b|securityLog|ADMIN|user_id/);
  await expect(page.getByRole('columnheader')).toHaveText(['Field', /^Anonymous/, 'Signed in', 'Owner', 'Other user']);
});

// covers: ACCESSPAGE-01
test('the access map shows a user no field of administrators, and an administrator every field', async ({ page }) => {
  const email = await signUp(page);
  await page.goto('/access');
  await expect(row(page, 'tasks').first()).toBeVisible();
  expect(await page.content()).not.toContain('securityLog');
  const command = resolve(import.meta.dirname, '../../server/commands/access.ts');
  await promisify(execFile)(process.execPath, [command, 'grant', email, 'ADMIN'], { env: process.env });
  await page.reload();
  await expect(row(page, 'securityLog').getByRole('cell')).toHaveText(['401', '403', '–', '–', '403', 'yes']);
});

// covers: ACCESSPAGE-02, ACCESSPAGE-04
test('a field opens by keyboard with its rule, source line, SQL and policy; a request is sent as anonymous and as the user', async ({
  page,
}) => {
  await signUp(page);
  await page.goto('/access');
  await page.getByLabel('Search').fill('task.title');
  await expect(page.getByText('1 of ')).toBeVisible();
  const open = page.getByRole('button', { name: 'title' });
  await open.focus();
  await page.keyboard.press('Enter');
  const panel = details(page, 'Task.title');
  await expect(panel.getByRole('heading', { name: 'Task.title' })).toBeFocused();
  await expect(panel).toContainText('@owner(field: "userId")');
  await expect(panel).toContainText(/schema\/task\.graphql:\d+/);
  await expect(panel).toContainText('where "user_id" = the caller\'s id');
  await expect(panel).toContainText('create policy "owner_select" on "app"."task"');
  await panel.getByRole('button', { name: 'As anonymous' }).click();
  await expect(panel.getByRole('status')).toHaveText('Refused with 401 UNAUTHENTICATED.');
  await expect(panel).toContainText('www-authenticate: Bearer');
  await panel.getByRole('button', { name: 'As me' }).click();
  await expect(panel.getByRole('status')).toHaveText('Allowed, with status 200.');
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(open).toBeFocused();
});

// covers: ACCESSPAGE-04
test('a request as the demo user leaves the session of the visitor as it is', async ({ page }) => {
  const email = await signUp(page);
  await page.goto('/access#User.email');
  const before = await page.context().cookies();
  const panel = details(page, 'User.email');
  await panel.getByRole('button', { name: 'As the demo user' }).click();
  await expect(panel).toContainText(`"email": "${DEMO_ACCOUNT.email}"`);
  expect(await page.context().cookies()).toEqual(before);
  await page.reload();
  await expect(page.getByRole('button', { name: `Account: ${email}` })).toBeVisible();
});

// covers: ACCESSPAGE-03
test('a mutation can only be tried as a caller that it refuses', async ({ page }) => {
  await signUp(page);
  await page.goto('/access#Mutation.createTask');
  const panel = details(page, 'Mutation.createTask');
  await expect(panel.getByRole('button', { name: /^As / })).toHaveText(['As anonymous']);
  await panel.getByRole('button', { name: 'As anonymous' }).click();
  await expect(panel.getByRole('status')).toHaveText('Refused with 401 UNAUTHENTICATED.');
});

test('a fragment that names no field opens none, whatever it is', async ({ page }) => {
  for (const fragment of ['#Query.nothing', '#%', '#<b>']) {
    await page.goto('about:blank');
    await page.goto(`/access${fragment}`);
    await page.getByLabel('Public only').check();
    await expect(page.getByRole('heading', { level: 2 })).toHaveCount(0);
  }
});

test('the table is filtered by audience and by what is public, and says when nothing matches', async ({ page }) => {
  await signUp(page);
  await page.goto('/access');
  await page.getByLabel('Public only').check();
  await expect(page.getByText(/^4 of \d+ fields$/)).toBeVisible();
  await page.getByLabel('What may be used by').selectOption('Owner');
  await expect(page.getByText('No field matches.')).toBeVisible();
  await page.getByRole('button', { name: 'Show every field' }).click();
  await page.getByLabel('What may be used by').selectOption('Anonymous');
  await expect(page.getByRole('columnheader')).toHaveText(['Field', 'Anonymous']);
  await expect(page.getByText(/^4 of \d+ fields$/)).toBeVisible();
});

test('without the API a request that is tried says so, and the page stays usable', async ({ page }) => {
  await page.goto('/access');
  await page.route('**/graphql', (route) => route.abort());
  await page.getByRole('button', { name: /^status/ }).click();
  const panel = details(page, 'Query.status');
  await panel.getByRole('button', { name: 'As anonymous' }).click();
  await expect(panel.getByRole('alert')).toHaveText('The API could not be reached. Please try again in a moment.');
  await page.unroute('**/graphql');
  await panel.getByRole('button', { name: 'As anonymous' }).click();
  await expect(panel.getByRole('status')).toHaveText('Allowed, with status 200.');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the access map in ${colorScheme} mode, and it does not scroll sideways at 360 pixels`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto('/access');
    expect(await findings(page)).toEqual([]);
    await signUp(page, newEmail());
    await page.goto('/access#Mutation.clearTasks');
    await details(page, 'Mutation.clearTasks').getByRole('button', { name: 'As anonymous' }).click();
    await expect(page.getByText('HTTP 401')).toBeVisible();
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate<number>(overflow)).toBeLessThanOrEqual(0);
  });
}
