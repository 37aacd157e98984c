import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type IdentityProvider, startIdentityProvider } from '../../test/support/identity-provider.ts';
import { connectSuperuser, type Superuser } from '../../test/support/superuser.ts';
import { createTestAccounts, type TestAccounts, type Visitor } from '../../test/support/test-accounts.ts';
import { enableTotp } from '../../test/support/test-factors.ts';
import { log } from '../log.ts';
import { callbackTarget } from './social-sign-in.ts';

const CLIENT_ID = 'fieldgate-test';
const PASSWORD = 'Correct7horse';

let provider: IdentityProvider;
let accounts: TestAccounts;
let superuser: Superuser;

beforeAll(async () => {
  provider = await startIdentityProvider(CLIENT_ID);
  accounts = await createTestAccounts({
    OAUTH_ACME_CLIENT_ID: CLIENT_ID,
    OAUTH_ACME_CLIENT_SECRET: 'the secret of the client',
    OAUTH_ACME_ISSUER: provider.issuer,
  });
  superuser = await connectSuperuser(accounts.database.superuser);
});
afterAll(async () => {
  await superuser.end();
  await accounts.end();
  await provider.stop();
});
beforeEach(async () => {
  provider.changeToken = undefined;
  await superuser.rows('delete from auth.auth_event');
  await superuser.rows('delete from auth.rate_limit');
});

let address = 0;
/** Refused requests are recorded once a minute for each address. */
const visitorFromNewAddress = () => {
  address += 1;
  return accounts.visitor(`198.51.100.${address}`);
};

let number = 0;
/** Returns a new user of the provider, with a verified address. */
const newUser = () => {
  number += 1;
  return { sub: `sub-${number}`, email: `social${number}@example.com`, email_verified: true as unknown, name: 'Ada' };
};

const start = async (visitor: Visitor, body: object = {}) => {
  const response = await visitor.request('POST', '/sign-in/social', { provider: 'acme', ...body });
  const { url } = (await response.json()) as { url: string };
  return url;
};
/** Signs a user of the provider in; returns the target of the last redirect. */
const signInWithProvider = async (visitor: Visitor, body: object = {}) => {
  const callback = await provider.authorize(await start(visitor, body));
  const response = await visitor.request('GET', callback);
  expect(response.status).toBe(302);
  return response.headers.get('location');
};
const sessionOf = async (visitor: Visitor) =>
  (await (await visitor.request('GET', '/get-session')).json()) as { user: Record<string, unknown> } | null;
const signUp = async (email: string, isVerified: boolean) => {
  const visitor = visitorFromNewAddress();
  await visitor.request('POST', '/sign-up/email', { email, password: PASSWORD });
  if (isVerified) await superuser.rows('update auth."user" set email_verified = true where email = $1', [email]);
  return visitor;
};
/** Returns tokens as mailed links have them. */
const resetTokens = async (userId: string, count: number) => {
  const { internalAdapter } = await accounts.services.auth.$context;
  const tokens = Array.from({ length: count }, () => crypto.randomUUID());
  const expiresAt = new Date(Date.now() + 60_000);
  for (const token of tokens)
    await internalAdapter.createVerificationValue({ identifier: `reset-password:${token}`, value: userId, expiresAt });
  return tokens;
};
const resetWith = (visitor: Visitor, token: string) =>
  visitor.request('POST', '/reset-password', { token, newPassword: 'Battery9staple' });
const eventsOf = () =>
  superuser.rows(
    'select kind, outcome, detail, address, user_agent, user_id from auth.auth_event order by xmin::text::bigint',
  );
const withoutErrors = () => {
  const error = vi.spyOn(log, 'error').mockImplementation(() => {});
  onTestFinished(() => error.mockRestore());
  return error;
};

