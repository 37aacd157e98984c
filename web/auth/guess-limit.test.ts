import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Overloaded, WaitAborted, type WaitOptions } from '../../runtime/keyed-semaphore.ts';
import { createTestAccounts, type TestAccounts, type Visitor } from '../../test/support/test-accounts.ts';
import { connectSuperuser, type Superuser } from '../../test/support/superuser.ts';
import { handleAuthRequest } from './auth-gateway.ts';

const PASSWORD = 'Correct7horse';
const NEW_PASSWORD = 'Other7horse';
const WRONG = 'Wrong7horse';
const DEVICE_COOKIE = 'fieldgate.device';
/** Accounts of three processes on one database. */
let processes: readonly TestAccounts[];
let accounts: TestAccounts;
let superuser: Superuser;

beforeAll(async () => {
  accounts = await createTestAccounts();
  const others = [1, 2].map(() => createTestAccounts({}, accounts.database));
  processes = [accounts, ...(await Promise.all(others))];
  superuser = await connectSuperuser(accounts.database.superuser);
});
afterAll(async () => {
  await superuser.end();
  for (const each of processes.toReversed()) await each.end();
});

let addresses = 0;
const newAddress = () => `198.18.${Math.floor((addresses += 1) / 250)}.${addresses % 250}`;
const stranger = (process = accounts) => process.visitor(newAddress());
const newEmail = () => `${randomUUID()}@example.com`;
const signIn = (visitor: Visitor, email: string, password = PASSWORD) =>
  visitor.request('POST', '/sign-in/email', { email, password });
const statusOf = async (response: Promise<Response>) => (await response).status;

/** Creates an account; returns its address, its id and the browser that it was created in. */
async function signUp() {
  const [email, owner] = [newEmail(), stranger()];
  const response = await owner.request('POST', '/sign-up/email', { email, password: PASSWORD });
  const { user } = (await response.json()) as { user: { id: string } };
  return { email, owner, userId: user.id };
}

/** Uses up the guesses that strangers have at an account. */
async function exhaust(email: string): Promise<void> {
  const statuses = await Promise.all(Array.from({ length: 10 }, () => statusOf(signIn(stranger(), email, WRONG))));
  expect(statuses).toEqual(Array.from({ length: 10 }, () => 401));
  expect(await statusOf(signIn(stranger(), email, WRONG))).toBe(429);
}

describe('guesses of strangers', () => {
  // covers: ACCOUNT-02, FR-023.2
  test.each([
    ['a known', async () => (await signUp()).email],
    ['an unknown', async () => newEmail()],
  ])(
    'of 150 concurrent guesses at %s address, from 150 addresses at three processes, ten are checked',
    async (_, of) => {
      const email = await of();
      const responses = await Promise.all(
        Array.from({ length: 150 }, (_each, index) =>
          signIn(stranger(processes[index % 3]), index % 2 === 0 ? email : email.toUpperCase(), WRONG),
        ),
      );
      const limited = responses.filter(({ status }) => status === 429);
      expect([responses.filter(({ status }) => status === 401).length, limited.length]).toEqual([10, 140]);
      for (const { headers } of limited) {
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(3_500);
        expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(3_600);
      }
      expect(await limited[0]?.json()).toMatchObject({ code: 'TOO_MANY_GUESSES' });
    },
  );

  // covers: ACCOUNT-02, FR-023.2
  test('the right password of a stranger is refused while the guesses at the account are used up', async () => {
    const { email } = await signUp();
    await exhaust(email);
    expect(await statusOf(signIn(stranger(), email))).toBe(429);
  });

  test('the guesses at one account do not limit those at another', async () => {
    const [one, other] = [await signUp(), await signUp()];
    await exhaust(one.email);
    expect(await statusOf(signIn(stranger(), other.email))).toBe(200);
  });

  test('a right password does not count: fifteen sign-ins from new browsers succeed', async () => {
    const { email } = await signUp();
    for (let count = 0; count < 15; count++) expect(await statusOf(signIn(stranger(), email))).toBe(200);
    await exhaust(email);
  });

  test.each([
    ['finds the queue full', new Overloaded('full')],
    ['waits in the queue for too long', new WaitAborted('late')],
  ])('a request that %s is told to come back, and does not count', async (_, error) => {
    const { email } = await signUp();
    const deadlines: number[] = [];
    const run = (_key: string, _task: unknown, { expiresAt = 0 }: WaitOptions = {}) => {
      deadlines.push(expiresAt - performance.now());
      return Promise.reject(error);
    };
    const gateway = { ...accounts.services.gateway, hashingSemaphore: { run } };
    for (let count = 0; count < 15; count++) {
      const response = await handleAuthRequest(signInRequest(email), gateway);
      expect([response.status, Number(response.headers.get('retry-after')) > 0]).toEqual([429, true]);
    }
    for (const deadline of deadlines) expect(deadline).toBeGreaterThan(0);
    expect(await statusOf(signIn(stranger(), email))).toBe(200);
  });

  // covers: ACCOUNT-02
  test('a request that fails in the server counts: whether it fails may depend on the password', async () => {
    const email = newEmail();
    const gateway = { ...accounts.services.gateway, handler: () => Promise.reject(new Error('unavailable')) };
    for (let count = 0; count < 10; count++)
      expect((await handleAuthRequest(signInRequest(email), gateway)).status).toBe(503);
    expect(await statusOf(signIn(stranger(), email, WRONG))).toBe(429);
  });

  // covers: ACCOUNT-02
  test('no guess is checked while the database cannot count', async () => {
    const guessLimit = { takeForAccount: () => Promise.reject(new Error('unavailable')) };
    const handler = () => Promise.reject(new Error('The password was checked.'));
    const response = await handleAuthRequest(signInRequest(newEmail()), {
      ...accounts.services.gateway,
      guessLimit,
      handler,
    });
    expect(response.status).toBe(503);
  });

  // covers: ACCOUNT-16
  test('the counters hold no address and no user id', async () => {
    const { email, userId, owner } = await signUp();
    for (const visitor of [stranger(), owner]) await signIn(visitor, email, WRONG);
    await owner.request('POST', '/change-password', { currentPassword: WRONG, newPassword: NEW_PASSWORD });
    const text = JSON.stringify(await superuser.rows(`select * from auth.rate_limit where key like 'guess %'`));
    expect(text).toMatch(/guess [\w-]{43}/);
    for (const secret of [email, email.split('@')[0] ?? '', userId]) expect(text).not.toContain(secret);
  });

  test('the security log of the owner names the guesses that were refused', async () => {
    const { email, userId } = await signUp();
    await exhaust(email);
    const events = `select distinct kind, outcome, detail from auth.auth_event where user_id = $1 and outcome = 'LIMITED'`;
    expect(await superuser.rows(events, [userId])).toEqual([
      { kind: 'SIGN_IN', outcome: 'LIMITED', detail: 'TOO_MANY_GUESSES' },
    ]);
  });
});

