import { describe, expect, test } from 'vitest';
import { toAccountEvent } from './account-event.ts';

interface Case {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly status?: number;
  readonly responseBody?: unknown;
  readonly userId?: string | null;
  readonly inSession?: boolean;
  readonly sessionsEnded?: number;
}

function eventOf({
  method = 'POST',
  path = '/sign-in/email',
  headers = {},
  body,
  status = 200,
  responseBody = {},
  userId = null,
  inSession = true,
  sessionsEnded = 1,
}: Case) {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  const request = new Request(`http://web.test/api/auth${path}`, {
    method,
    headers: { 'x-forwarded-for': '203.0.113.7', ...headers },
    ...(method === 'POST' && { body: text }),
  });
  const response = new Response(typeof responseBody === 'string' ? responseBody : JSON.stringify(responseBody), {
    status,
  });
  const requester = userId === null ? null : { userId, inSession };
  return toAccountEvent({ path, request, requestForLog: request.clone(), response, requester, sessionsEnded });
}

describe('toAccountEvent: outcome', () => {
  test.each([
    ['POST', '/sign-in/email', 200, 'SUCCEEDED'],
    ['POST', '/sign-in/email', 401, 'FAILED'],
    ['POST', '/sign-in/email', 400, 'REFUSED'],
    ['POST', '/sign-in/email', 403, 'REFUSED'],
    ['POST', '/sign-in/email', 413, 'REFUSED'],
    ['POST', '/sign-in/email', 415, 'REFUSED'],
    ['POST', '/sign-in/email', 429, 'LIMITED'],
    ['POST', '/sign-in/email', 503, undefined],
    ['POST', '/sign-up/email', 200, 'SUCCEEDED'],
    ['POST', '/sign-up/email', 422, 'FAILED'],
    ['POST', '/sign-up/email', 400, 'REFUSED'],
    ['POST', '/sign-out', 403, 'REFUSED'],
    ['POST', '/sign-out', 429, 'LIMITED'],
    ['POST', '/sign-out', 401, 'REFUSED'],
    ['POST', '/change-password', 401, 'REFUSED'],
    ['POST', '/change-password', 400, 'REFUSED'],
    ['POST', '/change-password', 429, 'LIMITED'],
    ['POST', '/revoke-sessions', 403, 'REFUSED'],
    ['GET', '/access-token', 200, undefined],
    ['GET', '/access-token', 401, undefined],
    ['GET', '/access-token', 403, 'REFUSED'],
    ['GET', '/access-token', 429, 'LIMITED'],
    ['GET', '/get-session', 429, 'LIMITED'],
    ['GET', '/sign-out', 404, undefined],
    ['POST', '/sign-in/anonymous', 404, undefined],
  ])('the outcome of %s %s with status %i is %s', async (method, path, status, outcome) => {
    expect((await eventOf({ method, path, status }))?.outcome).toBe(outcome);
  });
});

describe('toAccountEvent: outcome by code', () => {
  test.each([
    ['/change-password', 400, 'INVALID_PASSWORD', 'FAILED'],
    ['/sign-in/email', 400, 'INVALID_CODE', 'FAILED'],
    ['/sign-in/email', 401, 'UNAUTHORIZED', 'REFUSED'],
    ['/link-social', 403, 'INVALID_ORIGIN', 'REFUSED'],
  ])('the outcome of %s with status %i and the code %s is %s', async (path, status, code, outcome) => {
    expect(await eventOf({ path, status, responseBody: { code } })).toMatchObject({ outcome, detail: code });
  });

  test('the success of a request that starts a sign-in with a provider is no event', async () => {
    expect(await eventOf({ path: '/sign-in/social' })).toBeNull();
    expect(await eventOf({ path: '/sign-in/social', status: 401 })).toBeNull();
  });
});