// covers: ACCOUNT-42
test('a user of the provider signs up and in, and gets a session and access tokens', async () => {
  provider.user = newUser();
  const visitor = accounts.visitor('2001:db8::42');
  expect(await signInWithProvider(visitor, { callbackURL: '/tasks?done=true' })).toBe('/tasks?done=true');
  const { email, name } = provider.user;
  expect(await sessionOf(visitor)).toMatchObject({
    user: { email, name, emailVerified: true, role: 'USER', image: null },
  });
  expect((await visitor.request('GET', '/access-token')).status).toBe(200);
  const again = visitorFromNewAddress();
  expect(await signInWithProvider(again)).toBe('/tasks');
  expect((await sessionOf(again))?.user['id']).toBe((await sessionOf(visitor))?.user['id']);
});

// covers: ACCOUNT-13, FR-026.1
test('sign-up and sign-in with a provider are recorded with user, address and client', async () => {
  provider.user = newUser();
  const visitor = accounts.visitor('2001:db8::43');
  await signInWithProvider(visitor);
  const user_id = (await sessionOf(visitor))?.user['id'];
  expect(user_id).toEqual(expect.any(String));
  const entry = { outcome: 'SUCCEEDED', address: '2001:db8::43', user_id };
  expect(new Set((await eventsOf()).map((row) => JSON.stringify({ ...row, user_agent: null })))).toEqual(
    new Set(
      [
        { kind: 'SIGN_UP', detail: null },
        { kind: 'PROVIDER_LINKED', detail: 'acme' },
        { kind: 'SIGN_IN', detail: null },
      ].map(({ kind, detail }) =>
        JSON.stringify({ kind, outcome: entry.outcome, detail, address: entry.address, user_agent: null, user_id }),
      ),
    ),
  );
});

// covers: ACCOUNT-42
test.each(['https://evil.example/', '//evil.example', '/\\evil.example'])(
  'a sign-in with a provider that is to lead to %s is refused',
  async (callbackURL) => {
    const visitor = visitorFromNewAddress();
    visitor.cookies.set('any', 'cookie');
    const response = await visitor.request('POST', '/sign-in/social', { provider: 'acme', callbackURL });
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'INVALID_CALLBACK_URL' }),
    ]);
  },
);

// covers: ACCOUNT-42
test('the authorization request has state, nonce and a PKCE challenge, and the redirect of the web app only', async () => {
  const url = new URL(await start(visitorFromNewAddress(), { callbackURL: '/tasks' }));
  expect(url.origin).toBe(provider.issuer);
  const parameters = Object.fromEntries(url.searchParams);
  expect(parameters).toEqual({
    client_id: CLIENT_ID,
    response_type: 'code',
    scope: 'openid email profile',
    redirect_uri: 'http://localhost:3000/api/auth/callback/acme',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^.{32}$/),
    nonce: expect.stringMatching(/^.{32}$/),
  });
});

