import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { log } from '../log.ts';
import { handleAuthRequest } from './auth-gateway.ts';
import { CREDENTIAL_LIMIT } from './endpoints.ts';
import { type TestAccounts, createTestAccounts, type Visitor } from '../../test/support/test-accounts.ts';

const PASSWORD = 'Correct7horse';
const WRONG = 'Wrong7horse';
const EMAIL = 'ada@example.com';

let accounts: TestAccounts;
let superuser: Client;
let userId: string;

beforeAll(async () => {
  accounts = await createTestAccounts();
  superuser = new Client({ connectionString: accounts.database.superuser });
  await superuser.connect();
  const response = await accounts.visitor().request('POST', '/sign-up/email', { email: EMAIL, password: PASSWORD });
  ({
    user: { id: userId },
  } = await response.json());
});
afterAll(async () => {
  await superuser.end();
  await accounts.end();
});
beforeEach(async () => {
  await superuser.query('delete from auth.auth_event; delete from auth.rate_limit');
});

const signIn = (visitor: Visitor, password: string, email = EMAIL, headers = {}) =>
  visitor.request('POST', '/sign-in/email', { email, password }, headers);
/** Returns the entries in the order of their transactions: two can have the same millisecond. */
const recordedEvents = async () =>
  (await superuser.query('select * from auth.auth_event order by xmin::text::bigint')).rows as Record<
    string,
    unknown
  >[];
/** A new address for each test: rejected requests are counted by address. */
let next = 0;
const visitorFromNewAddress = () => accounts.visitor(`198.51.100.${(next += 1)}`);

// covers: FR-026.1
test('sign-up, sign-out and sign-in are each recorded with time, user, address, client and outcome', async () => {
  const visitor = accounts.visitor('2001:db8::7');
  const client = { 'user-agent': 'Netscape 4' };
  const credentials = { email: 'grace@example.com', password: PASSWORD };
  const { user } = await (await visitor.request('POST', '/sign-up/email', credentials, client)).json();
  await visitor.request('POST', '/sign-out', {}, client);
  await visitor.request('POST', '/sign-in/email', credentials, client);
  const entry = {
    user_id: user.id,
    outcome: 'SUCCEEDED',
    address: '2001:db8::7',
    user_agent: 'Netscape 4',
    detail: null,
  };
  const rows = await recordedEvents();
  expect(rows).toMatchObject(['SIGN_UP', 'SIGN_OUT', 'SIGN_IN'].map((kind) => ({ ...entry, kind })));
  for (const { created_at } of rows) expect(created_at).toEqual(expect.any(Date));
});

// covers: ACCOUNT-13, FR-026.2
test('password changes are recorded with their user, failed ones included', async () => {
  const visitor = visitorFromNewAddress();
  const credentials = { email: 'changing@example.com', password: PASSWORD };
  const { user } = await (await visitor.request('POST', '/sign-up/email', credentials)).json();
  const change = (currentPassword: string, newPassword: string) =>
    visitor.request('POST', '/change-password', { currentPassword, newPassword });
  await change(WRONG, 'Other7horse');
  await change(PASSWORD, 'weak');
  await change(PASSWORD, 'Other7horse');
  await visitorFromNewAddress().request('POST', '/change-password', {
    currentPassword: PASSWORD,
    newPassword: 'Other7horse',
  });
  const entry = { kind: 'PASSWORD_CHANGED', user_id: user.id };
  expect((await recordedEvents()).slice(1)).toMatchObject([
    { ...entry, outcome: 'FAILED', detail: 'INVALID_PASSWORD' },
    { ...entry, outcome: 'REFUSED', detail: 'PASSWORD_TOO_WEAK' },
    { ...entry, outcome: 'SUCCEEDED', detail: null },
    { ...entry, outcome: 'REFUSED', user_id: null },
  ]);
});

