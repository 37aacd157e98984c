import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { signUp } from './page-actions.ts';

const why = (page: Page) => page.getByRole('region', { name: 'Why this answer' });

/** Opens /explore, and waits for the editor. */
// The editor is 4 MB of scripts, which a loaded machine takes a while to compile.
async function openExplore(page: Page): Promise<void> {
  await page.goto('/explore');
  await expect(page.locator('.graphiql-query-editor .view-line').first()).toBeVisible({ timeout: 20_000 });
}

/** Sends a prepared request, and returns the text under its answer. */
async function ask(page: Page, name: RegExp): Promise<string> {
  const answered = page.waitForResponse((response) => {
    const request = response.request();
    return request.method() === 'POST' && !/IntrospectionQuery/.test(request.postData() ?? 'IntrospectionQuery');
  });
  await page.getByRole('button', { name }).click();
  await answered;
  await expect(why(page)).toContainText(/^\d{3}/);
  return (await why(page).innerText()).replaceAll(/\s+/g, ' ');
}

// covers: EXPLORE-09
test('each prepared request gets its answer, with the rule that decided it and the number of statements', async ({
  page,
}) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports each 401 and 403.
    if (message.type() === 'error' && !/status of 40[13]/.test(message.text())) complaints.push(message.text());
  });
  const operations: string[] = [];
  page.on('request', (request) => {
    const text = request.postData() ?? '';
    if (request.url().endsWith('/graphql') && /YourTasks|AnotherUsers|RowOf|Administrators/.test(text))
      operations.push(text);
  });
  await signUp(page);
  await openExplore(page);
  expect(await ask(page, /^Your tasks/)).toMatch(
    /^200 OK 2 SQL statements ran .*Query\.tasks is allowed by @auth schema\/task\.graphql:\d+/,
  );
  expect(await ask(page, /^Another user’s tasks/)).toMatch(
    /^403 FORBIDDEN No SQL statements ran Query\.tasks\(userId:\) is refused by @owner schema\/task\.graphql:\d+$/,
  );
  expect(await ask(page, /^Without a token/)).toMatch(/^401 UNAUTHENTICATED No SQL statements ran/);
  expect(await ask(page, /^A row of another user/)).toMatch(
    /^200 OK 1 SQL statement ran .*Rows of Task are limited by @owner\(field: "userId"\) schema\/task\.graphql:\d+\. task is null/,
  );
  expect(await ask(page, /^An administrator’s/)).toMatch(
    /^403 FORBIDDEN No SQL statements ran Query\.securityLog refused it\. The rule is not shown to you/,
  );
  expect(operations).toHaveLength(5);
  // No violation of the Content-Security-Policy, and no error of GraphiQL.
  expect(complaints).toEqual([]);
});

test('a visitor without a session reaches a refused request in one click, and a link to sign in', async ({ page }) => {
  await openExplore(page);
  expect(await ask(page, /^Another user’s tasks/)).toMatch(/^401 UNAUTHENTICATED/);
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/sign-in?next=%2Fexplore');
});

test('the documentation shows what a field requires', async ({ page }) => {
  await signUp(page);
  await openExplore(page);
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.getByRole('link', { name: 'Query', exact: true }).click();
  await page.getByRole('link', { name: 'viewer', exact: true }).click();
  await expect(page.getByText('Access: signed in.')).toBeVisible();
});

// covers: EXPLORE-07
test('the explorer keeps neither token nor requests in a storage of the browser', async ({ page }) => {
  await signUp(page);
  await openExplore(page);
  await ask(page, /^Your tasks/);
  expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).toBe('[{},{}]');
});

// covers: EXPLORE-06
test('only /explore may have inline styles and the frame of Sandbox, and only it loads GraphiQL', async ({ page }) => {
  const scripts: { page: string; graphiql: boolean }[] = [];
  page.on('response', async (response) => {
    if (!response.url().includes('/_next/static/')) return;
    const from = new URL(page.url()).pathname;
    const text = await response.text().catch(() => '');
    scripts.push({ page: from, graphiql: text.includes('graphiql-container') });
  });
  const policyOf = async (path: string) => (await page.request.get(path)).headers()['content-security-policy'];
  expect(await policyOf('/explore')).toMatch(/style-src 'self' 'unsafe-inline';.*frame-src https:\/\/sandbox/);
  await signUp(page);
  for (const path of ['/tasks', '/account', '/explorer', '/explore-more', '/nowhere/explore'])
    expect(await policyOf(path), path).not.toMatch(/unsafe-inline|frame-src|worker-src/);
  await page.goto('/account');
  await openExplore(page);
  const loadedBy = new Set(scripts.filter(({ graphiql }) => graphiql).map((script) => script.page));
  expect([...loadedBy]).toEqual(['/explore']);
});