describe('an account with the address of the provider’s user', () => {
  // covers: ACCOUNT-42
  test('an account is linked if both sides have verified the address', async () => {
    provider.user = newUser();
    const owner = await signUp(provider.user.email ?? '', true);
    const visitor = visitorFromNewAddress();
    expect(await signInWithProvider(visitor)).toBe('/tasks');
    expect((await sessionOf(visitor))?.user['id']).toBe((await sessionOf(owner))?.user['id']);
    expect((await eventsOf()).map(({ kind }) => kind)).toContain('PROVIDER_LINKED');
  });

  // covers: ACCOUNT-42
  test.each([
    ['here only', true, false],
    ['by the provider only', false, true],
    ['by the provider as the text false', true, 'false'],
    ['nowhere', false, false],
  ])('an account is not linked if the address is verified %s', async (_, here, there) => {
    const error = withoutErrors();
    provider.user = { ...newUser(), email_verified: there };
    await signUp(provider.user.email ?? '', here);
    const visitor = visitorFromNewAddress();
    expect(await signInWithProvider(visitor)).toBe('/sign-in?error=account_not_linked&next=%2Ftasks');
    expect(await sessionOf(visitor)).toBeNull();
    const found = await superuser.rows('select from auth.account where provider_id = $1 and account_id = $2', [
      'acme',
      provider.user.sub,
    ]);
    expect(found).toEqual([]);
    expect(await eventsOf()).toContainEqual(
      expect.objectContaining({ kind: 'SIGN_IN', outcome: 'REFUSED', detail: 'ACCOUNT_NOT_LINKED' }),
    );
    expect(error.mock.calls).toEqual([]);
  });

  // covers: ACCOUNT-42
  test('a signed-in user links the provider, and signs in with it afterwards', async () => {
    provider.user = newUser();
    const owner = await signUp(provider.user.email ?? '', false);
    const response = await owner.request('POST', '/link-social', { provider: 'acme', callbackURL: '/tasks' });
    const { url } = (await response.json()) as { url: string };
    const callback = await owner.request('GET', await provider.authorize(url));
    expect(callback.headers.get('location')).toBe('/tasks');
    const visitor = visitorFromNewAddress();
    expect(await signInWithProvider(visitor)).toBe('/tasks');
    expect((await sessionOf(visitor))?.user['id']).toBe((await sessionOf(owner))?.user['id']);
  });

  // covers: MAIL-09
  test('the reset of an account whose address only the provider’s user claimed ends the sign-in with the provider', async () => {
    withoutErrors();
    provider.user = { ...newUser(), email_verified: false };
    const stranger = visitorFromNewAddress();
    await signInWithProvider(stranger);
    const userId = String((await sessionOf(stranger))?.user['id']);
    const [first = '', second = ''] = await resetTokens(userId, 2);
    const owner = visitorFromNewAddress();
    expect((await resetWith(owner, first)).status).toBe(200);
    const again = visitorFromNewAddress();
    await signInWithProvider(again);
    expect(await sessionOf(again)).toBeNull();
    expect(await eventsOf()).toContainEqual(expect.objectContaining({ kind: 'PROVIDER_UNLINKED', user_id: userId }));
    expect((await resetWith(owner, second)).status).toBe(400);
  });

  // covers: MAIL-02
  test('a first password voids the other links of the account', async () => {
    provider.user = newUser();
    const owner = visitorFromNewAddress();
    await signInWithProvider(owner);
    const [first = '', second = ''] = await resetTokens(String((await sessionOf(owner))?.user['id']), 2);
    expect((await resetWith(owner, first)).status).toBe(200);
    expect((await resetWith(owner, second)).status).toBe(400);
    expect(await signInWithProvider(owner)).toBe('/tasks');
  });

  test('linking needs a session', async () => {
    const response = await visitorFromNewAddress().request('POST', '/link-social', { provider: 'acme' });
    expect(response.status).toBe(401);
  });
});

describe('a sign-in with a provider in a browser that is not known', () => {
  const mailsTo = (userId: unknown) =>
    superuser.rows(`select kind from auth.mail_outbox where user_id = $1 and kind = 'NEW_DEVICE'`, [userId]);

  test('is told to the user by mail, and makes the browser known', async () => {
    provider.user = newUser();
    const first = visitorFromNewAddress();
    await signInWithProvider(first);
    const userId = (await sessionOf(first))?.user['id'];
    await superuser.rows('delete from auth.mail_outbox');
    const visitor = visitorFromNewAddress();
    await signInWithProvider(visitor);
    expect(await mailsTo(userId)).toHaveLength(1);
    await superuser.rows('delete from auth.mail_outbox');
    await visitor.request('POST', '/sign-out', {});
    await signInWithProvider(visitor);
    expect(await mailsTo(userId)).toEqual([]);
  });

  // covers: FACTOR-01
  test('needs the second factor of an account that has one', async () => {
    provider.user = newUser();
    const owner = await signUp(provider.user.email ?? '', true);
    const userId = (await sessionOf(owner))?.user['id'];
    const { backupCodes } = await enableTotp(owner);
    await superuser.rows('delete from auth.auth_event; delete from auth.mail_outbox');
    const visitor = visitorFromNewAddress();
    expect(await signInWithProvider(visitor, { callbackURL: '/tasks?done=true' })).toBe(
      '/sign-in?second-factor=required&next=%2Ftasks%3Fdone%3Dtrue',
    );
    expect([await sessionOf(visitor), [...visitor.cookies.keys()], await mailsTo(userId)]).toEqual([
      null,
      ['fieldgate.two_factor'],
      [],
    ]);
    const checked = await visitor.request('POST', '/two-factor/verify-backup-code', { code: backupCodes[0] });
    expect([checked.status, (await sessionOf(visitor))?.user['id']]).toEqual([200, userId]);
    expect((await eventsOf()).filter(({ kind }) => kind !== 'PROVIDER_LINKED')).toEqual([
      expect.objectContaining({
        kind: 'SIGN_IN',
        outcome: 'SUCCEEDED',
        detail: 'SECOND_FACTOR_REQUIRED',
        user_id: userId,
      }),
      expect.objectContaining({ kind: 'SECOND_FACTOR_CHECKED', outcome: 'SUCCEEDED', user_id: userId }),
    ]);
    expect(await mailsTo(userId)).toHaveLength(1);
  });
});

