import { afterEach, expect, test, vi } from 'vitest';
import { fetchTokenFromSession } from './fetch-token.ts';

const respondWith = (status: number, body: unknown) =>
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(body), { status }));
const tokenOf = (claims: object) =>
  ['{"alg":"HS256"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

afterEach(() => vi.unstubAllGlobals());

test('fetchTokenFromSession returns the token’s user id', async () => {
  // With this name base64url differs from base64: it has - and _.
  const accessToken = tokenOf({ name: '>>>???ÿ', user_id: 'ada' });
  respondWith(200, { accessToken, tokenType: 'Bearer', expiresIn: 900 });
  await expect(fetchTokenFromSession()).resolves.toEqual({ token: accessToken, expiresIn: 900, userId: 'ada' });
});

test('fetchTokenFromSession resolves for an ended session, and rejects for an unavailable server', async () => {
  respondWith(401, {});
  await expect(fetchTokenFromSession()).resolves.toBe('session-ended');
  respondWith(503, {});
  await expect(fetchTokenFromSession()).rejects.toThrow('503');
});

test('fetchTokenFromSession rejects an invalid token', async () => {
  respondWith(200, { accessToken: 'nonsense', expiresIn: 900 });
  await expect(fetchTokenFromSession()).rejects.toThrow();
});