test('the panel shows the answer to the latest request, also if an earlier one is answered later', async ({ page }) => {
  await signUp(page);
  await openExplore(page);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/graphql', async (route) => {
    if (/YourTasks/.test(route.request().postData() ?? '')) await released;
    await route.continue();
  });
  await page.getByRole('button', { name: /^Your tasks/ }).click();
  await expect(why(page)).toContainText('Waiting for the answer');
  expect(await ask(page, /^Another user’s tasks/)).toMatch(/^403/);
  const late = page.waitForResponse((response) => /YourTasks/.test(response.request().postData() ?? ''));
  release();
  await (await late).finished();
  await expect(page.locator('.result-window')).toContainText('FORBIDDEN');
  await expect(why(page)).toContainText('403 FORBIDDEN');
});

test('an unreachable API is told in the response, and the next request works', async ({ page }) => {
  await signUp(page);
  await openExplore(page);
  await page.route('**/graphql', (route) => route.abort());
  await page.getByRole('button', { name: /^Your tasks/ }).click();
  await expect(why(page)).toContainText('There is no answer to explain');
  await expect(page.locator('.result-window')).toContainText('The API does not answer (Failed to fetch).');
  await expect(page.locator('.result-window')).not.toContainText('stack');
  await page.unroute('**/graphql');
  expect(await ask(page, /^Your tasks/)).toMatch(/^200 OK/);
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing on /explore, and it does not scroll sideways, in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await signUp(page);
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await openExplore(page);
      // The first text has comments, which no prepared request has.
      const first = await new AxeBuilder({ page }).include('.graphiql-query-editor').analyze();
      expect(first.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      await ask(page, /^Another user’s tasks/);
      if (width === 1280) {
        await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
        await page.getByRole('link', { name: 'Query', exact: true }).click();
        await expect(page.getByRole('link', { name: 'viewer', exact: true })).toBeVisible();
      }
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
    }
  });

test('a prepared request is sent by keyboard alone', async ({ page }) => {
  await signUp(page);
  await openExplore(page);
  const request = page.getByRole('button', { name: /^Another user’s tasks/ });
  for (let tab = 0; tab < 12; tab++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate<string>('document.activeElement.textContent')).startsWith('Another user')) break;
  }
  await expect(request).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(why(page)).toContainText('403 FORBIDDEN');
});

test('Enter opens the query editor, Escape and Tab leave it without a change of the text', async ({ page }) => {
  await openExplore(page);
  const editor = page.locator('.graphiql-query-editor .graphiql-editor');
  const text = await editor.locator('.view-lines').innerText();
  await editor.focus();
  await page.keyboard.press('Enter');
  await expect(editor.locator('textarea')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(editor).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: /^Execute query/ })).toBeFocused();
  expect(await editor.locator('.view-lines').innerText()).toBe(text);
});

test('the editor reads the schema once for each sender, not for each request', async ({ page }) => {
  const senders: string[] = [];
  page.on('request', (request) => {
    if (/IntrospectionQuery/.test(request.postData() ?? ''))
      senders.push(request.headers()['authorization'] === undefined ? 'anonymous' : 'viewer');
  });
  await signUp(page);
  await openExplore(page);
  await ask(page, /^Your tasks/);
  await ask(page, /^Another user’s tasks/);
  expect(senders).toEqual(['viewer']);
  await ask(page, /^Without a token/);
  await expect.poll(() => senders).toEqual(['viewer', 'anonymous']);
});

// covers: REACH-11
test('the editor follows the system from light to dark colours', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await signUp(page);
  await openExplore(page);
  const comment = page.locator('.graphiql-query-editor .view-lines span[class^="mtk"]').first();
  await expect(comment).toHaveCSS('color', 'rgb(86, 96, 89)');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(comment).toHaveCSS('color', 'rgb(163, 173, 165)');
});
