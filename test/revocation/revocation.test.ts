import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openSource } from '../../server/data/source.ts';
import { startApi } from '../api/api.ts';
import { claimsIn, type Device, deviceOf, PASSWORD, type RevocationScene, revocationScene } from './scene.ts';

let there: RevocationScene;
beforeAll(async () => {
  there = await revocationScene();
});
afterAll(() => there.end());

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
  ['is deleted in SQL', ({ sessionId }) => there.above.rows('delete from auth.session where id = $1', [sessionId])],
];

/** Every way to end all sessions of a user. */
const ALL_END: readonly (readonly [string, (device: Device) => Promise<unknown>])[] = [
  ['ends all of them', ({ visitor }) => visitor.request('POST', '/revoke-sessions', {})],
  [
    'changes the password',
    ({ visitor }) =>
      visitor.request('POST', '/change-password', { currentPassword: PASSWORD, newPassword: 'Other7horse' }),
  ],
  [
    'changes the password and asks that the others stay',
    ({ visitor }) =>
      visitor.request('POST', '/change-password', {
        currentPassword: PASSWORD,
        newPassword: 'Other7horse',
        revokeOtherSessions: false,
      }),
  ],
  [
    'has the password changed in SQL',
    ({ userId }) => there.above.rows(`update auth.account set password = 'x' where user_id = $1`, [userId]),
  ],
  ['is deleted', ({ userId }) => there.above.rows('delete from auth."user" where id = $1', [userId])],
];

describe('a session that', () => {
  test.each(ONE_ENDS)('%s takes its tokens with it, in every process, and no other’s', async (_, end) => {
    const gone = await there.signUp();
    const [other, stranger] = [await there.signInAs(gone), await there.signUp()];
    const renewed = await deviceOf(gone.visitor, gone.email, await gone.visitor.request('GET', '/access-token'));
    await there.isGoodEverywhere(gone.token);
    expect(await end(gone, other)).toBeTruthy();
    for (const { token } of [gone, renewed]) await there.isRefusedEverywhere(token);
    for (const { token } of [other, stranger]) await there.isGoodEverywhere(token);
  });
});

describe('a user who', () => {
  test.each(ALL_END)('%s is left with no token that is good, in any process; others keep theirs', async (_, end) => {
    const one = await there.signUp();
    const [other, stranger] = [await there.signInAs(one), await there.signUp()];
    await end(one);
    for (const { token } of [one, other]) await there.isRefusedEverywhere(token);
    await there.isGoodEverywhere(stranger.token);
  });

  test('changes the password stays signed in where it was changed, and nowhere else', async () => {
    const here = await there.signUp();
    const elsewhere = await there.signInAs(here);
    const change = { currentPassword: PASSWORD, newPassword: 'Other7horse' };
    const response = await here.visitor.request('POST', '/change-password', change);
    const fresh = await deviceOf(here.visitor, here.email, response);
    await there.isGoodEverywhere(fresh.token);
    expect((await here.visitor.request('GET', '/access-token')).status).toBe(200);
    expect((await elsewhere.visitor.request('GET', '/access-token')).status).toBe(401);
    await there.isGoodEverywhere((await there.signInAs(here, 'Other7horse')).token);
  });

  test('cannot change the password without the old one, nor to a weak one, and then nothing ends', async () => {
    const here = await there.signUp();
    for (const change of [
      { currentPassword: 'Wrong7horse', newPassword: 'Other7horse' },
      { currentPassword: PASSWORD, newPassword: 'weak' },
    ])
      expect((await here.visitor.request('POST', '/change-password', change)).status).toBe(400);
    await there.isGoodEverywhere(here.token);
  });

  test.each([
    ['gets another role', `role = 'ADMIN'`, { role: 'ADMIN' }],
    ['shows that the address is theirs', 'email_verified = true', { email_verified: true }],
    ['gets another address', `email = 'new-' || email`, { email: expect.stringMatching(/^new-/) }],
  ])('%s stays signed in, and only tokens that say so are good', async (_, change, said) => {
    const [one, stranger] = [await there.signUp(), await there.signUp()];
    await there.above.rows(`update auth."user" set ${change} where id = $1`, [one.userId]);
    await there.isRefusedEverywhere(one.token);
    const renewed = await deviceOf(one.visitor, one.email, await one.visitor.request('GET', '/access-token'));
    expect(claimsIn(renewed.token)).toMatchObject(said);
    for (const { token } of [renewed, stranger]) await there.isGoodEverywhere(token);
  });

  test('loses a role and has it back: no token from before is good again', async () => {
    const one = await there.signUp();
    const setRole = (role: string) =>
      there.above.rows('update auth."user" set role = $2 where id = $1', [one.userId, role]);
    await setRole('ADMIN');
    await there.isRefusedEverywhere(one.token);
    await setRole('USER');
    const renewed = await deviceOf(one.visitor, one.email, await one.visitor.request('GET', '/access-token'));
    await there.isGoodEverywhere(renewed.token);
    await there.isRefusedEverywhere(one.token);
  });
});

