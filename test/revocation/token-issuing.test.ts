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
  const result = await work();
  fixture.accounts.hooks.before = undefined;
  if (sent <= nth) await change();
  return { result, isOver: sent <= nth };
}

const session = ({ visitor }: Device) => ({
  cookie: [...visitor.cookies].map((pair) => pair.join('=')).join('; '),
});
const accessToken = async (response: Response) =>
  response.status === 200 ? ((await response.json()) as { accessToken: string }).accessToken : null;

/** Every way to a token, from a device that is signed in; null when none was given. */
const MINTS: readonly (readonly [string, (device: Device) => Promise<string | null>])[] = [
  [
    'signing in',
    async ({ email }) =>
      accessToken(
        await fixture.accounts.visitor().request('POST', '/sign-in/email', { email, password: VALID_PASSWORD }),
      ),
  ],
  ['renewing', async ({ visitor }) => accessToken(await visitor.request('GET', '/access-token'))],
  [
    'renewing when the session has to be prolonged',
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

/** Whether a token is good and what it says; every process agrees with the sessions that there are. */
async function judged(token: string): Promise<string> {
  const { sid, role } = decodeClaims(token);
  const living = await fixture.superuser.rows('select from auth.session where id = $1', [sid]);
  await (living.length > 0 ? fixture.expectAcceptedEverywhere(token) : fixture.expectRefusedEverywhere(token));
  return `${living.length > 0 ? 'good' : 'dead'}, and says ${role}`;
}

describe('a token that is minted by', () => {
  // covers: SESSION-05
  test.each(MINTS)('%s, whenever the role changes meanwhile, says the new role or is dead', async (_, mint) => {
    const seen = new Set<string>();
    for (let nth = 0, isOver = false; !isOver; nth++) {
      const device = await fixture.signUp();
      const change = () =>
        fixture.superuser.rows(`update auth."user" set role = 'ADMIN' where id = $1`, [device.userId]);
      const outcome = await changingBefore(nth, change, () => mint(device));
      ({ isOver } = outcome);
      if (outcome.result !== null) seen.add(await judged(outcome.result));
    }
    expect(seen).not.toContain('good, and says USER');
    // Both have to come up, or nothing was slipped in where it matters.
    expect(seen).toContain('good, and says ADMIN');
    expect(seen).toContain('dead, and says USER');
  });

  test.each(MINTS)(
    '%s, whenever all sessions are ended meanwhile, is dead or of a session made since',
    async (_, mint) => {
      for (let nth = 0, isOver = false; !isOver; nth++) {
        const device = await fixture.signUp();
        const end = () => fixture.superuser.rows('delete from auth.session where user_id = $1', [device.userId]);
        const outcome = await changingBefore(nth, end, () => mint(device));
        ({ isOver } = outcome);
        if (outcome.result !== null) await judged(outcome.result);
      }
    },
  );
});

// covers: SESSION-06
test('signing in with the old password, whenever it is changed meanwhile, leaves no session and no token', async () => {
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
