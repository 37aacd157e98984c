import { expect, test } from '@playwright/test';
import { type Browser, type ElementHandle, launch, type Page } from 'puppeteer-core';
import { findFirefox } from './find-firefox.ts';
import { newEmail, VALID_PASSWORD } from './page-actions.ts';

/** Firefox as it is installed: Playwright drives only its own build of it, puppeteer any, by WebDriver BiDi. */
const FIREFOX = findFirefox(process.env);

/** Repeats also after an error: a page that is left while it is asked throws. */
const WAITING = { timeout: 15_000 };

let browser: Browser | undefined;
test.afterEach(async () => browser?.close());

/**
 * Returns the element with an accessible name and a role as soon as it is there and enabled; `field` is any role, because
 * a password has none. Not puppeteer's locators: they evaluate strings, which the pages' policy forbids.
 */
async function find(page: Page, role: string, name: string): Promise<ElementHandle> {
  const selector = `::-p-aria([name="${name}"]${role === 'field' ? '' : `[role="${role}"]`})`;
  const found: ElementHandle[] = [];
  await expect(async () => {
    // An option of a list is no field.
    for (const element of await page.$$(selector))
      if (await element.evaluate((node) => !node.matches(':disabled, option'))) found.push(element);
    expect(found.length, `the ${role} "${name}" is enabled`).toBeGreaterThan(0);
  }).toPass(WAITING);
  const [element] = found;
  if (element === undefined) throw new Error(`There is no ${role} "${name}".`);
  return element;
}

const click = async (page: Page, role: string, name: string) => (await find(page, role, name)).click();

/** Replaces the text of a field by typing. */
async function type(page: Page, name: string, text: string): Promise<void> {
  const field = await find(page, 'field', name);
  await field.click({ count: 3 });
  await field.type(text);
}

/** Waits until exactly these tasks are in the list, each stored: its checkbox is enabled. */
const expectTasks = (page: Page, tasks: readonly { title: string; done: boolean }[]) =>
  expect(async () => {
    const shown = await page.$$eval('main li input[type="checkbox"]:enabled', (boxes) =>
      boxes.map((box) => ({ title: box.getAttribute('aria-label'), done: box.matches(':checked') })),
    );
    expect(shown).toEqual(tasks);
  }).toPass(WAITING);

// covers: REACH-10
test('in Firefox a user signs up, adds, ticks, edits and deletes a task, and signs out', async ({ baseURL }) => {
  test.skip(FIREFOX === undefined, 'No Firefox on this machine: install one, or set FIREFOX_PATH.');
  test.setTimeout(90_000);
  // High enough that the offer to undo covers no row.
  const defaultViewport = { width: 1_280, height: 900 };
  browser = await launch({ browser: 'firefox', executablePath: FIREFOX ?? '', headless: true, defaultViewport });
  const page = await browser.newPage();
  const violations: string[] = [];
  page.on('pageerror', (error) => violations.push(String(error)));

  await page.goto(new URL('/sign-up', baseURL).href);
  await find(page, 'button', 'Create account');
  await type(page, 'E-mail', newEmail());
  await type(page, 'Password', VALID_PASSWORD);
  await click(page, 'button', 'Create account');
  await find(page, 'button', 'Add');
  await type(page, 'New task', 'Mend the gate');
  await page.keyboard.press('Enter');
  await expectTasks(page, [{ title: 'Mend the gate', done: false }]);

  await click(page, 'checkbox', 'Mend the gate');
  await expectTasks(page, [{ title: 'Mend the gate', done: true }]);
  await find(page, 'button', 'Mend the gate');
  await click(page, 'button', 'Mend the gate');
  await type(page, 'Title', 'Paint the gate');
  await click(page, 'button', 'Save');
  await expectTasks(page, [{ title: 'Paint the gate', done: true }]);
  await page.reload();
  await expectTasks(page, [{ title: 'Paint the gate', done: true }]);

  await click(page, 'button', 'Delete Paint the gate');
  await expectTasks(page, []);

  await click(page, 'button', 'Sign out');
  await expect.poll(() => new URL(page.url()).pathname).toBe('/sign-in');
  expect(violations).toEqual([]);
});