// covers: ACCOUNT-13, FR-026.1
test('sessions that are ended from another device are recorded', async () => {
  const credentials = { email: 'devices@example.com', password: PASSWORD };
  const visitor = visitorFromNewAddress();
  const { user } = await (await visitor.request('POST', '/sign-up/email', credentials)).json();
  const withOther = async () => {
    const { token } = await (await signIn(visitorFromNewAddress(), PASSWORD, credentials.email)).json();
    return { token };
  };
  for (const path of ['/revoke-session', '/revoke-other-sessions', '/revoke-sessions'])
    expect((await visitor.request('POST', path, await withOther())).status).toBe(200);
  const entry = { kind: 'SIGN_OUT', outcome: 'SUCCEEDED', user_id: user.id };
  expect((await recordedEvents()).filter(({ kind }) => kind === 'SIGN_OUT')).toMatchObject([entry, entry, entry]);
});

describe('requests that end no session', () => {
  // covers: ACCOUNT-18
  test.each(['/sign-out', '/revoke-session', '/revoke-other-sessions', '/revoke-sessions'])(
    'three hundred requests to %s that end no session are not recorded',
    async (path) => {
      const visitor = visitorFromNewAddress();
      const email = `not-ended-${path.slice(1)}@example.com`;
      await visitor.request('POST', '/sign-up/email', { email, password: PASSWORD });
      if (path !== '/revoke-session' && path !== '/revoke-other-sessions') await visitor.request('POST', path, {});
      await superuser.query('delete from auth.auth_event');
      const cookies = new Map(visitor.cookies);
      for (let round = 0; round < 10; round++) {
        await Promise.all(
          Array.from({ length: 30 }, (_, number) => visitor.request('POST', path, { token: `none ${number}` })),
        );
        for (const [name, value] of cookies) visitor.cookies.set(name, value);
      }
      expect((await recordedEvents()).filter(({ outcome }) => outcome === 'SUCCEEDED')).toEqual([]);
    },
  );

  // covers: ACCOUNT-18
  test('thirty concurrent sign-outs of one session have one entry', async () => {
    const visitor = visitorFromNewAddress();
    await visitor.request('POST', '/sign-up/email', { email: 'many-ends@example.com', password: PASSWORD });
    await Promise.all(Array.from({ length: 30 }, () => visitor.request('POST', '/sign-out', {})));
    expect((await recordedEvents()).filter(({ kind }) => kind === 'SIGN_OUT')).toHaveLength(1);
  });
});

// covers: ACCOUNT-18
test('twenty ended sessions of an account have entries in a minute, from whatever addresses', async () => {
  const credentials = { email: 'ending@example.com', password: PASSWORD };
  await visitorFromNewAddress().request('POST', '/sign-up/email', credentials);
  for (let index = 0; index < 25; index++) {
    const visitor = visitorFromNewAddress();
    await signIn(visitor, PASSWORD, credentials.email);
    await visitor.request('POST', '/sign-out', {});
  }
  expect((await recordedEvents()).filter(({ kind }) => kind === 'SIGN_OUT')).toHaveLength(20);
});

test('rejected requests from many addresses of one IPv6 network have one entry', async () => {
  for (let host = 1; host <= 20; host++)
    await signIn(accounts.visitor(`2001:db8:7:7::${host}`), PASSWORD, 'no address');
  expect(await recordedEvents()).toMatchObject([{ kind: 'SIGN_IN', outcome: 'REFUSED' }]);
});

