import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDatabaseSource } from '../../server/data/database-source.ts';
import { startTestApi } from '../support/test-api.ts';
import {
  decodeClaims,
  type Device,
  toDevice,
  VALID_PASSWORD,
  type RevocationFixture,
  createRevocationFixture,
} from '../support/revocation-fixture.ts';

let fixture: RevocationFixture;
beforeAll(async () => {
  fixture = await createRevocationFixture();
});
afterAll(() => fixture.end());

/** Returns the session token of a device, from the list of sessions. */
async function sessionTokenOf(from: Device, sessionId: string): Promise<string> {
  const response = await from.visitor.request('GET', '/list-sessions');
  const sessions = (await response.json()) as readonly { readonly id: string; readonly token: string }[];
  return sessions.find(({ id }) => id === sessionId)?.token ?? '';
}

/** Every way to end one of a user's two sessions; `other` is the other session's device. */
const SESSION_ENDINGS: readonly (readonly [string, (ended: Device, other: Device) => Promise<unknown>])[] = [
  ['is signed out', ({ visitor }) => visitor.request('POST', '/sign-out', {})],
  [
    'is ended from another device',
    async ({ sessionId }, other) =>
      other.visitor.request('POST', '/revoke-session', { token: await sessionTokenOf(other, sessionId) }),
  ],
  ['is ended with all others', (_, other) => other.visitor.request('POST', '/revoke-other-sessions', {})],
  [
    'is deleted in SQL',
    ({ sessionId }) => fixture.superuser.rows('delete from auth.session where id = $1', [sessionId]),
  ],
];

/** Every way to end all sessions of a user, or all but one. */
const USER_ENDINGS: readonly (readonly [string, (device: Device) => Promise<unknown>])[] = [
  ['ends all sessions', ({ visitor }) => visitor.request('POST', '/revoke-sessions', {})],
  [
    'changes the password',
    ({ visitor }) =>
      visitor.request('POST', '/change-password', { currentPassword: VALID_PASSWORD, newPassword: 'Other7horse' }),
  ],
  [
    'changes the password with revokeOtherSessions: false',
    ({ visitor }) =>
      visitor.request('POST', '/change-password', {
        currentPassword: VALID_PASSWORD,
        newPassword: 'Other7horse',
        revokeOtherSessions: false,
      }),
  ],
  [
    'has the password changed in SQL',
    ({ userId }) => fixture.superuser.rows(`update auth.account set password = 'x' where user_id = $1`, [userId]),
  ],
  ['is deleted', ({ userId }) => fixture.superuser.rows('delete from auth."user" where id = $1', [userId])],
];

describe('ending a session', () => {
  // covers: EDGE-03, SESSION-01, US4.3
  test.each(SESSION_ENDINGS)(
    'revokes in every process the tokens of a session that %s, and no others',
    async (_, end) => {
      const ended = await fixture.signUp();
      const [other, stranger] = [await fixture.signInAs(ended), await fixture.signUp()];
      const renewed = await toDevice(ended.visitor, ended.email, await ended.visitor.request('GET', '/access-token'));
      await fixture.expectAcceptedEverywhere(ended.token);
      expect(await end(ended, other)).toBeTruthy();
      for (const { token } of [ended, renewed]) await fixture.expectRefusedEverywhere(token);
      for (const { token } of [other, stranger]) await fixture.expectAcceptedEverywhere(token);
    },
  );
});