describe('a token that was revoked', () => {
  test('is refused before anything is looked at, and is in the log as what it is', async () => {
    const one = await there.signUp();
    await one.visitor.request('POST', '/sign-out', {});
    await there.isRefusedEverywhere(one.token);
    for (const query of ['{ status { ok } }', '{ status {', 'mutation { createTask(input: { title: "x" }) { id } }'])
      expect((await there.ask(one.token, query)).map(({ status }) => status)).toEqual([401, 401, 401]);
    for (const { log } of there.apis)
      expect(log).toContainEqual(expect.objectContaining({ kind: 'bad-token', fault: 'revoked' }));
  });

  test('is refused by a process that starts afterwards', async () => {
    const one = await there.signUp();
    await one.visitor.request('POST', '/sign-out', {});
    const source = await openSource({ url: there.accounts.database.api });
    const late = await startApi(source, 'on', { clock: Date.now });
    try {
      expect((await late.ask('{ viewer { id } }', { token: one.token })).status).toBe(401);
    } finally {
      await late.close();
      await source.close();
    }
  });
});

test('after a hundred browsers have renewed around a sign-out, each until it was refused, no token is left alive', async () => {
  const { visitor, token } = await there.signUp();
  const tokens = [token];
  const firstAnswers: Promise<unknown>[] = [];
  const renewals = Array.from({ length: 100 }, async (_, index) => {
    const copy = there.accounts.visitor(`198.51.100.${index}`);
    const renew = () => {
      for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
      return copy.request('GET', '/access-token');
    };
    const first = renew();
    firstAnswers.push(first);
    for (let answer = await first; answer.status !== 401; answer = await renew()) {
      expect(answer.status).toBe(200);
      tokens.push(((await answer.json()) as { accessToken: string }).accessToken);
    }
  });
  await Promise.race(firstAnswers);
  const leaver = there.accounts.visitor();
  for (const [name, value] of visitor.cookies) leaver.cookies.set(name, value);
  expect((await leaver.request('POST', '/sign-out', {})).status).toBe(200);
  await Promise.all(renewals);
  expect(tokens.length).toBeGreaterThan(100);
  for (const minted of tokens) await there.isRefusedEverywhere(minted);
});

test('a token that is minted while the channel is down everywhere is refused once its session has ended', async () => {
  const [one, other] = [await there.signUp(), await there.signUp()];
  const listeners = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'select'`;
  const logged = () => there.apis.map(({ log }) => log.filter(({ event }) => event === 'revocation-channel').length);
  const before = logged();
  expect(await there.above.rows(listeners)).toHaveLength(there.apis.length);
  await one.visitor.request('POST', '/sign-out', {});
  await there.isRefusedEverywhere(one.token);
  await there.isGoodEverywhere(other.token);
  // Each process has said that its channel went, and that it came back.
  await vi.waitFor(() => expect(logged()).toEqual(before.map((count) => count + 2)), { timeout: 5_000 });
});
