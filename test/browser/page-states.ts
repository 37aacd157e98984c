import { expect, type Page } from '@playwright/test';
import { addTask, VALID_PASSWORD } from './page-actions.ts';

/** A page in one of its states. */
export interface PageState {
  readonly name: string;
  /** Opens the page and brings it into the state. */
  readonly open: (page: Page, email: string) => Promise<void>;
}

/** The states of a page: those that a visitor sees, and those of a user, who is an administrator. */
interface StatesOfPage {
  readonly visitor?: readonly PageState[];
  readonly user?: readonly PageState[];
}

/** Opens a path, and waits until its scripts run: states are reached by clicks. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(path, { waitUntil: 'networkidle' });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

const plain = (path: string): PageState => ({ name: path, open: (page) => open(page, path) });
const alert = (page: Page) => page.getByRole('alert').filter({ hasText: /./ });

/** Every page of web/app, by its path, in its states. */
export const PAGE_STATES: Readonly<Record<string, StatesOfPage>> = {
  '/': {
    visitor: [
      plain('/'),
      {
        name: 'the start page with a refused request',
        open: async (page) => {
          await open(page, '/');
          await page.getByRole('button', { name: 'Without a token' }).click();
          await expect(page.getByText('HTTP 401')).toBeVisible();
        },
      },
      // The page of every unknown path.
      plain('/nowhere'),
    ],
  },
  '/sign-in': {
    visitor: [
      plain('/sign-in'),
      {
        name: 'the sign-in page after a wrong password',
        open: async (page, email) => {
          await open(page, '/sign-in');
          await page.getByLabel('E-mail').fill(email);
          await page.getByLabel('Password', { exact: true }).fill('Wrong1password');
          await page.getByRole('button', { name: 'Sign in', exact: true }).click();
          await expect(alert(page)).toBeVisible();
        },
      },
    ],
  },
  '/sign-up': {
    visitor: [
      plain('/sign-up'),
      {
        name: 'the sign-up page with a weak password and no address',
        open: async (page) => {
          await open(page, '/sign-up');
          await page.getByLabel('Password', { exact: true }).fill('weak');
          await page.getByRole('button', { name: 'Create account' }).click();
        },
      },
      {
        name: 'the sign-up page with a visible password',
        open: async (page) => {
          await open(page, '/sign-up');
          await page.getByLabel('Password', { exact: true }).fill(VALID_PASSWORD);
          await page.getByRole('button', { name: 'Show password' }).click();
          await expect(page.getByRole('button', { name: 'Hide password' })).toBeVisible();
        },
      },
    ],
  },
  '/forgot-password': { visitor: [plain('/forgot-password')] },
  '/reset-password': { visitor: [plain('/reset-password'), plain('/reset-password#token=unknown')] },
  '/verify-email': { visitor: [plain('/verify-email')], user: [plain('/verify-email')] },
  '/explore': { user: [plain('/explore')] },
  '/access': {
    visitor: [plain('/access')],
    user: [
      {
        name: 'the access map with the details of a field and the answer to a request',
        open: async (page) => {
          await open(page, '/access#Mutation.clearTasks');
          await page.getByRole('button', { name: 'As anonymous' }).click();
          await expect(page.getByText('HTTP 401')).toBeVisible();
        },
      },
    ],
  },
  '/tasks': {
    user: [
      plain('/tasks'),
      {
        name: 'the task list with tasks, long words and a done one',
        open: async (page) => {
          await open(page, '/tasks');
          await addTask(page, `Unbreakable${'x'.repeat(150)}`);
          await addTask(page, 'Mend the gate');
          await page.getByRole('checkbox', { name: 'Mend the gate' }).click();
          await expect(page.getByText('Done: Mend the gate')).toBeAttached();
        },
      },
      {
        name: 'the task list with a search that finds nothing',
        open: async (page) => {
          await open(page, '/tasks?show=open&q=nothing');
          await expect(page.getByRole('button', { name: 'Clear filters' })).toBeVisible();
        },
      },
      {
        name: 'the task list with the dialog that edits a task',
        open: async (page) => {
          await open(page, '/tasks');
          await page.getByRole('button', { name: /^Mend the gate/ }).click();
          await expect(page.getByRole('dialog', { name: 'Edit task' })).toBeVisible();
        },
      },
      {
        name: 'the task list with an error message',
        open: async (page) => {
          await open(page, '/tasks');
          await page.route('**/graphql', (route) => route.abort());
          await page.getByLabel('New task').fill('While away');
          await page.keyboard.press('Enter');
          await expect(alert(page)).toBeVisible();
          await page.unroute('**/graphql');
        },
      },
      {
        name: 'the task list with the account menu',
        open: async (page) => {
          await open(page, '/tasks');
          await page.getByRole('button', { name: /^Account: / }).click();
          await expect(page.getByRole('link', { name: 'Your account' })).toBeVisible();
        },
      },
    ],
  },
  '/tasks/[id]': {
    user: [
      {
        name: 'the page of a task, from its URL',
        open: async (page) => {
          await open(page, '/tasks');
          await page.getByRole('button', { name: /^Mend the gate/ }).click();
          await expect(page).toHaveURL(/\/tasks\/./);
          await page.reload({ waitUntil: 'networkidle' });
          await expect(page.getByRole('dialog', { name: 'Edit task' })).toBeVisible();
        },
      },
      {
        name: 'the page of a task that does not exist',
        open: async (page) => {
          await page.goto('/tasks/018f0000-0000-7000-8000-000000000000', { waitUntil: 'networkidle' });
          await expect(page.getByRole('dialog', { name: 'Task not found' })).toBeVisible();
        },
      },
    ],
  },
  '/account': { user: [plain('/account')] },
  '/account/password': { user: [plain('/account/password')] },
  '/account/security': {
    user: [
      plain('/account/security'),
      {
        name: 'the sign-in settings with the QR code of an authenticator app',
        open: async (page) => {
          await open(page, '/account/security');
          await page.getByRole('button', { name: 'Set up' }).click();
          await expect(page.getByRole('img', { name: 'QR code' })).toBeVisible();
        },
      },
    ],
  },
  '/account/devices': { user: [plain('/account/devices')] },
  '/account/activity': { user: [plain('/account/activity')] },
  '/account/data': { user: [plain('/account/data')] },
  '/admin/security': {
    user: [
      plain('/admin/security'),
      {
        name: 'the security log of one user',
        open: (page, email) => open(page, `/admin/security?user=${encodeURIComponent(email)}`),
      },
    ],
  },
};
