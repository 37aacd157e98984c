import { afterEach, expect, test, vi } from 'vitest';
import { accountErrorMessage, postAccount } from './post-account.ts';

const answerWith = (status: number, body: string, headers: Record<string, string> = {}) =>
  vi.stubGlobal('fetch', async () => new Response(body, { status, headers }));

afterEach(() => vi.unstubAllGlobals());

test('postAccount sends JSON, which no form of another site can', async () => {
  const fetch = vi.fn(async () => new Response('{}'));
  vi.stubGlobal('fetch', fetch);
  await expect(postAccount('/sign-in/email', { email: 'a@b.example' })).resolves.toEqual({ outcome: 'done' });
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
])('an answer of %d with %s', async (status, body, expected) => {
  answerWith(status, body);
  await expect(postAccount('/sign-in/email', {})).resolves.toEqual(expected);
});

test('a limit says how long to wait', async () => {
  answerWith(429, '{}', { 'retry-after': '7' });
  const result = await postAccount('/sign-in/email', {});
  expect(result).toEqual({ outcome: 'rate-limited', seconds: 7 });
});

test('no answer at all is an answer', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await expect(postAccount('/sign-out', {})).resolves.toEqual({ outcome: 'unavailable' });
});

test('accountProblem always has words', () => {
  for (const result of [
    { outcome: 'unavailable' },
    { outcome: 'rate-limited', seconds: 2 },
    { outcome: 'rate-limited', seconds: 60 },
    { outcome: 'rejected', code: 'INVALID_ORIGIN', message: '' },
    { outcome: 'rejected', code: '', message: '' },
  ] as const)
    expect(accountErrorMessage(result)).toMatch(/^[A-Z].{20,}\.$/);
});
