import { expect, type Page, test } from '@playwright/test';
import { addTask, callApi, createTasks, signIn, signUp } from './page-actions.ts';

const rows = (page: Page) => page.getByRole('list', { name: 'Tasks' }).getByRole('listitem');
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search tasks' });
const shown = (page: Page, name: string) => page.getByRole('navigation', { name: 'Tasks to show' }).getByText(name);

/** Signs up with three tasks, one of them done. */
async function signUpWithTasks(page: Page): Promise<string> {
  const email = await signUp(page);
  await createTasks(page, ['Water the roses', 'Mend the fence', 'Mend the gate']);
  await page.reload();
  await page.getByRole('checkbox', { name: 'Mend the fence' }).click();
  await expect(page.getByText('Done: Mend the fence')).toBeAttached();
  return email;
}

// covers: LIST-12
test('a search shows what matches, says how many there are, and can be cleared', async ({ page }) => {
  await signUpWithTasks(page);
  await search(page).fill('mend');
  await expect(rows(page)).toHaveText([/Mend the gate/, /Mend the fence/]);
  await expect(page.getByText('2 tasks', { exact: true }).last()).toBeAttached();
  await expect(page).toHaveURL('/tasks?q=mend');
  await search(page).fill('mend the house');
  await expect(page.getByText('No task matches “mend the house”.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(rows(page)).toHaveCount(3);
  await expect(search(page)).toHaveValue('');
  await expect(page).toHaveURL('/tasks');
});

// covers: LIST-12
test('a newer search aborts the one before it, and the rows stay until its answer is there', async ({ page }) => {
  await signUpWithTasks(page);
  const waiting: { text: string; answer: () => Promise<void> }[] = [];
  await page.route('**/graphql', (route) => {
    const { variables } = route.request().postDataJSON() as { variables: { filter?: { text?: string } } };
    waiting.push({ text: variables.filter?.text ?? '', answer: () => route.continue() });
  });
  const aborted = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/graphql'));
  await search(page).fill('mend');
  await expect.poll(() => waiting.map(({ text }) => text)).toEqual(['mend']);
  await search(page).fill('mend the g');
  await aborted;
  await expect.poll(() => waiting.map(({ text }) => text)).toEqual(['mend', 'mend the g']);
  await expect(rows(page)).toHaveCount(3);
  await waiting[1]?.answer();
  await expect(rows(page)).toHaveText([/Mend the gate/]);
});

// covers: LIST-12
test('a task that is done leaves the open ones, and is among the done ones', async ({ page }) => {
  await signUpWithTasks(page);
  await shown(page, 'Open').click();
  await expect(rows(page)).toHaveText([/Mend the gate/, /Water the roses/]);
  await page.getByRole('checkbox', { name: 'Mend the gate' }).click();
  await expect(rows(page)).toHaveText([/Water the roses/]);
  await shown(page, 'Done').click();
  await page.getByLabel('Sort by').selectOption('Title');
  await expect(rows(page)).toHaveText([/Mend the fence/, /Mend the gate/]);
  await shown(page, 'Overdue').click();
  await expect(page.getByText('Nothing is overdue.')).toBeVisible();
});

for (const timezoneId of ['America/Los_Angeles', 'Pacific/Kiritimati'])
  test.describe(`in the time zone ${timezoneId}`, () => {
    test.use({ timezoneId });

    // covers: LIST-12
    test(`today and overdue are of the viewer's day in ${timezoneId}`, async ({ page }) => {
      await signUp(page);
      const day = new Intl.DateTimeFormat('sv-SE', { timeZone: timezoneId });
      for (const [title, days] of [
        ['Yesterday', -1],
        ['Today', 0],
        ['Tomorrow', 1],
      ] as const) {
        const dueAt = `${day.format(Date.now() + days * 86_400_000)}T23:59:59Z`;
        await callApi(page, 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }', {
          input: { title: `Due ${title}`, dueAt },
        });
      }
      await page.goto('/tasks?show=today');
      await expect(rows(page)).toHaveText([/Due Today/]);
      await shown(page, 'Overdue').click();
      await expect(rows(page)).toHaveText([/Due Yesterday/]);
    });
  });

