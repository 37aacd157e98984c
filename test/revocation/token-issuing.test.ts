import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  decodeClaims,
  type Device,
  VALID_PASSWORD,
  type RevocationFixture,
  createRevocationFixture,
} from '../support/revocation-fixture.ts';

let fixture: RevocationFixture;
beforeAll(async () => {
  fixture = await createRevocationFixture(1);
});
afterAll(() => fixture.end());

/** Runs `work`, and `change` before the nth statement of the web app; after `work` if there are fewer statements. */
async function changingBefore<T>(nth: number, change: () => Promise<unknown>, work: () => Promise<T>) {
  let sent = 0;
  fixture.accounts.hooks.before = async () => {
    if (sent++ === nth) await change();
  };
  const result = await work().finally(() => {
    fixture.accounts.hooks.before = undefined;
  });
  if (sent <= nth) await change();
  return { result, isOver: sent <= nth };
}

const session = ({ visitor }: Device) => ({
  cookie: [...visitor.cookies].map((pair) => pair.join('=')).join('; '),
});
const accessToken = async (response: Response) =>
  response.status === 200 ? ((await response.json()) as { accessToken: string }).accessToken : null;

/** Every way in which a signed-in device obtains a token; null if it gets none. */
const ISSUANCES: readonly (readonly [string, (device: Device) => Promise<string | null>])[] = [
  [
    'signing in',
    async ({ email }) =>
      accessToken(
        await fixture.accounts.visitor().request('POST', '/sign-in/email', { email, password: VALID_PASSWORD }),
      ),
  ],
  ['renewing a token', async ({ visitor }) => accessToken(await visitor.request('GET', '/access-token'))],
  [
    'renewing a token and the session',
    async ({ visitor, userId }) => {
      await fixture.superuser.rows(
        `update auth.session set created_at = now() - interval '3 days', expires_at = now() + interval '4 days' where user_id = $1`,
        [userId],
      );
      return accessToken(await visitor.request('GET', '/access-token'));
    },
  ],
  [
    'changing the password',
    async ({ visitor }) =>
      accessToken(
        await visitor.request('POST', '/change-password', {
          currentPassword: VALID_PASSWORD,
          newPassword: VALID_PASSWORD,
        }),
      ),
  ],
  [
    'opening a page',
    async (device) => {
      const { auth, issue } = fixture.accounts.services;
      const query = { disableCookieCache: true, disableRefresh: true };
      const subject = await auth.api.getSession({ headers: new Headers(session(device)), query });
      return subject && (await issue(subject)).accessToken;
    },
  ],
];

/** Returns whether a token is valid, and its role; expects every process to agree with the session table. */
async function tokenState(token: string): Promise<string> {
  const { sid, role } = decodeClaims(token);
  const sessions = await fixture.superuser.rows('select from auth.session where id = $1', [sid]);
  await (sessions.length > 0 ? fixture.expectAcceptedEverywhere(token) : fixture.expectRefusedEverywhere(token));
  return `${sessions.length > 0 ? 'valid' : 'revoked'}, ${role}`;
}

describe('a token issued during a change', () => {
  // covers: SESSION-05
  test.each(ISSUANCES)(
    'issues a token with the new role, or a revoked one, when the role changes during %s',
    async (_, obtainToken) => {
      const states = new Set<string>();
      for (let nth = 0, isOver = false; !isOver; nth++) {
        const device = await fixture.signUp();
        const change = () =>
          fixture.superuser.rows(`update auth."user" set role = 'ADMIN' where id = $1`, [device.userId]);
        const outcome = await changingBefore(nth, change, () => obtainToken(device));
        ({ isOver } = outcome);
        if (outcome.result !== null) states.add(await tokenState(outcome.result));
      }
      expect(states).not.toContain('valid, USER');
      // Both occur, or no change hit the critical section.
      expect(states).toContain('valid, ADMIN');
      expect(states).toContain('revoked, USER');
    },
  );

  test.each(ISSUANCES)(
    'issues a revoked token, or one of a new session, when all sessions end during %s',
    async (_, obtainToken) => {
      for (let nth = 0, isOver = false; !isOver; nth++) {
        const device = await fixture.signUp();
        const end = () => fixture.superuser.rows('delete from auth.session where user_id = $1', [device.userId]);
        const outcome = await changingBefore(nth, end, () => obtainToken(device));
        ({ isOver } = outcome);
        if (outcome.result !== null) await tokenState(outcome.result);
      }
    },
  );
});

// covers: SESSION-06
test('leaves no session and no valid token when the password changes during a sign-in with the old one', async () => {
  const statuses = new Set<number>();
  const { password } = await fixture.accounts.services.auth.$context;
  const other = await password.hash('Other7horse');
  for (let nth = 0, isOver = false; !isOver; nth++) {
    const device = await fixture.signUp();
    const visitor = fixture.accounts.visitor();
    const change = () =>
      fixture.superuser.rows('update auth.account set password = $2 where user_id = $1', [device.userId, other]);
    const signIn = () => visitor.request('POST', '/sign-in/email', { email: device.email, password: VALID_PASSWORD });
    const outcome = await changingBefore(nth, change, signIn);
    ({ isOver } = outcome);
    statuses.add(outcome.result.status);
    expect(await fixture.superuser.rows('select from auth.session where user_id = $1', [device.userId])).toEqual([]);
    if (outcome.result.status === 401) expect(visitor.cookies.size).toBe(0);
    else await fixture.expectRefusedEverywhere((await accessToken(outcome.result)) ?? '');
  }
  expect(statuses).toEqual(new Set([401, 200]));
});
