import path from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { mailedLink } from '../../test/browser/mailed-link.ts';
import { signUp } from '../../test/browser/page-actions.ts';
import { writePicture } from './write-picture.ts';

const DAY = 86_400_000;

/** Returns the `dueAt` of a day without a time (decision 052). The client names the days next to today, so no picture has a date. */
const dueInDays = (days: number): string =>
  `${new Date(Date.now() + days * DAY).toISOString().slice(0, 10)}T23:59:59.000Z`;

/** The tasks in the pictures, the first one at the top of the list. */
const TASKS = [
  { title: 'Send the plans to the printer', dueAt: dueInDays(-1), priority: 'HIGH', steps: [] },
  {
    title: 'Prepare the garden for winter',
    dueAt: dueInDays(1),
    steps: ['Rake the leaves', 'Cut back the roses', 'Bring in the pots'],
  },
  { title: 'Call Jonas about Saturday', dueAt: dueInDays(0), steps: [] },
  { title: 'Read chapter four', priority: 'LOW', steps: [] },
  { title: 'Book the train to Freiburg', steps: [], done: true },
] as const;

const CREATE_TASK = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
const ADD_STEP = 'mutation ($id: ID!, $title: String!) { addStep(taskId: $id, input: { title: $title }) { id } }';
const SET_DONE = 'mutation ($id: ID!) { updateTask(id: $id, input: { done: true }) { id } }';

const EMAIL = 'petra@example.com';

/** The stack whose pages are pictured. */
export interface PicturedStack {
  readonly web: string;
  readonly api: string;
  /** Its data folder, which has the mails. */
  readonly dataDir: string;
}

/** Signs up and confirms the address through the pages, and creates the tasks through the API. */
async function prepareAccount(page: Page, { api, dataDir }: PicturedStack): Promise<void> {
  await signUp(page, EMAIL);
  await page.goto((await mailedLink(EMAIL, 'Confirm your e-mail address', dataDir)).href);
  await page.getByRole('button', { name: 'Confirm this address' }).click();
  await page.getByText('Your e-mail address is confirmed').waitFor();
  const { accessToken } = (await (await page.request.get('/api/auth/access-token')).json()) as { accessToken: string };
  const send = async (query: string, variables: Readonly<Record<string, unknown>>) => {
    const headers = { authorization: `Bearer ${accessToken}` };
    const response = await page.request.post(`${api}/graphql`, { headers, data: { query, variables } });
    const { data, errors } = (await response.json()) as { data?: Record<string, { id: string }>; errors?: unknown };
    if (!data || errors !== undefined) throw new Error(`The API refused ${query}: ${JSON.stringify(errors)}`);
    return data;
  };
  for (const { steps, ...task } of TASKS.toReversed()) {
    const { done, ...input } = { done: false, ...task };
    const id = (await send(CREATE_TASK, { input }))['createTask']?.id;
    for (const title of steps) await send(ADD_STEP, { id, title });
    if (done) await send(SET_DONE, { id });
  }
}

/** The pictured pages: the name of the file, and how to bring the page into its state. */
const PICTURES: readonly { name: string; prepare: (page: Page) => Promise<void> }[] = [
  {
    name: 'tasks',
    prepare: async (page) => {
      await page.goto('/tasks', { waitUntil: 'networkidle' });
      await page.getByText('Call Jonas about Saturday').waitFor();
    },
  },
  {
    name: 'access',
    prepare: async (page) => {
      await page.goto('/access#Mutation.clearTasks', { waitUntil: 'networkidle' });
      await page.getByRole('heading', { name: 'Mutation.clearTasks' }).waitFor();
    },
  },
  {
    name: 'explore',
    prepare: async (page) => {
      await page.goto('/explore', { waitUntil: 'networkidle' });
      await page.getByRole('button', { name: 'Another user’s tasks' }).click();
      await page.getByText('No SQL statements ran').waitFor();
    },
  },
];

/**
 * Takes the pictures of the documents from a running stack, each in light and in dark colours: `tasks-light.png`, …
 * @param folder where they are written
 * @param log prints the name of each picture
 */
export async function takePagePictures(
  browser: Browser,
  stack: PicturedStack,
  folder: string,
  log: (line: string) => void,
): Promise<void> {
  const context = await browser.newContext({
    baseURL: stack.web,
    viewport: { width: 1200, height: 800 },
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
  });
  try {
    const page = await context.newPage();
    await prepareAccount(page, stack);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const { name, prepare } of PICTURES) {
        // Another page first: going to the same page with another fragment would not load it again.
        await page.goto('about:blank');
        await prepare(page);
        const file = `${name}-${colorScheme}.png`;
        await writePicture(page, path.join(folder, file));
        log(`  ${file}`);
      }
    }
  } finally {
    await context.close();
  }
}