// covers: ACCOUNT-42
test('no token of the provider and no secret of the exchange is stored', async () => {
  provider.user = newUser();
  const visitor = visitorFromNewAddress();
  await signInWithProvider(visitor);
  await signInWithProvider(visitorFromNewAddress());
  const [account] = await superuser.rows('select * from auth.account where account_id = $1', [provider.user.sub]);
  expect(account).toMatchObject({
    access_token: null,
    refresh_token: null,
    id_token: null,
    scope: null,
    password: null,
  });
  expect(await superuser.rows('select * from auth.verification')).toEqual([]);
});

describe('a forged callback', () => {
  const expectRefused = async (visitor: Visitor, callback: string) => {
    const response = await visitor.request('GET', callback);
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      expect.stringMatching(/^\/sign-in\?error=(state_mismatch|provider_error)(&next=%2Ftasks)?$/),
    ]);
    expect(await sessionOf(visitor)).toBeNull();
  };

  // covers: ACCOUNT-42
  test('the callback of another browser is refused, its code is not redeemed, and no error is logged', async () => {
    const error = withoutErrors();
    provider.user = newUser();
    const callback = await provider.authorize(await start(visitorFromNewAddress()));
    const before = provider.tokenRequests;
    await expectRefused(visitorFromNewAddress(), callback);
    const other = visitorFromNewAddress();
    await start(other);
    await expectRefused(other, callback);
    for (const query of ['', 'code=x', 'state=x', 'code=x&state=x', 'state=%00', 'error=x', 'state=x&state=y'])
      await visitorFromNewAddress().request('GET', `/callback/acme?${query}`);
    expect(provider.tokenRequests).toBe(before);
    // An outage in the log that a stranger can cause is none.
    expect(error.mock.calls).toEqual([]);
  });

  // covers: ACCOUNT-42
  test('a callback is refused the second time', async () => {
    withoutErrors();
    provider.user = newUser();
    const visitor = visitorFromNewAddress();
    const callback = await provider.authorize(await start(visitor));
    await visitor.request('GET', callback);
    await visitor.request('POST', '/sign-out', {});
    await expectRefused(visitor, callback);
  });

  // covers: ACCOUNT-42
  test.each([
    ['another nonce', { nonce: 'x'.repeat(32) }],
    ['no nonce', { nonce: undefined }],
    ['another audience', { aud: 'another client' }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['an expiry in the past', { exp: 1 }],
    ['no address', { email: undefined }],
    ['an address that is none', { email: 'аda@example.com' }],
    ['an address of 300 characters', { email: `${'x'.repeat(300)}@example.com` }],
  ])('an ID token with %s signs nobody in', async (_, claims) => {
    withoutErrors();
    provider.user = newUser();
    provider.changeToken = ({ payload }) => Object.assign(payload, claims);
    const visitor = visitorFromNewAddress();
    const target = await signInWithProvider(visitor);
    expect(target).toMatch(/^\/sign-in\?error=(provider_error|email_not_found)&next=%2Ftasks$/);
    expect(await sessionOf(visitor)).toBeNull();
  });

  // covers: ACCOUNT-42
  test('an error of the provider leads to the sign-in page without the text that the provider sent', async () => {
    withoutErrors();
    const visitor = visitorFromNewAddress();
    const state = new URL(await start(visitor, { callbackURL: '/tasks' })).searchParams.get('state') ?? '';
    const response = await visitor.request(
      'GET',
      `/callback/acme?error=Call%20us&error_description=evil.example&state=${encodeURIComponent(state)}`,
    );
    expect(response.headers.get('location')).toBe('/sign-in?error=provider_error&next=%2Ftasks');
    const event = { kind: 'SIGN_IN', outcome: 'REFUSED', detail: 'PROVIDER_ERROR' };
    expect(await eventsOf()).toEqual([expect.objectContaining(event)]);
  });

  // covers: ACCOUNT-42
  test.each([
    { idToken: { token: 'a.b.c' } },
    { idToken: 'a.b.c' },
    { newUserCallbackURL: '/tasks' },
    { loginHint: 'x' },
    { scopes: 'admin' },
  ])('a sign-in with a provider whose body has %j is rejected', async (more) => {
    const visitor = visitorFromNewAddress();
    const response = await visitor.request('POST', '/sign-in/social', { provider: 'acme', ...more });
    expect(response.status).toBe(400);
  });
});

