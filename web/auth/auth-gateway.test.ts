import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { withClient } from '../../server/data/pg/with-client.ts';
import { log } from '../log.ts';
import { CREDENTIAL_LIMIT } from './endpoints.ts';
import { sessionCookieName } from './session-cookie.ts';
import { type TestAccounts, createTestAccounts } from '../../test/support/test-accounts.ts';

const PASSWORD = 'Correct7horse';
let accounts: TestAccounts;

beforeAll(async () => {
  accounts = await createTestAccounts();
});
afterAll(() => accounts.end());

const signUp = (body: Record<string, unknown>, address?: string) =>
  accounts.visitor(address).request('POST', '/sign-up/email', { password: PASSWORD, ...body });
const rejection = async (response: Promise<Response>) => {
  const { status } = await response;
  const { code }: { code: string } = await (await response).json();
  return { status, code };
};

describe('sign-up', () => {
  // covers: FR-001
  test('sign-up needs an e-mail address and a password, but no name', async () => {
    const response = await signUp({ email: 'petra.fields@example.com' });
    await expect(response.json()).resolves.toMatchObject({ user: { name: 'petra.fields' } });
  });

  test('sign-up stores the name of the request, trimmed', async () => {
    const response = await signUp({ email: 'named@example.com', name: '  Petra Fields ' });
    await expect(response.json()).resolves.toMatchObject({ user: { name: 'Petra Fields' } });
  });

  test.each([['n'.repeat(101)], ['line\nbreak'], ['nul\u0000'], ['lone \ud800']])(
    'sign-up rejects the name %j',
    async (name) => {
      await expect(rejection(signUp({ email: 'x@example.com', name }))).resolves.toEqual({
        status: 400,
        code: 'NAME_NOT_VALID',
      });
    },
  );

  const domain = (length: number) => `${'d'.repeat(50)}.`.repeat(1_000).slice(0, length - 4) + '.com';
  // covers: ACCOUNT-10, FR-002
  test.each([
    ['65 characters before the @', `${'l'.repeat(65)}@example.com`],
    ['255 characters', `l@${domain(253)}`],
    ['3,000 characters', `l@${domain(2_998)}`],
    ['40,000 characters', `l@${domain(39_998)}`],
  ])('sign-up rejects an e-mail address of %s', async (_, email) => {
    await expect(rejection(signUp({ email }))).resolves.toEqual({ status: 400, code: 'INVALID_EMAIL' });
  });

  // covers: ACCOUNT-10, FR-002
  test('sign-up accepts the longest e-mail address, and its token fits into a request header', async () => {
    const response = await signUp({ email: `${'l'.repeat(64)}@${domain(189)}` });
    const { accessToken }: { accessToken: string } = await response.json();
    expect(response.status).toBe(200);
    expect(accessToken.length).toBeLessThan(4_096);
  });

  // covers: ACCOUNT-06
  test('sign-up stores no picture', async () => {
    const response = await signUp({ email: 'pictured@example.com', image: 'javascript:'.repeat(5_000) });
    await expect(response.json()).resolves.toMatchObject({ user: { image: null } });
  });

  // covers: FR-003
  test('sign-up names the rules that a weak password breaks', async () => {
    const response = await signUp({ email: 'weak@example.com', password: 'horse' });
    expect(response.status).toBe(400);
    await expect(response.json()).resolves.toEqual({
      code: 'PASSWORD_TOO_WEAK',
      message: 'Your password needs 8 characters or more, an upper-case letter, a digit.',
      rules: ['too-short', 'no-upper-case', 'no-digit'],
    });
  });

  test('sign-up rejects a taken e-mail address in any letter case', async () => {
    await signUp({ email: 'taken@example.com' });
    await expect(rejection(signUp({ email: 'TAKEN@Example.com' }))).resolves.toEqual({
      status: 422,
      code: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
    });
  });

  // covers: ACCOUNT-07, FR-004
  test('of fifty concurrent sign-ups with one address one succeeds, and the others learn that it is taken', async () => {
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        signUp({ email: i % 2 ? 'race@example.com' : 'RACE@example.com' }, '198.51.100.9'),
      ),
    );
    const bodies = (await Promise.all(responses.map((response) => response.json()))) as { code?: string }[];
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(bodies.map(({ code }) => code))).toEqual(
      new Set([undefined, 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL']),
    );
  });

  // covers: ACCOUNT-06
  test('sign-up ignores `role` and `emailVerified` of the request', async () => {
    const response = await signUp({ email: 'escalation@example.com', role: 'ADMIN', emailVerified: true });
    await expect(response.json()).resolves.toMatchObject({ user: { role: 'USER', emailVerified: false } });
  });
});