// covers: LIST-14
test('a view survives a reload, Back returns to the one before, and its URL works without scripts', async ({
  page,
  browser,
}) => {
  await signUpWithTasks(page);
  await shown(page, 'Open').click();
  await expect(page).toHaveURL('/tasks?show=open');
  await search(page).fill('roses');
  await expect(rows(page)).toHaveText([/Water the roses/]);
  await expect(page).toHaveURL('/tasks?show=open&q=roses');
  await page.reload();
  await expect(search(page)).toHaveValue('roses');
  await expect(rows(page)).toHaveText([/Water the roses/]);
  await page.getByRole('button', { name: 'Water the roses', exact: true }).focus();
  await page.goBack();
  await expect(rows(page)).toHaveText([/Mend the gate/, /Water the roses/]);
  await expect(search(page)).toHaveValue('');

  const storageState = await page.context().storageState();
  const context = await browser.newContext({ javaScriptEnabled: false, storageState });
  const quiet = await context.newPage();
  await quiet.goto('/tasks?q=mend');
  await expect(rows(quiet)).toHaveCount(2);
  await shown(quiet, 'Done').click();
  await expect(quiet).toHaveURL('/tasks?show=done&q=mend');
  await expect(rows(quiet)).toHaveText([/Mend the fence/]);
  await context.close();
});

// covers: LIST-14
test('the URL of a task opens its dialog, Back closes it, and the view and the focus are as before', async ({
  page,
}) => {
  await signUpWithTasks(page);
  await shown(page, 'Open').click();
  await expect(rows(page)).toHaveCount(2);
  const task = page.getByRole('button', { name: 'Mend the gate', exact: true });
  const dialog = page.getByRole('dialog', { name: 'Edit task' });
  await task.click();
  await expect(dialog.getByLabel('Title')).toHaveValue('Mend the gate');
  await expect(page).toHaveURL(/\/tasks\/[\da-f-]{36}\?show=open$/);
  const url = page.url();
  await page.goBack();
  await expect(dialog).toBeHidden();
  await expect(task).toBeFocused();
  await expect(page).toHaveURL('/tasks?show=open');

  await task.click();
  await dialog.getByLabel('Title').fill('Mend both gates');
  // Not `goBack`, which waits for another page.
  await page.evaluate('history.back()');
  await page
    .getByRole('dialog', { name: 'Discard your changes?' })
    .getByRole('button', { name: 'Keep editing' })
    .click();
  await expect(dialog.getByLabel('Title')).toHaveValue('Mend both gates');
  await expect(page).toHaveURL(url);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL('/tasks?show=open');
  await expect(page.getByRole('button', { name: 'Mend both gates', exact: true })).toBeFocused();

  await page.goto(url);
  await expect(dialog.getByLabel('Title')).toHaveValue('Mend both gates');
  await expect(page.getByRole('list', { name: 'Tasks', includeHidden: true })).toBeAttached();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL('/tasks?show=open');
});

// covers: LIST-14
test('the URL of a task is kept by the sign-in, and one of no task says so', async ({ page, browser }) => {
  const email = await signUp(page);
  await addTask(page, 'Mend the gate');
  await page.getByRole('button', { name: 'Mend the gate', exact: true }).click();
  await expect(page).toHaveURL(/\/tasks\/[\da-f-]{36}$/);
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other).toHaveURL(`/sign-in?next=${encodeURIComponent(new URL(page.url()).pathname)}`);
  await signIn(other, email);
  await expect(other.getByRole('dialog', { name: 'Edit task' }).getByLabel('Title')).toHaveValue('Mend the gate');
  for (const path of ['/tasks/018f0000-0000-7000-8000-000000000000', '/tasks/nonsense']) {
    await other.goto(path);
    const unknown = other.getByRole('dialog', { name: 'Task not found' });
    await expect(unknown).toContainText('There is no task at this address.');
    await unknown.getByRole('button', { name: 'Close' }).click();
    await expect(unknown).toBeHidden();
    await expect(other).toHaveURL('/tasks');
  }
  await context.close();
});
