import { afterEach, expect, test, vi } from 'vitest';
import { startProviderSignIn } from './start-provider-sign-in.ts';

afterEach(() => vi.unstubAllGlobals());

const answerWith = (response: Response | Error) => {
  const request = vi.fn(async (_path: string, _init: { readonly body: string }) => {
    if (response instanceof Error) throw response;
    return response;
  });
  vi.stubGlobal('fetch', request);
  return request;
};

test('a sign-in with a provider returns the address of its sign-in page', async () => {
  const request = answerWith(Response.json({ url: 'https://login.example/authorize', redirect: false }));
  expect(await startProviderSignIn('acme', '/tasks?done=true')).toBe('https://login.example/authorize');
  const [path, init] = request.mock.lastCall ?? [];
  expect([path, JSON.parse(init?.body ?? '')]).toEqual([
    '/api/auth/sign-in/social',
    { provider: 'acme', callbackURL: '/tasks?done=true' },
  ]);
});

test.each([
  ['an address that is no page', Response.json({ url: 'javascript:alert(1)' }), { outcome: 'rejected' }],
  ['a refusal', Response.json({ code: 'X', message: 'No.' }, { status: 404 }), { outcome: 'rejected', message: 'No.' }],
  [
    'a limit',
    new Response('', { status: 429, headers: { 'retry-after': '7' } }),
    { outcome: 'rate-limited', seconds: 7 },
  ],
  ['an outage', new Response('', { status: 503 }), { outcome: 'unavailable' }],
  ['no answer', new Error('offline'), { outcome: 'unavailable' }],
])('a sign-in with a provider that meets %s returns why', async (_, response, result) => {
  answerWith(response);
  expect(await startProviderSignIn('acme', '/tasks')).toMatchObject(result);
});
