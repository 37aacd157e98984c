import { describe, expect, test } from 'vitest';
import { toAccountEvent } from './account-event.ts';

interface Case {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly status?: number;
  readonly answer?: unknown;
  readonly userId?: string | null;
  readonly sessionsEnded?: number;
}

function eventOf({
  method = 'POST',
  path = '/sign-in/email',
  headers = {},
  body,
  status = 200,
  answer = {},
  userId = null,
  sessionsEnded = 1,
}: Case) {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  const request = new Request(`http://web.test/api/auth${path}`, {
    method,
    headers: { 'x-forwarded-for': '203.0.113.7', ...headers },
    ...(method === 'POST' && { body: text }),
  });
  const response = new Response(typeof answer === 'string' ? answer : JSON.stringify(answer), { status });
  return toAccountEvent({ path, request, readableRequest: request.clone(), response, userId, sessionsEnded });
}

describe('the outcome', () => {
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
    ['POST', '/update-user', 404, undefined],
  ])('of %s %s answered with %i is %s', async (method, path, status, outcome) => {
    expect((await eventOf({ method, path, status }))?.outcome).toBe(outcome);
  });
});

describe('whose it was', () => {
  test('is in the answer of a success', async () => {
    expect(await eventOf({ answer: { user: { id: 'u1' } } })).toMatchObject({ userId: 'u1', email: null });
  });

  test('is left to the address of a failure, spelt as Better Auth spells it', async () => {
    const event = await eventOf({ status: 401, body: { email: 'Ada@Example.COM' }, answer: { user: null } });
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
  ])('is nobody where the body is %j', async (body) => {
    expect(await eventOf({ status: 401, body })).toMatchObject({ userId: null, email: null });
  });

  test('is not looked for where the request was turned away', async () => {
    for (const status of [400, 403, 415, 429])
      expect(await eventOf({ status, body: { email: 'ada@example.com' } })).toMatchObject({ email: null });
  });

  test('is the one who left; without a session nobody has left', async () => {
    expect(await eventOf({ path: '/sign-out', userId: 'u1' })).toMatchObject({ kind: 'SIGN_OUT', userId: 'u1' });
    expect(await eventOf({ path: '/sign-out' })).toBeNull();
    for (const path of ['/sign-out', '/revoke-session', '/revoke-other-sessions', '/revoke-sessions'])
      expect(await eventOf({ path, userId: 'u1', sessionsEnded: 0 }), path).toBeNull();
  });
});

describe('what is kept', () => {
  test('of the client: one IP address, and so much of the name', async () => {
    const headers = { 'x-forwarded-for': '2001:db8::1', 'user-agent': 'x'.repeat(9_000) };
    expect(await eventOf({ headers })).toMatchObject({ address: '2001:db8::1', userAgent: 'x'.repeat(300) });
    for (const address of ['', 'unknown', '203.0.113.7, 198.51.100.1', "'; drop table auth_event; --"])
      expect(await eventOf({ headers: { 'x-forwarded-for': address } })).toMatchObject({ address: null });
  });

  test.each([
    [{ code: 'INVALID_EMAIL_OR_PASSWORD' }, 401, 'INVALID_EMAIL_OR_PASSWORD'],
    [{ code: 'what the visitor typed' }, 400, null],
    [{ code: 'X'.repeat(101) }, 400, null],
    [{ code: 7 }, 400, null],
    ['no json', 400, null],
    ['null', 400, null],
    [{}, 429, 'TOO_MANY_REQUESTS'],
  ])('of the reason: a code. %j with %i is %j', async (answer, status, detail) => {
    expect((await eventOf({ status, answer }))?.detail).toBe(detail);
  });
});