function signInRequest(email: string): Request {
  return new Request('http://localhost:3000/api/auth/sign-in/email', {
    method: 'POST',
    headers: {
      origin: 'http://localhost:3000',
      'content-type': 'application/json',
      'x-forwarded-for': newAddress(),
    },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
}

describe('a browser that the account knows', () => {
  // covers: ACCOUNT-23
  test('the owner signs in from a known browser although strangers have used up the guesses', async () => {
    const { email, owner } = await signUp();
    await owner.request('POST', '/sign-out', {});
    await exhaust(email);
    expect(await statusOf(signIn(owner, email))).toBe(200);
  });

  // covers: ACCOUNT-23
  test('a known browser has ten guesses of its own, also with the device cookie copied to other addresses', async () => {
    const { email, owner } = await signUp();
    const thief = () => {
      const visitor = stranger();
      visitor.cookies.set(DEVICE_COOKIE, owner.cookies.get(DEVICE_COOKIE) ?? '');
      return visitor;
    };
    const statuses = await Promise.all(Array.from({ length: 30 }, () => statusOf(signIn(thief(), email, WRONG))));
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(await statusOf(signIn(owner, email))).toBe(429);
    expect(await statusOf(signIn(stranger(), email))).toBe(200);
  });

  // covers: ACCOUNT-23
  test('a browser is not known before the sign-in has succeeded', async () => {
    const { email } = await signUp();
    const visitor = stranger();
    await signIn(visitor, email, WRONG);
    expect(visitor.cookies.has(DEVICE_COOKIE)).toBe(false);
    await signIn(visitor, email);
    expect(visitor.cookies.has(DEVICE_COOKIE)).toBe(true);
  });

  // covers: ACCOUNT-23
  test('a browser of one account is a stranger to another', async () => {
    const [attacker, victim] = [await signUp(), await signUp()];
    await exhaust(victim.email);
    expect(await statusOf(signIn(attacker.owner, victim.email))).toBe(429);
  });

  // covers: ACCOUNT-23
  test('a change of the password makes other browsers strangers, but not the one that changed it', async () => {
    const { email, owner } = await signUp();
    const other = stranger();
    await signIn(other, email);
    const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    expect(await statusOf(owner.request('POST', '/change-password', change))).toBe(200);
    await exhaust(email);
    expect(await statusOf(signIn(other, email, NEW_PASSWORD))).toBe(429);
    expect(await statusOf(signIn(owner, email, NEW_PASSWORD))).toBe(200);
  });

  // covers: ACCOUNT-12
  test.each([
    ['http://localhost:3000', /^fieldgate\.device=[^;]+; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/],
    [
      'https://tasks.example',
      /^__Secure-fieldgate\.device=[^;]+; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    ],
  ])('the device cookie of %s is long-lived, HttpOnly, SameSite and, on https, Secure', async (WEB_URL, expected) => {
    const there = await createTestAccounts({ WEB_URL }, accounts.database);
    try {
      const body = { email: newEmail(), password: PASSWORD };
      const response = await stranger(there).request('POST', '/sign-up/email', body);
      expect(response.headers.getSetCookie()).toContainEqual(expect.stringMatching(expected));
    } finally {
      await there.end();
    }
  });

  test('a device cookie is no session', async () => {
    const { owner } = await signUp();
    const visitor = stranger();
    visitor.cookies.set(DEVICE_COOKIE, owner.cookies.get(DEVICE_COOKIE) ?? '');
    expect(await statusOf(visitor.request('GET', '/access-token'))).toBe(401);
  });
});

describe('a password reset by mail', () => {
  /** Completes a reset in a browser, as the link of a mail does. */
  async function reset(visitor: Visitor, userId: string, newPassword = NEW_PASSWORD): Promise<void> {
    const token = randomUUID();
    const { internalAdapter } = await accounts.services.auth.$context;
    await internalAdapter.createVerificationValue({
      identifier: `reset-password:${token}`,
      value: userId,
      expiresAt: new Date(Date.now() + 3_600_000),
    });
    const response = await accounts.services.auth.handler(
      new Request('http://localhost:3000/api/auth/reset-password', {
        method: 'POST',
        headers: { origin: 'http://localhost:3000', 'content-type': 'application/json' },
        body: JSON.stringify({ token, newPassword }),
      }),
    );
    expect(response.status).toBe(200);
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      visitor.cookies.set(name, value);
    }
  }

  // covers: ACCOUNT-23
  test('after a reset by mail the owner signs in on a new device although strangers have used up the guesses', async () => {
    const { email, userId } = await signUp();
    await exhaust(email);
    const owner = stranger();
    await reset(owner, userId);
    expect(await statusOf(signIn(owner, email, NEW_PASSWORD))).toBe(200);
    expect(await statusOf(signIn(stranger(), email, NEW_PASSWORD))).toBe(429);
  });

  // covers: ACCOUNT-23
  test('several resets by mail give no more than ten guesses, at the second factor for example', async () => {
    const { email, userId } = await signUp();
    await exhaust(email);
    const checked: number[] = [];
    for (let round = 0; round < 3; round++) {
      const visitor = stranger();
      await reset(visitor, userId);
      for (let guess = 0; guess < 6; guess++) checked.push(await statusOf(signIn(visitor, email, WRONG)));
    }
    expect(checked.filter((status) => status === 401)).toHaveLength(10);
    expect(checked.filter((status) => status === 429)).toHaveLength(8);
  });

  test('a reset with an unknown token makes no browser known', async () => {
    const response = await accounts.services.auth.handler(
      new Request('http://localhost:3000/api/auth/reset-password', {
        method: 'POST',
        headers: { origin: 'http://localhost:3000', 'content-type': 'application/json' },
        body: JSON.stringify({ token: 'unknown', newPassword: NEW_PASSWORD }),
      }),
    );
    expect([response.status, response.headers.getSetCookie()]).toEqual([400, []]);
  });
});

describe('guesses within a session', () => {
  const change = (visitor: Visitor, currentPassword: string) =>
    visitor.request('POST', '/change-password', { currentPassword, newPassword: NEW_PASSWORD });

  // covers: ACCOUNT-02
  test('of 25 concurrent guesses at the password of a session’s user ten are checked', async () => {
    const { owner } = await signUp();
    const responses = await Promise.all(Array.from({ length: 25 }, () => change(owner, WRONG)));
    expect(responses.filter(({ status }) => status === 400)).toHaveLength(10);
    const limited = responses.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(15);
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(3_500);
    expect(await limited[0]?.json()).toMatchObject({ code: 'TOO_MANY_GUESSES' });
  });

  // covers: ACCOUNT-23
  test('neither strangers nor the thief of one session keep the owner from changing the password in another', async () => {
    const { email, owner } = await signUp();
    const stolen = stranger();
    await signIn(stolen, email);
    await exhaust(email);
    for (let count = 0; count < 11; count++) await change(stolen, WRONG);
    expect(await statusOf(change(stolen, PASSWORD))).toBe(429);
    expect(await statusOf(change(owner, PASSWORD))).toBe(200);
  });

  test('a request without a session is answered 401, and counts nothing', async () => {
    const visitor = stranger();
    for (let count = 0; count < 12; count++) expect(await statusOf(change(visitor, WRONG))).toBe(401);
  });
});