describe('ending all sessions of a user', () => {
  // covers: TOKEN-09
  test.each(USER_ENDINGS)('revokes in every process all tokens of a user who %s, and no others', async (_, end) => {
    const one = await fixture.signUp();
    const [other, stranger] = [await fixture.signInAs(one), await fixture.signUp()];
    await end(one);
    for (const { token } of [one, other]) await fixture.expectRefusedEverywhere(token);
    await fixture.expectAcceptedEverywhere(stranger.token);
  });

  // covers: SESSION-06
  test('keeps only the session that changed the password', async () => {
    const here = await fixture.signUp();
    const elsewhere = await fixture.signInAs(here);
    const change = { currentPassword: VALID_PASSWORD, newPassword: 'Other7horse' };
    const response = await here.visitor.request('POST', '/change-password', change);
    const fresh = await toDevice(here.visitor, here.email, response);
    await fixture.expectAcceptedEverywhere(fresh.token);
    expect((await here.visitor.request('GET', '/access-token')).status).toBe(200);
    expect((await elsewhere.visitor.request('GET', '/access-token')).status).toBe(401);
    await fixture.expectAcceptedEverywhere((await fixture.signInAs(here, 'Other7horse')).token);
  });

  test('rejects a password change with a wrong or a weak password, and ends no session', async () => {
    const here = await fixture.signUp();
    for (const change of [
      { currentPassword: 'Wrong7horse', newPassword: 'Other7horse' },
      { currentPassword: VALID_PASSWORD, newPassword: 'weak' },
    ])
      expect((await here.visitor.request('POST', '/change-password', change)).status).toBe(400);
    await fixture.expectAcceptedEverywhere(here.token);
  });

  // covers: SESSION-05
  test.each([
    ['gets another role', `role = 'ADMIN'`, { role: 'ADMIN' }],
    ['verifies the e-mail address', 'email_verified = true', { email_verified: true }],
    ['gets another e-mail address', `email = 'new-' || email`, { email: expect.stringMatching(/^new-/) }],
  ])('revokes tokens with outdated claims but no session when a user %s', async (_, change, claims) => {
    const [one, stranger] = [await fixture.signUp(), await fixture.signUp()];
    await fixture.superuser.rows(`update auth."user" set ${change} where id = $1`, [one.userId]);
    await fixture.expectRefusedEverywhere(one.token);
    const renewed = await toDevice(one.visitor, one.email, await one.visitor.request('GET', '/access-token'));
    expect(decodeClaims(renewed.token)).toMatchObject(claims);
    for (const { token } of [renewed, stranger]) await fixture.expectAcceptedEverywhere(token);
  });

  // covers: SESSION-05
  test('keeps tokens revoked when a withdrawn role is granted again', async () => {
    const one = await fixture.signUp();
    const setRole = (role: string) =>
      fixture.superuser.rows('update auth."user" set role = $2 where id = $1', [one.userId, role]);
    await setRole('ADMIN');
    await fixture.expectRefusedEverywhere(one.token);
    await setRole('USER');
    const renewed = await toDevice(one.visitor, one.email, await one.visitor.request('GET', '/access-token'));
    await fixture.expectAcceptedEverywhere(renewed.token);
    await fixture.expectRefusedEverywhere(one.token);
  });
});

describe('a revoked token', () => {
  test('rejects a revoked token before it parses the document, and logs it as revoked', async () => {
    const one = await fixture.signUp();
    await one.visitor.request('POST', '/sign-out', {});
    await fixture.expectRefusedEverywhere(one.token);
    for (const query of ['{ status { ok } }', '{ status {', 'mutation { createTask(input: { title: "x" }) { id } }'])
      expect((await fixture.execute(one.token, query)).map(({ status }) => status)).toEqual([401, 401, 401]);
    for (const { log } of fixture.apis)
      expect(log).toContainEqual(expect.objectContaining({ kind: 'bad-token', fault: 'revoked' }));
  });

  test('rejects a revoked token in a process that starts later', async () => {
    const one = await fixture.signUp();
    await one.visitor.request('POST', '/sign-out', {});
    const source = await openDatabaseSource({ url: fixture.accounts.database.api });
    const late = await startTestApi(source, 'on', { clock: Date.now });
    try {
      expect((await late.execute('{ viewer { id } }', { token: one.token })).status).toBe(401);
    } finally {
      await late.close();
      await source.close();
    }
  });
});

// covers: EDGE-12, SESSION-07
test('revokes every token that a hundred browsers renewed around a sign-out', async () => {
  const { visitor, token } = await fixture.signUp();
  const tokens = [token];
  const firstResponses: Promise<unknown>[] = [];
  const renewals = Array.from({ length: 100 }, async (_, index) => {
    const copy = fixture.accounts.visitor(`198.51.100.${index}`);
    const renew = () => {
      for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
      return copy.request('GET', '/access-token');
    };
    const first = renew();
    firstResponses.push(first);
    for (let response = await first; response.status !== 401; response = await renew()) {
      expect(response.status).toBe(200);
      tokens.push(((await response.json()) as { accessToken: string }).accessToken);
    }
  });
  // Every browser has a token and is renewing it again.
  await Promise.all(firstResponses);
  const signingOut = fixture.accounts.visitor();
  for (const [name, value] of visitor.cookies) signingOut.cookies.set(name, value);
  expect((await signingOut.request('POST', '/sign-out', {})).status).toBe(200);
  await Promise.all(renewals);
  expect(tokens.length).toBeGreaterThan(100);
  for (const issued of tokens) await fixture.expectRefusedEverywhere(issued);
});

// covers: SESSION-02
test('rejects a token whose session ended while the revocation channel was down in every process', async () => {
  const [one, other] = [await fixture.signUp(), await fixture.signUp()];
  const listeners = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'select'`;
  const logged = () => fixture.apis.map(({ log }) => log.filter(({ event }) => event === 'revocation-channel').length);
  const before = logged();
  expect(await fixture.superuser.rows(listeners)).toHaveLength(fixture.apis.length);
  await one.visitor.request('POST', '/sign-out', {});
  await fixture.expectRefusedEverywhere(one.token);
  await fixture.expectAcceptedEverywhere(other.token);
  // Each process has logged that its channel was lost and that it was restored.
  await vi.waitFor(() => expect(logged()).toEqual(before.map((count) => count + 2)), { timeout: 5_000 });
});