describe('sign-in', () => {
  // covers: ACCOUNT-01, FR-007
  test('sign-in answers a wrong password and an unknown address with the same bytes', async () => {
    await signUp({ email: 'known@example.com' });
    const attempt = async (email: string) => {
      const response = await accounts.visitor().request('POST', '/sign-in/email', { email, password: 'Wrong7horse' });
      return { status: response.status, body: await response.text(), headers: [...response.headers] };
    };
    expect(await attempt('known@example.com')).toEqual(await attempt('unknown@example.com'));
  });

  // covers: ACCOUNT-02, FR-023.1
  test('sign-in is rate limited by IP address, also with invalid values; other addresses are not affected', async () => {
    const attempt = (address: string) =>
      accounts.visitor(address).request('POST', '/sign-in/email', { email: 'not an address', password: PASSWORD });
    const responses = await Promise.all(Array.from({ length: CREDENTIAL_LIMIT + 1 }, () => attempt('198.51.100.1')));
    const limited = responses.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(1);
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await attempt('198.51.100.2')).status).toBe(400);
  });
});

describe('the session cookie', () => {
  // covers: ACCOUNT-12, FR-013
  test('the session cookie is HttpOnly and SameSite', async () => {
    const [cookie] = (await signUp({ email: 'cookie@example.com' })).headers.getSetCookie();
    expect(cookie).toMatch(/^fieldgate\.session_token=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  // covers: FR-024.1, WEB-09
  test('the session cookie has the name that the proxy checks, on http and on https', async () => {
    const { authCookies } = await accounts.services.auth.$context;
    expect(authCookies.sessionToken.name).toBe(sessionCookieName('http://localhost:3000'));
    const https = await createTestAccounts({ WEB_URL: 'https://tasks.example' });
    try {
      const [cookie] = (
        await https.visitor().request('POST', '/sign-up/email', { email: 's@example.com', password: PASSWORD })
      ).headers.getSetCookie();
      expect(cookie).toMatch(/^__Secure-fieldgate\.session_token=.*; Secure(;|$)/);
      expect(sessionCookieName('https://tasks.example')).toBe('__Secure-fieldgate.session_token');
    } finally {
      await https.end();
    }
  });
});

describe('sign-out', () => {
  // covers: FR-008
  test('sign-out deletes the session cookie and clears the browser’s cache', async () => {
    const visitor = accounts.visitor();
    await visitor.request('POST', '/sign-up/email', { email: 'out@example.com', password: PASSWORD });
    const response = await visitor.request('POST', '/sign-out', {});
    expect(response.headers.get('clear-site-data')).toBe('"cache"');
    expect([...visitor.cookies.keys()]).toEqual(['fieldgate.device']);
  });
});

test('the log does not repeat values of a request', async () => {
  const lines: string[] = [];
  const spies = (['error', 'warn', 'info', 'debug'] as const).map((level) =>
    vi.spyOn(log, level).mockImplementation((...messages: unknown[]) => void lines.push(JSON.stringify(messages))),
  );
  onTestFinished(() => spies.forEach((spy) => spy.mockRestore()));
  const secret = 'https://c2VjcmV0.example';
  const visitor = accounts.visitor();
  const body = { email: 'unknown@example.com', password: PASSWORD };
  for (const name of ['callbackURL', 'redirectTo', 'errorCallbackURL', 'newUserCallbackURL'])
    await visitor.request('POST', '/sign-in/email', { ...body, [name]: secret });
  await visitor.request('POST', '/sign-in/email', body, { origin: secret, cookie: 'a=b' });
  await visitor.request('POST', '/sign-in/email', { ...body, email: secret });
  expect(lines.join('\n')).toContain('Invalid callbackURL');
  expect(lines.join('\n')).not.toContain('c2VjcmV0');
});

describe('requests that are rejected before Better Auth', () => {
  // covers: ACCOUNT-05
  test.each([
    ['GET', '/reset-password/token'],
    ['GET', '/verify-email'],
    ['POST', '/sign-in/anonymous'],
    ['POST', '/callback/github'],
    ['GET', '/callback/:id'],
    ['GET', '/callback/a/b'],
    ['POST', '/admin/impersonate-user'],
    ['POST', '/delete-user/callback'],
    ['POST', '/list-sessions'],
    ['GET', '/sign-out'],
    ['POST', '/access-token'],
    ['POST', '/sign-in/email/'],
    ['POST', '//sign-in/email'],
    ['POST', '/sign-in%2Femail'],
    ['POST', '/SIGN-IN/email'],
  ])('%s %s is answered with 404', async (method, path) => {
    const body = method === 'POST' ? {} : undefined;
    await expect(rejection(accounts.visitor().request(method, path, body))).resolves.toEqual({
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  // covers: ACCOUNT-12
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
  ])('rejects a body of type %s, which a form of another site could send', async (type) => {
    const body = JSON.stringify({ email: 'known@example.com', password: PASSWORD });
    const response = accounts.visitor().request('POST', '/sign-in/email', body, { 'content-type': type });
    await expect(rejection(response)).resolves.toEqual({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
  });

  // covers: ACCOUNT-09
  test.each([
    '/sign-up/email',
    '/sign-in/email',
    '/sign-out',
    '/change-password',
    '/revoke-session',
    '/revoke-sessions',
    '/revoke-other-sessions',
  ])('%s rejects a body that is nested or is not an object', async (path) => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    for (const value of [nested(1), nested(100), nested(10_000), '[]', `${'['.repeat(9_000)}${']'.repeat(9_000)}`]) {
      const body = `{"email":"deep@example.com","password":"${PASSWORD}","name":"n","x":${value}}`;
      const response = accounts.visitor().request('POST', path, body);
      await expect(rejection(response)).resolves.toEqual({ status: 400, code: 'VALIDATION_ERROR' });
    }
    for (const body of ['null', '[]', '1', '"x"', '{', 'x'])
      await expect(rejection(accounts.visitor().request('POST', path, body))).resolves.toEqual({
        status: 400,
        code: 'VALIDATION_ERROR',
      });
  });

  // covers: ACCOUNT-08
  test('rejects a password of a megabyte', async () => {
    const body = { email: 'known@example.com', password: 'x'.repeat(1_000_000) };
    await expect(rejection(accounts.visitor().request('POST', '/sign-in/email', body))).resolves.toEqual({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    });
  });
});

// covers: ACCOUNT-12
test.each([['https://evil.example'], ['null'], ['']])(
  'rejects a request with a session cookie from the origin %j',
  async (origin) => {
    const visitor = accounts.visitor();
    const email = `csrf-${origin.length}@example.com`;
    await visitor.request('POST', '/sign-up/email', { email, password: PASSWORD });
    const response = await visitor.request('POST', '/sign-out', {}, { origin });
    expect(response.status).toBe(403);
    expect((await visitor.request('GET', '/access-token')).status).toBe(200);
  },
);

// covers: ACCOUNT-03, SC-006
test('answers and records a thousand concurrent sign-ins without a failure, while it serves users who are signed in', async () => {
  const member = accounts.visitor('198.51.100.30');
  await member.request('POST', '/sign-up/email', { email: 'member@example.com', password: PASSWORD });
  const flood = Promise.all(
    Array.from({ length: 1_000 }, (_, i) =>
      accounts
        .visitor(`198.51.100.${40 + (i % 50)}`)
        .request('POST', '/sign-in/email', { email: `unknown${i}@example.com`, password: PASSWORD }),
    ),
  );
  await expect(member.request('GET', '/access-token')).resolves.toMatchObject({ status: 200 });
  const statuses = (await flood).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  const failed = statuses.filter((status) => status === 401).length;
  // Eight at a time; how many of those that wait have their turn in time depends on the machine.
  expect(failed).toBeGreaterThanOrEqual(8);
  const countFailed = `select count(*)::integer as failed from auth.auth_event
    where kind = 'SIGN_IN' and outcome = 'FAILED' and address ~ '^198[.]51[.]100[.][4-8][0-9]$'`;
  const { rows } = await withClient(accounts.database.superuser, (superuser) => superuser.query(countFailed));
  expect(rows).toEqual([{ failed }]);
}, 60_000);