describe('a failed sign-in', () => {
  test.each([EMAIL, 'ADA@Example.com'])(
    'a failed sign-in as %s is recorded for the user with that address',
    async (email) => {
      await signIn(visitorFromNewAddress(), WRONG, email);
      expect(await recordedEvents()).toMatchObject([
        { kind: 'SIGN_IN', outcome: 'FAILED', user_id: userId, detail: 'INVALID_EMAIL_OR_PASSWORD' },
      ]);
    },
  );

  test('a failed sign-in with an unknown address is recorded without a user', async () => {
    await signIn(visitorFromNewAddress(), WRONG, 'unknown@example.com');
    expect(await recordedEvents()).toMatchObject([{ kind: 'SIGN_IN', outcome: 'FAILED', user_id: null }]);
  });

  // covers: ACCOUNT-01, ACCOUNT-14, US2.2
  test('a failed sign-in runs the same statements and gets the same bytes with a known and an unknown address', async () => {
    const attempt = async (email: string) => {
      accounts.statements.length = 0;
      const response = await signIn(visitorFromNewAddress(), WRONG, email);
      const received = { status: response.status, body: await response.text(), headers: [...response.headers] };
      return { received, statements: [...accounts.statements] };
    };
    await attempt(EMAIL);
    const known = await attempt(EMAIL);
    expect(known.statements.filter((text) => text.includes('auth_event'))).toHaveLength(1);
    expect(await attempt('unknown@example.com')).toEqual(known);
  });

  // covers: ACCOUNT-13, SC-009
  test('all of a thousand failed password checks are recorded', async () => {
    const reject = () => Promise.resolve(Response.json({ code: 'INVALID_EMAIL_OR_PASSWORD' }, { status: 401 }));
    const admitted = { admitted: true, giveBack: () => Promise.resolve() } as const;
    const guessLimit = { takeForAccount: () => Promise.resolve(admitted) };
    const gateway = { ...accounts.services.gateway, handler: reject, guessLimit };
    const attempt = (number: number) =>
      handleAuthRequest(
        new Request('http://localhost:3000/api/auth/sign-in/email', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-forwarded-for': `192.0.2.${Math.floor(number / 200)}` },
          body: JSON.stringify({ email: number % 2 === 0 ? EMAIL : `unknown${number}@example.com`, password: WRONG }),
        }),
        gateway,
      );
    for (let from = 0; from < 1_000; from += 200)
      await Promise.all(Array.from({ length: 200 }, (_, index) => attempt(from + index)));
    const rows = await recordedEvents();
    expect([rows.length, rows.filter(({ user_id }) => user_id === userId).length]).toEqual([1_000, 500]);
  });
});

