import { afterEach, describe, expect, test, vi } from 'vitest';
import { setUpApiFixture } from '../../test/support/api-fixture.ts';
import { signToken } from '../../test/support/test-token.ts';
import { createDemoTokens } from './demo-token.ts';
import { sendOperation } from './send-operation.ts';

const fixture = setUpApiFixture();

afterEach(() => void vi.unstubAllGlobals());

describe('sendOperation', () => {
  test('returns status, code, challenge and body of a refusal', async () => {
    expect(await sendOperation(fixture.api.url, '{ viewer { id } }', null)).toEqual({
      outcome: 'answered',
      status: 401,
      code: 'UNAUTHENTICATED',
      challenge: 'Bearer',
      body: expect.stringContaining('"coordinate": "Query.viewer"'),
    });
  });

  test('sends the token, and returns the data', async () => {
    const answer = await sendOperation(fixture.api.url, '{ viewer { id } }', signToken(fixture.seeded.bob));
    expect(answer).toMatchObject({ status: 200, code: null, challenge: null });
    expect(answer).toHaveProperty('body', JSON.stringify({ data: { viewer: { id: fixture.seeded.bob } } }, null, 2));
  });

  test('says that the API is unavailable if it cannot be reached, or answers without JSON', async () => {
    expect(await sendOperation('http://127.0.0.1:9', '{ status { ok } }', null)).toEqual({ outcome: 'unavailable' });
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>')));
    expect(await sendOperation('http://localhost', '{ status { ok } }', null)).toEqual({ outcome: 'unavailable' });
  });
});

describe('createDemoTokens', () => {
  const account = { email: 'demo@example.com', password: 'a password' };
  const answerWith = (...answers: Response[]) => {
    const requests: [string, RequestInit][] = [];
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      requests.push([url, init]);
      return answers.shift() ?? Response.error();
    });
    return requests;
  };

  // covers: ACCESSPAGE-04
  test('signs in without credentials, so that the visitor’s own session stays as it is', async () => {
    const requests = answerWith(Response.json({ accessToken: 'token', expiresIn: 900 }));
    expect(await createDemoTokens(account)()).toBe('token');
    expect(requests).toMatchObject([['/api/auth/sign-in/email', { method: 'POST', credentials: 'omit' }]]);
    expect(requests[0]?.[1].body).toBe(JSON.stringify(account));
  });

  test('signs in once for many requests, and again when the token is about to expire', async () => {
    const requests = answerWith(
      Response.json({ accessToken: 'first', expiresIn: 900 }),
      Response.json({ accessToken: 'short', expiresIn: 1 }),
      Response.json({ accessToken: 'third', expiresIn: 900 }),
    );
    const [tokens, others] = [createDemoTokens(account), createDemoTokens(account)];
    expect([await tokens(), await tokens()]).toEqual(['first', 'first']);
    expect([await others(), await others()]).toEqual(['short', 'third']);
    expect(requests).toHaveLength(3);
  });

  test('returns null if there is no such account', async () => {
    answerWith(new Response('{}', { status: 401 }));
    expect(await createDemoTokens(account)()).toBeNull();
  });
});
