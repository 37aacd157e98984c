import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { log } from '../log.ts';

type GetSession = (options: object) => Promise<object | null>;
const getSession = vi.fn<GetSession>();

// It only keeps a file out of the browser's bundle, and there is none here.
vi.mock('server-only', () => ({}));
vi.mock('next/headers', () => ({ headers: async () => new Headers(), cookies: async () => new Map() }));
vi.mock('../auth/auth-services.ts', () => ({ getAuthServices: () => ({ auth: { api: { getSession } } }) }));
vi.mock('../config.ts', () => ({
  webConfig: () => ({ PASSWORD_POLICY: 'classic', API_URL: 'http://localhost:4000' }),
}));

type Page = (props: { searchParams: Promise<object> }) => Promise<ReactNode>;
const PAGES = Object.entries(import.meta.glob<{ default: Page }>('./**/page.tsx', { eager: true }));
const props = { searchParams: Promise.resolve({}) };

let marked = 0;
const mark = () => void (marked += 1);

beforeEach(() => {
  marked = 0;
  subscribe('fieldgate:page-unavailable', mark);
  vi.spyOn(log, 'error').mockReturnValue();
});
afterEach(() => {
  unsubscribe('fieldgate:page-unavailable', mark);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });

describe('every page', () => {
  test('is one of those that are tried here', () => {
    expect(PAGES.map(([file]) => file)).toEqual(expect.arrayContaining(['./page.tsx', './tasks/page.tsx']));
  });

  // covers: OPS-07
  test.each(PAGES)('says so and is 503 when the session cannot be read: %s', async (_, { default: page }) => {
    getSession.mockRejectedValue(refused);
    const html = renderToString(await page(props));
    expect(html).toContain('Fieldgate is not available right now');
    expect(html).not.toContain('ECONNREFUSED');
    expect(marked).toBe(1);
  });

  // covers: OPS-07
  test.each(PAGES)('says so after 5 s when the session is not found in time: %s', async (_, { default: page }) => {
    vi.useFakeTimers();
    getSession.mockReturnValue(new Promise(() => undefined));
    const rendered = page(props);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(marked).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(renderToString(await rendered)).toContain('Fieldgate is not available right now');
    expect(marked).toBe(1);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
  });

  test.each(PAGES)('redirects, or is itself, when there is no session: %s', async (_, { default: page }) => {
    getSession.mockResolvedValue(null);
    const outcome = await page(props).then(renderToString, (error: Error) => error.message);
    expect(outcome).not.toContain('not available');
    expect(marked).toBe(0);
  });
});