test('a name that must not be shown is replaced by the part of the address before the @', async () => {
  provider.user = { ...newUser(), name: 'a\u202eb' };
  const visitor = visitorFromNewAddress();
  await signInWithProvider(visitor);
  expect((await sessionOf(visitor))?.user['name']).toBe((provider.user.email ?? '').split('@')[0]);
});

test('an unknown provider is answered with 404, and its callbacks share one limit', async () => {
  withoutErrors();
  const visitor = visitorFromNewAddress();
  expect((await visitor.request('POST', '/sign-in/social', { provider: 'github' })).status).toBe(404);
  for (const id of ['a', 'b', 'c']) await visitor.request('GET', `/callback/${id}?state=x&code=y`);
  const keys = await superuser.rows<{ key: string }>(`select key from auth.rate_limit where key like '%callback%'`);
  expect(keys.map(({ key }) => key.split(' ')[1])).toEqual(['/callback/:id']);
  expect((await visitor.request('GET', '/callback/:id')).status).toBe(404);
});

// covers: ACCOUNT-42
test('a provider that is away does not stop other sign-ins, and works when it is back', async () => {
  withoutErrors();
  const late = await startIdentityProvider(CLIENT_ID);
  const port = Number(new URL(late.issuer).port);
  await late.stop();
  const others = await createTestAccounts(
    {
      OAUTH_LATE_CLIENT_ID: CLIENT_ID,
      OAUTH_LATE_CLIENT_SECRET: 'the secret of the client',
      OAUTH_LATE_ISSUER: late.issuer,
    },
    accounts.database,
  );
  try {
    const visitor = others.visitor();
    const attempt = () => visitor.request('POST', '/sign-in/social', { provider: 'late' });
    expect((await attempt()).status).toBe(503);
    const credentials = { email: 'beside@example.com', password: PASSWORD };
    expect((await visitor.request('POST', '/sign-up/email', credentials)).status).toBe(200);
    await late.server.start(port, 'localhost');
    expect((await attempt()).status).toBe(200);
  } finally {
    if (late.server.listening) await late.stop();
    await others.end();
  }
});

describe('callbackTarget', () => {
  test.each([
    ['/tasks?done=true#x', '/tasks?done=true#x'],
    ['http://localhost:3000/sign-in?error=state_mismatch', '/sign-in?error=state_mismatch'],
    ['/sign-in?next=%2Ftasks&error=access_denied&error_description=x', '/sign-in?error=access_denied&next=%2Ftasks'],
    ['/sign-in?next=%2F%2Fevil.example&error=x', '/sign-in?error=provider_error&next=%2Ftasks'],
    ['https://evil.example/', '/sign-in?error=provider_error'],
    ['//evil.example/', '/sign-in?error=provider_error'],
    ['javascript:alert(1)', '/sign-in?error=provider_error'],
    ['http://localhost:3000.evil.example/', '/sign-in?error=provider_error'],
  ])('callbackTarget of %s is %s', (location, target) => {
    expect(callbackTarget(location, 'http://localhost:3000')).toBe(target);
  });
});