describe('toAccountEvent: user', () => {
  test('the user of a success comes from the response', async () => {
    expect(await eventOf({ responseBody: { user: { id: 'u1' } } })).toMatchObject({ userId: 'u1', email: null });
  });

  test('the user of a failure is found by e-mail address, in lower case as Better Auth stores it', async () => {
    const event = await eventOf({ status: 401, body: { email: 'Ada@Example.COM' }, responseBody: { user: null } });
    expect(event).toMatchObject({ userId: null, email: 'ada@example.com' });
  });

  test.each([
    ['not json'],
    ['null'],
    ['[]'],
    ['1'],
    [{}],
    [{ email: 1 }],
    [{ email: 'a\0@x' }],
    [{ email: '\ud800@x' }],
  ])('the user of a failure with the body %j is unknown', async (body) => {
    expect(await eventOf({ status: 401, body })).toMatchObject({ userId: null, email: null });
  });

  test('the e-mail address of a rejected request is not read', async () => {
    for (const status of [400, 403, 415, 429])
      expect(await eventOf({ status, body: { email: 'ada@example.com' } })).toMatchObject({ email: null });
  });

  test('a sign-out is recorded for the session’s user, and only if a session ended', async () => {
    expect(await eventOf({ path: '/sign-out', userId: 'u1' })).toMatchObject({ kind: 'SIGN_OUT', userId: 'u1' });
    expect(await eventOf({ path: '/sign-out' })).toBeNull();
    for (const path of ['/sign-out', '/revoke-session', '/revoke-other-sessions', '/revoke-sessions'])
      expect(await eventOf({ path, userId: 'u1', sessionsEnded: 0 }), path).toBeNull();
  });
});

describe('toAccountEvent: second factors and step-up', () => {
  test('a right password with a pending second factor is recorded with the user of its address', async () => {
    const event = await eventOf({ body: { email: 'Ada@Example.com' }, responseBody: { twoFactorRedirect: true } });
    expect(event).toMatchObject({
      kind: 'SIGN_IN',
      outcome: 'SUCCEEDED',
      email: 'ada@example.com',
      detail: 'SECOND_FACTOR_REQUIRED',
    });
  });

  test('a code is recorded as a sign-in’s second factor, or as the confirmation of a new one in a session', async () => {
    const path = '/two-factor/verify-totp';
    expect(await eventOf({ path, userId: 'u1', inSession: false })).toMatchObject({
      kind: 'SECOND_FACTOR_CHECKED',
      detail: 'TOTP',
    });
    expect(await eventOf({ path, userId: 'u1' })).toMatchObject({ kind: 'SECOND_FACTOR_ENABLED', detail: null });
  });

  test.each([
    ['/two-factor/verify-totp', 401, 'INVALID_CODE', 'FAILED'],
    ['/two-factor/verify-backup-code', 401, 'INVALID_BACKUP_CODE', 'FAILED'],
    ['/two-factor/verify-totp', 401, 'INVALID_TWO_FACTOR_COOKIE', 'REFUSED'],
    ['/passkey/verify-authentication', 400, 'AUTHENTICATION_FAILED', 'FAILED'],
    ['/passkey/verify-authentication', 401, 'PASSKEY_NOT_FOUND', 'FAILED'],
    ['/passkey/delete-passkey', 403, 'STEP_UP_REQUIRED', 'REFUSED'],
    ['/passkey/delete-passkey', 401, 'UNAUTHORIZED', 'REFUSED'],
    ['/step-up/password', 400, 'INVALID_PASSWORD', 'FAILED'],
    ['/step-up/totp', 400, 'INVALID_CODE', 'FAILED'],
    ['/step-up/password', 429, 'TOO_MANY_REQUESTS', 'LIMITED'],
  ])('the outcome of %s with status %i and code %s is %s', async (path, status, code, outcome) => {
    expect(await eventOf({ path, status, responseBody: { code } })).toMatchObject({ outcome, detail: code });
  });
});

describe('toAccountEvent: client and detail', () => {
  test('an event has one valid IP address, and 300 characters of the User-Agent', async () => {
    const headers = { 'x-forwarded-for': '2001:db8::1', 'user-agent': 'x'.repeat(9_000) };
    expect(await eventOf({ headers })).toMatchObject({ address: '2001:db8::1', userAgent: 'x'.repeat(300) });
    for (const address of ['', 'unknown', '203.0.113.7, 198.51.100.1', "'; drop table auth_event; --"])
      expect(await eventOf({ headers: { 'x-forwarded-for': address } })).toMatchObject({ address: null });
  });

  test.each([
    [{ code: 'INVALID_EMAIL_OR_PASSWORD' }, 401, 'INVALID_EMAIL_OR_PASSWORD'],
    [{ code: 'text of the request' }, 400, null],
    [{ code: 'X'.repeat(101) }, 400, null],
    [{ code: 7 }, 400, null],
    ['no json', 400, null],
    ['null', 400, null],
    [{}, 429, 'TOO_MANY_REQUESTS'],
  ])('the detail of a response %j with status %i is %j', async (responseBody, status, detail) => {
    expect((await eventOf({ status, responseBody }))?.detail).toBe(detail);
  });
});
