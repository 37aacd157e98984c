import { afterEach, expect, test, vi } from 'vitest';
import { fetchTokenFromSession } from './fetch-token.ts';

const answerWith = (status: number, body: unknown) =>
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(body), { status }));
const tokenOf = (claims: object) =>
  ['{"alg":"HS256"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

afterEach(() => vi.unstubAllGlobals());

test('mintFromSession reads whom the token speaks of', async () => {
  // The name makes base64url differ from base64: it has both - and _ in it.
  const accessToken = tokenOf({ name: '>>>???ÿ', user_id: 'ada' });
  answerWith(200, { accessToken, tokenType: 'Bearer', expiresIn: 900 });
  await expect(fetchTokenFromSession()).resolves.toEqual({ token: accessToken, expiresIn: 900, userId: 'ada' });
});

test('mintFromSession tells a session that has ended from a server that is away', async () => {
  answerWith(401, {});
  await expect(fetchTokenFromSession()).resolves.toBe('session-ended');
  answerWith(503, {});
  await expect(fetchTokenFromSession()).rejects.toThrow('503');
});

test('mintFromSession rejects what is no token', async () => {
  answerWith(200, { accessToken: 'nonsense', expiresIn: 900 });
  await expect(fetchTokenFromSession()).rejects.toThrow();
});
