import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';

/** A password that the policy accepts. */
export const VALID_PASSWORD = 'Correct7horse';

/** Returns an address that is unique in this run. */
export const newEmail = (): string => `visitor-${randomUUID()}@example.com`;

/** Signs up through the page; ends on the tasks. */
export async function signUp(page: Page, email: string = newEmail()): Promise<string> {
  await page.goto('/sign-up');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(VALID_PASSWORD);
  const token = page.waitForResponse('**/api/auth/access-token');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();
  // The page fetches its first token itself; the test's next step must not race with that.
  await token;
  return email;
}

/** Fills in and submits the open sign-in page. */
export async function signIn(page: Page, email: string, password: string = VALID_PASSWORD): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Adds a task, and waits until the API has stored it: only then can it be opened. */
export async function addTask(page: Page, title: string): Promise<void> {
  await page.getByLabel('New task').fill(title);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('button', { name: title, exact: true })).toBeEnabled();
}

/** Sends an operation to the API as the signed-in user, as another device would: the page does not know of it. */
export async function callApi<Data>(page: Page, query: string, variables: Readonly<Record<string, unknown>> = {}) {
  const { accessToken } = await (await page.request.get('/api/auth/access-token')).json();
  const answer = await page.request.post(`${process.env['API_URL']}/graphql`, {
    headers: { authorization: `Bearer ${accessToken}` },
    data: { query, variables },
  });
  const { data, errors }: { data: Data; errors?: unknown } = await answer.json();
  expect(errors).toBeUndefined();
  return data;
}

/** Adds tasks as another device would, the last one at the top, at most 30; the page shows them after a reload. */
export async function createTasks(page: Page, titles: readonly string[]): Promise<void> {
  const fields = titles.map((title, i) => `t${i}: createTask(input: { title: ${JSON.stringify(title)} }) { id }`);
  await callApi(page, `mutation { ${fields.join(' ')} }`);
}
/** Gives an account the role ADMIN, as an operator does. */
export async function makeAdmin(email: string): Promise<void> {
  const command = resolve(import.meta.dirname, '../../server/commands/access.ts');
  await promisify(execFile)(process.execPath, [command, 'grant', email, 'ADMIN'], { env: process.env });
}

/** Applies CSS to the open page, in place of what was applied before. By CSSOM: the page's policy allows no style element. */
export const applyCss = (page: Page, css: string): Promise<void> =>
  page.evaluate<void>(`{ const sheet = new CSSStyleSheet(); sheet.replaceSync(${JSON.stringify(css)});
    document.adoptedStyleSheets = [sheet]; }`);
