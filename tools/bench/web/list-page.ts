import { type BrowserContext, chromium, type Browser } from '@playwright/test';
import { FLAGS, findBrowser } from '../../../test/browser/find-browser.ts';

/** What an action costs the user. */
export interface ActionCost {
  /** Milliseconds from the input to the frame that shows its effect. */
  readonly shown: number;
  /** Milliseconds of the page's main thread, until it is idle again after the API has answered. */
  readonly mainThread: number;
}

/** A task list in a real browser, with as many rows loaded as wanted. */
export interface ListPage {
  /** Loads more rows until there are at least this many. */
  loadRows(count: number): Promise<void>;
  /** The number of rows that are rendered. */
  renderedRows(): Promise<number>;
  /** Adds a task by the keyboard. */
  add(title: string): Promise<ActionCost>;
  /** Ticks the first task. */
  tick(): Promise<ActionCost>;
  /** Deletes the first task. */
  remove(): Promise<ActionCost>;
  /** Shows more tasks: the time has the API's answer in it. */
  more(): Promise<ActionCost>;
  close(): Promise<void>;
}

const COUNT = /([\d,]+) of [\d,]+ tasks/;

/** Opens the task list of a signed-in user. */
export async function openListPage(webUrl: string, cookie: string, folder: string): Promise<ListPage> {
  const { executablePath, environment } = findBrowser(process.env, folder);
  const variables = Object.entries({ ...process.env, ...environment });
  const env = Object.fromEntries(variables.filter((entry): entry is [string, string] => entry[1] !== undefined));
  const browser: Browser = await chromium.launch({ executablePath, args: FLAGS, env });
  const context: BrowserContext = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
  await context.addCookies(
    cookie.split('; ').map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
      return { name, value, url: webUrl };
    }),
  );
  const page = await context.newPage();
  await page.goto(`${webUrl}/tasks`, { waitUntil: 'networkidle' });
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable');

  const loadedRows = async () => Number(COUNT.exec((await page.getByText(COUNT).textContent()) ?? '')?.[1]);
  const rows = page.getByRole('list', { name: 'Tasks' }).getByRole('listitem');
  const showMore = page.getByRole('button', { name: 'Show more' });

  /** Returns the time that the main thread has worked, in milliseconds. */
  async function busyTime(): Promise<number> {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  }

  /**
   * Measures an action.
   * @param input dispatches the input
   * @param isShown an expression of the page: whether the effect is there
   */
  async function measure(input: () => Promise<void>, isShown: string): Promise<ActionCost> {
    const before = await busyTime();
    // The clock starts at the page's own event, and stops in the frame after the one with the effect.
    await page.evaluate(`window.shown = new Promise((resolve) => {
      let start;
      const begin = (event) => { start ??= event.timeStamp; };
      for (const type of ['keydown', 'click']) addEventListener(type, begin, { capture: true, once: true });
      const check = () => {
        if (start !== undefined && (${isShown})) requestAnimationFrame(() => resolve(performance.now() - start));
        else requestAnimationFrame(check);
      };
      check();
    }); 0`);
    const answered = page.waitForResponse((response) => response.url().endsWith('/graphql'));
    await input();
    const milliseconds = await page.evaluate<number>('shown');
    await answered;
    // The answer is in the cache, and its rows are painted.
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
    return { shown: milliseconds, mainThread: (await busyTime()) - before };
  }

  /** An expression: the text of the first row. */
  const first = `document.querySelector('ul[aria-label="Tasks"] li')?.innerText`;

  return {
    async loadRows(count) {
      while ((await loadedRows()) < count) {
        const before = await loadedRows();
        await showMore.click();
        await page.getByText(new RegExp(`^${before} of `)).waitFor({ state: 'detached' });
      }
      await page.evaluate('scrollTo(0, 0)');
    },
    renderedRows: () => rows.count(),
    async add(title) {
      await page.getByLabel('New task').fill(title);
      return measure(() => page.keyboard.press('Enter'), `${first}.includes(${JSON.stringify(title)})`);
    },
    tick: () => {
      const box = `document.querySelector('ul[aria-label="Tasks"] li input')`;
      return measure(() => page.evaluate(`${box}.click()`), `${box}.checked`);
    },
    async remove() {
      const title = await rows.first().getByRole('checkbox').getAttribute('aria-label');
      await rows.first().hover();
      await page
        .getByRole('button', { name: `Delete ${title}`, exact: true })
        .first()
        .click();
      await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).focus();
      await page.keyboard.press('Tab');
      return measure(() => page.keyboard.press('Enter'), `!${first}.includes(${JSON.stringify(title)})`);
    },
    async more() {
      const before = await loadedRows();
      await showMore.focus();
      return measure(
        () => page.keyboard.press('Enter'),
        `Number(document.body.innerText.match(${COUNT})?.[1]) > ${before}`,
      );
    },
    async close() {
      await browser.close();
    },
  };
}
