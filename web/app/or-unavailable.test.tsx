import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { log } from '../log.ts';

type GetSession = (options: object) => Promise<object | null>;
const getSession = vi.fn<GetSession>();

// The package only keeps modules out of the browser's bundle.
vi.mock('server-only', () => ({}));
vi.mock('next/headers', () => ({ headers: async () => new Headers(), cookies: async () => new Map() }));
vi.mock('../auth/auth-services.ts', () => ({ getAuthServices: () => ({ auth: { api: { getSession } } }) }));
vi.mock('../config.ts', () => ({
  webConfig: () => ({
    PASSWORD_POLICY: 'classic',
    API_URL: 'http://localhost:4000',
    WEB_URL: 'http://localhost:3000',
    API_HOST: '127.0.0.1',
    WEB_HOST: '127.0.0.1',
    OAUTH_PROVIDERS: [],
  }),
}));

type Page = (props: { params: Promise<object>; searchParams: Promise<object> }) => ReactNode | Promise<ReactNode>;
const PAGES = Object.entries(import.meta.glob<{ default: Page }>('./**/page.tsx', { eager: true }));
/** Pages of users without a session, which they do not read: without accounts, their forms say so. */
const SESSIONLESS = ['./forgot-password/page.tsx', './reset-password/page.tsx'];
const SESSION_PAGES = PAGES.filter(([file]) => !SESSIONLESS.includes(file));
const props = {
  params: Promise.resolve({ id: '01900000-0000-7000-8000-00000000000a' }),
  searchParams: Promise.resolve({}),
};

let markCount = 0;
const countMark = () => void (markCount += 1);

beforeEach(() => {
  markCount = 0;
  getSession.mockClear();
  subscribe('fieldgate:page-unavailable', countMark);
  vi.spyOn(log, 'error').mockReturnValue();
});
afterEach(() => {
  unsubscribe('fieldgate:page-unavailable', countMark);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const connectionRefused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });

describe('every page', () => {
  test('the tests cover the pages of the app', () => {
    expect(PAGES.map(([file]) => file)).toEqual(expect.arrayContaining(['./page.tsx', './tasks/page.tsx']));
  });

  // covers: OPS-07
  test.each(SESSION_PAGES)(
    '%s answers 503 with a message if the session cannot be read',
    async (_, { default: page }) => {
      getSession.mockRejectedValue(connectionRefused);
      const html = renderToString(await page(props));
      expect(html).toContain('Fieldgate is not available right now');
      expect(html).not.toContain('ECONNREFUSED');
      expect(markCount).toBe(1);
    },
  );

  // covers: OPS-07
  test.each(SESSION_PAGES)(
    '%s answers 503 after 5 s if the session is not read in time',
    async (_, { default: page }) => {
      vi.useFakeTimers();
      getSession.mockReturnValue(new Promise(() => undefined));
      const rendered = page(props);
      await vi.advanceTimersByTimeAsync(4_999);
      expect(markCount).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      expect(renderToString(await rendered)).toContain('Fieldgate is not available right now');
      expect(markCount).toBe(1);
      expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
    },
  );

  test.each(PAGES)('%s redirects or renders without a session', async (_, { default: page }) => {
    getSession.mockResolvedValue(null);
    const outcome = await Promise.resolve(page(props)).then(renderToString, (error: Error) => error.message);
    expect(outcome).not.toContain('Fieldgate is not available');
    expect(markCount).toBe(0);
  });

  test.each(SESSIONLESS)('%s is rendered without reading a session', async (file) => {
    const page = PAGES.find(([name]) => name === file)?.[1].default;
    expect(renderToString(await page?.(props))).toContain('password');
    expect(getSession).not.toHaveBeenCalled();
  });
});
