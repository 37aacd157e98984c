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

/** The raw token of a device's session, as the list of devices shows it. */
async function listed(from: Device, sessionId: string): Promise<string> {
  const response = await from.visitor.request('GET', '/list-sessions');
  const sessions = (await response.json()) as readonly { readonly id: string; readonly token: string }[];
  return sessions.find(({ id }) => id === sessionId)?.token ?? '';
}

/** Every way to end one session of two; `other` is the same user's, on another device. */
const ONE_ENDS: readonly (readonly [string, (gone: Device, other: Device) => Promise<unknown>])[] = [
  ['is signed out', ({ visitor }) => visitor.request('POST', '/sign-out', {})],
  [
    'is ended from another device',
    async ({ sessionId }, other) =>
      other.visitor.request('POST', '/revoke-session', { token: await listed(other, sessionId) }),
  ],
  ['is ended with all others', (_, other) => other.visitor.request('POST', '/revoke-other-sessions', {})],
  [
    'is deleted in SQL',
    ({ sessionId }) => fixture.superuser.rows('delete from auth.session where id = $1', [sessionId]),
  ],
];

/** Every way to end all sessions of a user. */
const ALL_END: readonly (readonly [string, (device: Device) => Promise<unknown>])[] = [
  ['ends all of them', ({ visitor }) => visitor.request('POST', '/revoke-sessions', {})],
  [
    'changes the password',
    ({ visitor }) =>
      visitor.request('POST', '/change-password', { currentPassword: VALID_PASSWORD, newPassword: 'Other7horse' }),
  ],
  [
    'changes the password and asks that the others stay',
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

describe('a session that', () => {
  // covers: EDGE-03, SESSION-01, US4.3
  test.each(ONE_ENDS)('%s takes its tokens with it, in every process, and no other’s', async (_, end) => {
    const gone = await fixture.signUp();
    const [other, stranger] = [await fixture.signInAs(gone), await fixture.signUp()];
    const renewed = await toDevice(gone.visitor, gone.email, await gone.visitor.request('GET', '/access-token'));
    await fixture.expectAcceptedEverywhere(gone.token);
    expect(await end(gone, other)).toBeTruthy();
    for (const { token } of [gone, renewed]) await fixture.expectRefusedEverywhere(token);
    for (const { token } of [other, stranger]) await fixture.expectAcceptedEverywhere(token);
  });
});

describe('a user who', () => {
  // covers: TOKEN-09
  test.each(ALL_END)('%s is left with no token that is good, in any process; others keep theirs', async (_, end) => {
    const one = await fixture.signUp();
    const [other, stranger] = [await fixture.signInAs(one), await fixture.signUp()];
    await end(one);
    for (const { token } of [one, other]) await fixture.expectRefusedEverywhere(token);
    await fixture.expectAcceptedEverywhere(stranger.token);
  });

  // covers: SESSION-06
  test('changes the password stays signed in where it was changed, and nowhere else', async () => {
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

  test('cannot change the password without the old one, nor to a weak one, and then nothing ends', async () => {
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
    ['shows that the address is theirs', 'email_verified = true', { email_verified: true }],
    ['gets another address', `email = 'new-' || email`, { email: expect.stringMatching(/^new-/) }],
  ])('%s stays signed in, and only tokens that say so are good', async (_, change, said) => {
    const [one, stranger] = [await fixture.signUp(), await fixture.signUp()];
    await fixture.superuser.rows(`update auth."user" set ${change} where id = $1`, [one.userId]);
    await fixture.expectRefusedEverywhere(one.token);
    const renewed = await toDevice(one.visitor, one.email, await one.visitor.request('GET', '/access-token'));
    expect(decodeClaims(renewed.token)).toMatchObject(said);
    for (const { token } of [renewed, stranger]) await fixture.expectAcceptedEverywhere(token);
  });

  // covers: SESSION-05
  test('loses a role and has it back: no token from before is good again', async () => {
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

describe('a token that was revoked', () => {
  test('is refused before anything is looked at, and is in the log as what it is', async () => {
    const one = await fixture.signUp();
    await one.visitor.request('POST', '/sign-out', {});
    await fixture.expectRefusedEverywhere(one.token);
    for (const query of ['{ status { ok } }', '{ status {', 'mutation { createTask(input: { title: "x" }) { id } }'])
      expect((await fixture.execute(one.token, query)).map(({ status }) => status)).toEqual([401, 401, 401]);
    for (const { log } of fixture.apis)
      expect(log).toContainEqual(expect.objectContaining({ kind: 'bad-token', fault: 'revoked' }));
  });

  test('is refused by a process that starts afterwards', async () => {
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
test('after a hundred browsers have renewed around a sign-out, each until it was refused, no token is left alive', async () => {
  const { visitor, token } = await fixture.signUp();
  const tokens = [token];
  const firstAnswers: Promise<unknown>[] = [];
  const renewals = Array.from({ length: 100 }, async (_, index) => {
    const copy = fixture.accounts.visitor(`198.51.100.${index}`);
    const renew = () => {
      for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
      return copy.request('GET', '/access-token');
    };
    const first = renew();
    firstAnswers.push(first);
    for (let response = await first; response.status !== 401; response = await renew()) {
      expect(response.status).toBe(200);
      tokens.push(((await response.json()) as { accessToken: string }).accessToken);
    }
  });
  await Promise.race(firstAnswers);
  const leaver = fixture.accounts.visitor();
  for (const [name, value] of visitor.cookies) leaver.cookies.set(name, value);
  expect((await leaver.request('POST', '/sign-out', {})).status).toBe(200);
  await Promise.all(renewals);
  expect(tokens.length).toBeGreaterThan(100);
  for (const minted of tokens) await fixture.expectRefusedEverywhere(minted);
});

// covers: SESSION-02
test('a token that is minted while the channel is down everywhere is refused once its session has ended', async () => {
  const [one, other] = [await fixture.signUp(), await fixture.signUp()];
  const listeners = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'select'`;
  const logged = () => fixture.apis.map(({ log }) => log.filter(({ event }) => event === 'revocation-channel').length);
  const before = logged();
  expect(await fixture.superuser.rows(listeners)).toHaveLength(fixture.apis.length);
  await one.visitor.request('POST', '/sign-out', {});
  await fixture.expectRefusedEverywhere(one.token);
  await fixture.expectAcceptedEverywhere(other.token);
  // Each process has said that its channel went, and that it came back.
  await vi.waitFor(() => expect(logged()).toEqual(before.map((count) => count + 2)), { timeout: 5_000 });
});
