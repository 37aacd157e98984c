import { afterEach, expect, test, vi } from 'vitest';
import { accountErrorMessage, postAccount } from './post-account.ts';

const respondWith = (status: number, body: string, headers: Record<string, string> = {}) =>
  vi.stubGlobal('fetch', async () => new Response(body, { status, headers }));

afterEach(() => vi.unstubAllGlobals());

test('postAccount sends JSON, which a form of another site cannot send', async () => {
  const fetch = vi.fn(async () => new Response('{"a":1}'));
  vi.stubGlobal('fetch', fetch);
  await expect(postAccount('/sign-in/email', { email: 'a@b.example' })).resolves.toEqual({
    outcome: 'done',
    body: { a: 1 },
  });
  expect(fetch).toHaveBeenCalledWith(
    '/api/auth/sign-in/email',
    expect.objectContaining({ method: 'POST', headers: { 'content-type': 'application/json' } }),
  );
});

test.each([
  [422, '{"code":"TAKEN","message":"Taken."}', { outcome: 'rejected', code: 'TAKEN', message: 'Taken.' }],
  [400, '{}', { outcome: 'rejected', code: '', message: '' }],
  [400, '<html>', { outcome: 'unavailable' }],
  [503, '{"code":"UNAVAILABLE"}', { outcome: 'unavailable' }],
])('postAccount interprets a response with status %d and the body %s', async (status, body, expected) => {
  respondWith(status, body);
  await expect(postAccount('/sign-in/email', {})).resolves.toEqual(expected);
});

test('postAccount returns the seconds to wait of a 429 response', async () => {
  respondWith(429, '{}', { 'retry-after': '7' });
  const result = await postAccount('/sign-in/email', {});
  expect(result).toEqual({ outcome: 'rate-limited', seconds: 7 });
});

test('postAccount resolves to `unavailable` if the request fails', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await expect(postAccount('/sign-out', {})).resolves.toEqual({ outcome: 'unavailable' });
});

test('accountErrorMessage has a message for every result', () => {
  for (const result of [
    { outcome: 'unavailable' },
    { outcome: 'rate-limited', seconds: 2 },
    { outcome: 'rate-limited', seconds: 60 },
    { outcome: 'rejected', code: 'INVALID_ORIGIN', message: '' },
    { outcome: 'rejected', code: '', message: '' },
  ] as const)
    expect(accountErrorMessage(result)).toMatch(/^[A-Z].{20,}\.$/);
});

test('accountErrorMessage says that nothing was changed if the user did not sign in again', () => {
  const refused = { outcome: 'rejected', code: 'STEP_UP_REQUIRED', message: 'Sign in again to use this.' } as const;
  expect(accountErrorMessage(refused)).toBe('Nothing was changed, because you did not sign in again.');
});