test('a sign-up with a taken address is recorded for the user with that address', async () => {
  await visitorFromNewAddress().request('POST', '/sign-up/email', { email: 'Ada@example.com', password: PASSWORD });
  expect(await recordedEvents()).toMatchObject([
    { kind: 'SIGN_UP', outcome: 'FAILED', user_id: userId, detail: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL' },
  ]);
});

describe('rejected requests', () => {
  // covers: FR-026.1
  test('rejected requests are recorded with their reason: origin, media type, size, invalid values', async () => {
    const visitor = visitorFromNewAddress();
    await signIn(visitor, PASSWORD);
    await visitor.request('POST', '/sign-out', {}, { origin: 'https://evil.example' });
    await visitor.request('POST', '/sign-in/email', 'email=x', { 'content-type': 'text/plain' });
    await signIn(visitor, 'x'.repeat(100_000));
    await signIn(visitor, PASSWORD, 'no address');
    await visitor.request('POST', '/sign-up/email', { email: 'weak@example.com', password: 'horse' });
    expect((await recordedEvents()).slice(1)).toMatchObject([
      { kind: 'SIGN_OUT', outcome: 'REFUSED', user_id: userId, detail: 'INVALID_ORIGIN' },
      { kind: 'SIGN_IN', outcome: 'REFUSED', user_id: null, detail: 'UNSUPPORTED_MEDIA_TYPE' },
      { kind: 'SIGN_IN', outcome: 'REFUSED', user_id: null, detail: 'PAYLOAD_TOO_LARGE' },
      { kind: 'SIGN_IN', outcome: 'REFUSED', user_id: null, detail: 'INVALID_EMAIL' },
      { kind: 'SIGN_UP', outcome: 'REFUSED', user_id: null, detail: 'PASSWORD_TOO_WEAK' },
    ]);
  });

  // covers: ACCOUNT-12
  test('a refused origin is one warning with its address in the log, and no error', async () => {
    const [warn, error] = [vi.spyOn(log, 'warn'), vi.spyOn(log, 'error')].map((spy) =>
      spy.mockImplementation(() => {}),
    );
    const visitor = accounts.visitor('198.51.100.240');
    try {
      await signIn(visitor, PASSWORD);
      for (let again = 0; again < 3; again++)
        await visitor.request('POST', '/sign-out', {}, { origin: 'https://evil.example' });
      await visitor.request('POST', '/sign-out', {}, { origin: 'null' });
      expect(error?.mock.calls).toEqual([]);
      const fields = { event: 'security', kind: 'foreign-origin', attempted: 'SIGN_OUT', address: '198.51.100.240' };
      expect(warn?.mock.calls).toEqual([
        [{ ...fields, detail: 'INVALID_ORIGIN' }, expect.any(String)],
        [{ ...fields, detail: 'MISSING_OR_NULL_ORIGIN' }, expect.any(String)],
      ]);
      expect(JSON.stringify(warn?.mock.calls)).not.toContain('evil.example');
    } finally {
      warn?.mockRestore();
      error?.mockRestore();
    }
  });

  test('rejected requests of two users from one address are recorded for each of them', async () => {
    const visitors = [accounts.visitor('192.0.2.77'), accounts.visitor('192.0.2.77')];
    for (const [index, visitor] of visitors.entries()) {
      await visitor.request('POST', '/sign-up/email', { email: `beside${index}@example.com`, password: PASSWORD });
      for (let again = 0; again < 3; again++)
        await visitor.request('POST', '/sign-out', {}, { origin: 'https://evil.example' });
    }
    const rejected = (await recordedEvents()).filter(({ outcome }) => outcome === 'REFUSED');
    expect(rejected).toMatchObject([{ detail: 'INVALID_ORIGIN' }, { detail: 'INVALID_ORIGIN' }]);
    expect(new Set(rejected.map(({ user_id }) => user_id)).size).toBe(2);
  });

  // covers: ACCOUNT-15
  test('rate limited requests have one entry for each address and reason', async () => {
    const [one, other] = [visitorFromNewAddress(), visitorFromNewAddress()];
    const flood = (visitor: Visitor) =>
      Promise.all(Array.from({ length: CREDENTIAL_LIMIT + 50 }, () => signIn(visitor, PASSWORD, 'no address')));
    const statuses = [...(await flood(one)), ...(await flood(other))].map(({ status }) => status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(100);
    const limited = (await recordedEvents()).filter(({ outcome }) => outcome === 'LIMITED');
    const entries = limited.map(({ address, kind, detail, user_id }) => [address, kind, detail, user_id].join(' '));
    expect(new Set(entries).size).toBe(entries.length);
    expect(entries.filter((entry) => entry.endsWith(' SIGN_IN TOO_MANY_REQUESTS '))).toHaveLength(2);
  });
});

// covers: ACCOUNT-16
test('entries contain no password, token, cookie or e-mail address', async () => {
  const visitor = visitorFromNewAddress();
  const { accessToken, token } = await (await signIn(visitor, PASSWORD)).json();
  const cookies = [...visitor.cookies.values()];
  await visitor.request('GET', '/access-token');
  await signIn(visitor, WRONG);
  await signIn(visitor, WRONG, PASSWORD);
  await visitor.request('POST', '/sign-out', {});
  const text = JSON.stringify(await recordedEvents());
  expect(text).toContain('SIGN_OUT');
  for (const secret of [PASSWORD, WRONG, accessToken, token, ...cookies, EMAIL]) {
    expect(secret).toEqual(expect.any(String));
    expect(text).not.toContain(secret);
  }
});

// covers: ACCOUNT-13, SC-009
test('a sign-in succeeds if its event cannot be recorded, and the log has the event', async () => {
  const error = vi.spyOn(log, 'error').mockImplementation(() => {});
  await superuser.query('revoke insert on auth.auth_event from fieldgate_auth');
  await superuser.query('revoke insert (user_id) on auth.auth_event from fieldgate_auth');
  try {
    expect((await signIn(accounts.visitor('192.0.2.9'), PASSWORD)).status).toBe(200);
    const lost = { kind: 'SIGN_IN', outcome: 'SUCCEEDED', userId: userId, address: '192.0.2.9' };
    expect(error.mock.calls).toEqual([
      [
        expect.objectContaining({
          event: 'security',
          kind: 'event-not-kept',
          code: '42501',
          kept: expect.objectContaining(lost),
        }),
        expect.any(String),
      ],
    ]);
    expect(JSON.stringify(error.mock.calls)).not.toContain(EMAIL);
  } finally {
    await superuser.query('grant insert (user_id) on auth.auth_event to fieldgate_auth');
    error.mockRestore();
  }
  expect(await recordedEvents()).toEqual([]);
});
