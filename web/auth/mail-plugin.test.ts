import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Superuser, connectSuperuser } from '../../test/support/superuser.ts';
import { createTestAccounts, type TestAccounts, type Visitor } from '../../test/support/test-accounts.ts';
import { DEMO_ACCOUNT } from '../../runtime/demo-account.ts';
import { log } from '../log.ts';
import { sendNextMail } from '../mail/mail-worker.ts';
import type { Mail } from '../mail/mail-transport.ts';
import { addPasskey, enableTotp } from '../../test/support/test-factors.ts';
import { createAuthPool } from './auth-pool.ts';
import { mailComposer } from './mail-composer.ts';
import { MAIL_LIMIT } from './mail-plugin.ts';

const PASSWORD = 'Correct7horse';
const NEW_PASSWORD = 'Battery9staple';
const PUBLIC = { WEB_URL: 'https://tasks.example', API_URL: 'https://api.example' };
let accounts: TestAccounts;
let superuser: Superuser;
let pool: Pool;

beforeAll(async () => {
  vi.spyOn(log, 'info').mockImplementation(() => {});
  accounts = await createTestAccounts();
  superuser = await connectSuperuser(accounts.database.superuser);
  pool = createAuthPool(accounts.database.auth);
});
afterAll(async () => {
  await pool.end();
  await superuser.end();
  await accounts.end();
  vi.restoreAllMocks();
});

/** Sends every mail that is due, and returns them. */
async function sendMails({ services, config }: TestAccounts = accounts): Promise<Mail[]> {
  const mails: Mail[] = [];
  const { internalAdapter: users } = await services.auth.$context;
  const compose = mailComposer({ webUrl: config.WEB_URL, users, takeAttempt: services.takeAttempt });
  const deliver = async (mail: Mail) => void mails.push(mail);
  let hasMore = true;
  while (hasMore) hasMore = await sendNextMail({ database: pool, compose, deliver });
  return mails;
}

const tokenIn = (mail: Mail | undefined): string => /#(\w+)/.exec(mail?.text ?? '')?.[1] ?? 'no token';
const addressedTo = (mails: readonly Mail[], to: string) => mails.filter((mail) => mail.to === to);
const result = async (response: Promise<Response>) => {
  const answer = await response;
  return [answer.status, ((await answer.json()) as { code?: string }).code ?? null];
};
const OK = [200, null];
const INVALID_LINK = [400, 'INVALID_TOKEN'];

/** Signs up, and returns the browser and the mail to verify the address. */
async function signUp(email: string): Promise<{ readonly visitor: Visitor; readonly mail: Mail | undefined }> {
  const visitor = accounts.visitor();
  await visitor.request('POST', '/sign-up/email', { email, password: PASSWORD });
  return { visitor, mail: addressedTo(await sendMails(), email)[0] };
}

async function requestReset(email: string): Promise<string> {
  await accounts.visitor().request('POST', '/request-password-reset', { email });
  return tokenIn(addressedTo(await sendMails(), email)[0]);
}

const reset = (token: string, newPassword = NEW_PASSWORD) =>
  result(accounts.visitor().request('POST', '/reset-password', { token, newPassword }));
const signIn = (email: string, password: string, visitor = accounts.visitor()) =>
  result(visitor.request('POST', '/sign-in/email', { email, password }));
const verify = (visitor: Visitor, token: string) => result(visitor.request('POST', '/verify-email', { token }));
const userOf = async (email: string) =>
  (await superuser.rows('select id, email_verified from auth."user" where email = $1', [email]))[0];

describe('a password reset', () => {
  // covers: MAIL-01
  test('a completed reset sets the password, ends every session and verifies the address', async () => {
    const { visitor } = await signUp('reset@example.com');
    const token = await requestReset('Reset@Example.com'.toLowerCase());
    expect(await reset(token)).toEqual(OK);
    expect((await visitor.request('GET', '/access-token')).status).toBe(401);
    expect(await signIn('reset@example.com', PASSWORD)).toEqual([401, 'INVALID_EMAIL_OR_PASSWORD']);
    expect(await signIn('reset@example.com', NEW_PASSWORD)).toEqual(OK);
    const user = await userOf('reset@example.com');
    expect(user).toMatchObject({ email_verified: true });
    expect(
      await superuser.rows(
        `select kind, outcome, address, detail from auth.auth_event where user_id = $1 and kind = 'PASSWORD_RESET'`,
        [user?.['id']],
      ),
    ).toEqual([{ kind: 'PASSWORD_RESET', outcome: 'SUCCEEDED', address: '203.0.113.7', detail: null }]);
    const mails = await sendMails();
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      ['reset@example.com', 'Your password was changed'],
      ['reset@example.com', 'New sign-in to your account'],
    ]);
  });

  // covers: MAIL-02
  test('a link to reset a password works once', async () => {
    await signUp('once@example.com');
    const token = await requestReset('once@example.com');
    const uses = await Promise.all([1, 2, 3, 4].map((each) => reset(token, `${NEW_PASSWORD}${each}`)));
    expect(uses.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual([
      OK,
      INVALID_LINK,
      INVALID_LINK,
      INVALID_LINK,
    ]);
    expect(await reset(token)).toEqual(INVALID_LINK);
  });

  // covers: MAIL-09
  test.each([
    ['not verified before removes the account’s passkeys', false, 0, ['PASSWORD_RESET', 'PASSKEY_REMOVED']],
    ['verified before keeps the passkeys', true, 1, ['PASSWORD_RESET']],
  ])('the reset of an account whose address was %s', async (_, confirmed, passkeys, events) => {
    const email = `passkeys-${confirmed}@example.com`;
    const { visitor, mail } = await signUp(email);
    if (confirmed) expect(await verify(visitor, tokenIn(mail))).toEqual(OK);
    await addPasskey(visitor);
    await sendMails();
    expect(await reset(await requestReset(email))).toEqual(OK);
    const { id } = (await userOf(email)) ?? {};
    expect(await superuser.rows('select from auth.passkey where user_id = $1', [id])).toHaveLength(passkeys);
    const rows = await superuser.rows(
      `select kind from auth.auth_event where user_id = $1 and kind in ('PASSWORD_RESET', 'PASSKEY_REMOVED')
       order by xmin::text::bigint`,
      [id],
    );
    expect(rows.map(({ kind }) => kind)).toEqual(events);
    await sendMails();
  });

  test('a password that is too weak does not use up the link', async () => {
    await signUp('weak@example.com');
    const token = await requestReset('weak@example.com');
    expect(await reset(token, 'password')).toEqual([400, 'PASSWORD_TOO_WEAK']);
    expect(await reset(token)).toEqual(OK);
  });

  // covers: MAIL-02
  test('a link to reset a password expires 30 minutes after its mail was sent, not after the request', async () => {
    await signUp('late@example.com');
    await accounts.visitor().request('POST', '/request-password-reset', { email: 'late@example.com' });
    await superuser.rows(`update auth.mail_outbox set created_at = created_at - interval '20 hours'`);
    const token = tokenIn((await sendMails())[0]);
    const [row] = await superuser.rows(
      `select extract(epoch from expires_at - now()) as seconds from auth.verification
       where value = (select id::text from auth."user" where email = 'late@example.com')`,
    );
    expect(Number(row?.['seconds'])).toBeGreaterThan(1_790);
    expect(Number(row?.['seconds'])).toBeLessThanOrEqual(1_800);
    await superuser.rows(`update auth.verification set expires_at = now() - interval '1 second'`);
    expect(await reset(token)).toEqual(INVALID_LINK);
  });

  // covers: MAIL-02
  test.each([
    ['another reset', async (token: string) => reset(token)],
    [
      'a change of the password',
      async (_: string, visitor: Visitor) =>
        visitor.request('POST', '/change-password', { currentPassword: PASSWORD, newPassword: 'Another7horse' }),
    ],
    [
      'a change of the address',
      async () =>
        superuser.rows(`update auth."user" set email = 'moved-' || email where email like 'void%@example.com'`),
    ],
    ['the deletion of the account', async () => superuser.rows(`delete from auth."user" where email like 'void%'`)],
  ])('%s voids the links that were mailed before', async (_, change) => {
    await superuser.rows(`delete from auth."user" where email like 'void%' or email like 'moved-void%'`);
    const { visitor } = await signUp('void@example.com');
    const [token, other] = [await requestReset('void@example.com'), await requestReset('void@example.com')];
    await change(other, visitor);
    expect(await reset(token, 'Horse7correct')).toEqual(INVALID_LINK);
    await sendMails();
    await superuser.rows('delete from auth.rate_limit');
  });

  // covers: MAIL-03
  test('the database stores no token of a link, and the outbox no row of a sent mail', async () => {
    const { mail } = await signUp('stored@example.com');
    const tokens = [tokenIn(mail), await requestReset('stored@example.com')];
    for (const table of ['verification', 'mail_outbox', 'rate_limit', 'auth_event']) {
      const stored = JSON.stringify(await superuser.rows(`select * from auth.${table}`));
      for (const token of tokens) expect(stored).not.toContain(token);
    }
    expect(await superuser.rows('select from auth.mail_outbox')).toEqual([]);
    // What the table holds does not work in place of a token either.
    const rows = await superuser.rows('select identifier from auth.verification');
    for (const { identifier } of rows) expect(await reset(String(identifier))).toEqual(INVALID_LINK);
  });

  // covers: MAIL-01
  test('a request for a reset has the same response and statements for known and unknown addresses', async () => {
    await signUp('known@example.com');
    const observe = async (email: string) => {
      accounts.statements.length = 0;
      const response = await accounts.visitor().request('POST', '/request-password-reset', { email });
      const headers = Object.fromEntries(response.headers);
      return { status: response.status, headers, body: await response.text(), statements: [...accounts.statements] };
    };
    const [known, unknown] = [await observe('known@example.com'), await observe('nobody@example.com')];
    expect(unknown).toEqual(known);
    expect(known.statements).toHaveLength(4);
    expect((await sendMails()).map(({ to }) => to)).toEqual(['known@example.com']);
  });

  // covers: MAIL-04
  test('the limit on requests for mails to one address is the same for known and unknown addresses', async () => {
    await signUp('flooded@example.com');
    for (const email of ['flooded@example.com', 'nobody-flooded@example.com']) {
      const request = (address: string) =>
        accounts.visitor(address).request('POST', '/request-password-reset', { email });
      for (let count = 0; count < MAIL_LIMIT.most; count += 1)
        expect((await request(`198.51.100.${count}`)).status).toBe(200);
      const limited = await request('192.0.2.77');
      expect(limited.status).toBe(429);
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(3_000);
    }
    const keys = await superuser.rows('select key from auth.rate_limit');
    expect(JSON.stringify(keys)).not.toContain('flooded');
    expect(addressedTo(await sendMails(), 'flooded@example.com')).toHaveLength(1);
  });

  // covers: MAIL-04
  test('requests to change another account to an address do not count towards the limit on resets of its owner', async () => {
    await signUp('owner-of-resets@example.com');
    const { visitor } = await signUp('wants-resets@example.com');
    const change = () => visitor.request('POST', '/change-email', { newEmail: 'owner-of-resets@example.com' });
    for (let count = 0; count < MAIL_LIMIT.most; count += 1) expect((await change()).status).toBe(200);
    expect(await requestReset('owner-of-resets@example.com')).toMatch(/^\w{32}$/);
  });
});

describe('the verification of an address', () => {
  // covers: MAIL-02
  test('sign-up sends a link that verifies the address, once, in the session of the account', async () => {
    const { visitor, mail } = await signUp('verify@example.com');
    const token = tokenIn(mail);
    expect(mail?.text).toContain(`http://localhost:3000/verify-email#${token}`);
    expect(await verify(accounts.visitor(), token)).toEqual([401, 'UNAUTHORIZED']);
    expect(await userOf('verify@example.com')).toMatchObject({ email_verified: false });
    expect(await verify(visitor, token)).toEqual(OK);
    expect(await userOf('verify@example.com')).toMatchObject({ email_verified: true });
    expect(await verify(visitor, token)).toEqual(INVALID_LINK);
    expect((await visitor.request('GET', '/access-token')).status).toBe(200);
  });

  // covers: MAIL-04
  test('repeated sign-ups with an address send it at most five mails an hour', async () => {
    for (let count = 0; count <= MAIL_LIMIT.most; count += 1) {
      const visitor = accounts.visitor();
      await visitor.request('POST', '/sign-up/email', { email: 'bombed@example.com', password: PASSWORD });
      expect(addressedTo(await sendMails(), 'bombed@example.com')).toHaveLength(count < MAIL_LIMIT.most ? 1 : 0);
      expect((await visitor.request('POST', '/delete-user', {})).status).toBe(200);
    }
  });

  // covers: MAIL-04
  test('requests to change another account to an address do not prevent its owner from verifying it', async () => {
    const { visitor: owner } = await signUp('verifies@example.com');
    const { visitor } = await signUp('wants-verifies@example.com');
    for (let count = 0; count < MAIL_LIMIT.most; count += 1)
      await visitor.request('POST', '/change-email', { newEmail: 'verifies@example.com' });
    expect((await owner.request('POST', '/send-verification-email', {})).status).toBe(200);
    expect(addressedTo(await sendMails(), 'verifies@example.com')).toHaveLength(1);
  });

  // covers: MAIL-05
  test('a link does not verify an address for another account, and stays valid for its own', async () => {
    const [victim, attacker] = [await signUp('victim@example.com'), await signUp('attacker@example.com')];
    expect(await verify(victim.visitor, tokenIn(attacker.mail))).toEqual([403, 'LINK_OF_ANOTHER_ACCOUNT']);
    expect(await userOf('attacker@example.com')).toMatchObject({ email_verified: false });
    expect(await verify(attacker.visitor, tokenIn(attacker.mail))).toEqual(OK);
  });

  test('the mail can be sent again until the address is verified', async () => {
    const { visitor } = await signUp('again@example.com');
    expect(await result(visitor.request('POST', '/send-verification-email', {}))).toEqual(OK);
    const [mail] = await sendMails();
    expect(await verify(visitor, tokenIn(mail))).toEqual(OK);
    expect(await result(visitor.request('POST', '/send-verification-email', {}))).toEqual([
      400,
      'EMAIL_ALREADY_VERIFIED',
    ]);
    expect(await sendMails()).toEqual([]);
  });

  test('requests to send the mail again are limited', async () => {
    const { visitor } = await signUp('again-and-again@example.com');
    const statuses: number[] = [];
    for (let count = 0; count <= MAIL_LIMIT.most; count += 1)
      statuses.push((await visitor.request('POST', '/send-verification-email', {})).status);
    expect(statuses).toEqual([...Array.from({ length: MAIL_LIMIT.most }, () => 200), 429]);
    await sendMails();
  });
});

describe('a change of the e-mail address', () => {
  const change = (visitor: Visitor, newEmail: string) => result(visitor.request('POST', '/change-email', { newEmail }));

  // covers: MAIL-05
  test('a change takes effect when the new address confirms it, and the former one gets a mail about request and change', async () => {
    const { visitor } = await signUp('before@example.com');
    expect(await change(visitor, 'After@Example.com')).toEqual(OK);
    const requested = await sendMails();
    expect(requested.map(({ to, subject }) => `${to}: ${subject}`).toSorted()).toEqual([
      'after@example.com: Confirm your new e-mail address',
      'before@example.com: A change of your e-mail address was requested',
    ]);
    expect(tokenIn(addressedTo(requested, 'before@example.com')[0])).toBe('no token');
    expect(await signIn('before@example.com', PASSWORD)).toEqual(OK);

    const token = tokenIn(addressedTo(requested, 'after@example.com')[0]);
    expect(await verify(visitor, token)).toEqual(OK);
    expect((await sendMails()).map(({ to, subject }) => [to, subject])).toEqual([
      ['after@example.com', 'New sign-in to your account'],
      ['before@example.com', 'Your e-mail address was changed'],
    ]);
    expect(await userOf('after@example.com')).toMatchObject({ email_verified: true });
    expect(await signIn('before@example.com', PASSWORD)).toEqual([401, 'INVALID_EMAIL_OR_PASSWORD']);
    expect(await signIn('after@example.com', PASSWORD)).toEqual(OK);
    expect(await verify(visitor, token)).toEqual(INVALID_LINK);
  });

  // covers: MAIL-05
  test('a link that confirms a new address is refused in another account and without a session', async () => {
    const [typist, owner] = [await signUp('typist@example.com'), await signUp('owner@example.com')];
    await change(typist.visitor, 'owner-2@example.com');
    const [mail] = addressedTo(await sendMails(), 'owner-2@example.com');
    expect(await verify(owner.visitor, tokenIn(mail))).toEqual([403, 'LINK_OF_ANOTHER_ACCOUNT']);
    expect(await verify(accounts.visitor(), tokenIn(mail))).toEqual([401, 'UNAUTHORIZED']);
  });

  // covers: MAIL-01
  test('a change to the address of another account has the same response, and sends that account no mail', async () => {
    const { visitor } = await signUp('curious@example.com');
    await signUp('taken@example.com');
    expect(await change(visitor, 'taken@example.com')).toEqual(OK);
    expect(await change(visitor, 'free@example.com')).toEqual(OK);
    expect((await sendMails()).map(({ to }) => to).toSorted()).toEqual(['curious@example.com', 'free@example.com']);
  });

  test('a change to an address that another account has meanwhile is refused, and nothing changes', async () => {
    const { visitor } = await signUp('slow@example.com');
    await change(visitor, 'wanted@example.com');
    const [mail] = addressedTo(await sendMails(), 'wanted@example.com');
    await signUp('wanted@example.com');
    const error = vi.spyOn(log, 'error').mockImplementation(() => {});
    onTestFinished(() => error.mockRestore());
    expect(await verify(visitor, tokenIn(mail))).toEqual([422, 'EMAIL_TAKEN']);
    expect(await userOf('slow@example.com')).toMatchObject({ email_verified: false });
  });

  // covers: MAIL-04
  test('the notice of a requested change goes to the former address even if it is sent after the change', async () => {
    const { visitor } = await signUp('told-late@example.com');
    await change(visitor, 'told-late-after@example.com');
    const hold = (interval: string) =>
      superuser.rows(
        `update auth.mail_outbox set next_attempt_at = now() + $1::interval where kind = 'EMAIL_CHANGE_REQUESTED'`,
        [interval],
      );
    await hold('1 hour');
    const token = tokenIn(addressedTo(await sendMails(), 'told-late-after@example.com')[0]);
    expect(await verify(visitor, token)).toEqual(OK);
    await sendMails();
    await hold('0');
    expect((await sendMails()).map(({ to, subject }) => [to, subject])).toEqual([
      ['told-late@example.com', 'A change of your e-mail address was requested'],
    ]);
  });

  test('a change needs a recent authentication, and requests for it are limited', async () => {
    const { visitor } = await signUp('restless@example.com');
    const setAge = (age: string) =>
      superuser.rows(
        `update auth.session s set authenticated_at = now() - $1::interval from auth."user" u
        where u.id = s.user_id and u.email = 'restless@example.com'`,
        [age],
      );
    await setAge('6 minutes');
    expect(await change(visitor, 'thief@example.com')).toEqual([403, 'STEP_UP_REQUIRED']);
    expect(await sendMails()).toEqual([]);
    await setAge('0');
    for (let count = 0; count < MAIL_LIMIT.most; count += 1)
      expect(await change(visitor, `restless-${count}@example.com`)).toEqual(OK);
    expect(await change(visitor, 'restless-5@example.com')).toEqual([429, 'TOO_MANY_REQUESTS']);
    await sendMails();
  });

  test('a change to the same address, and a request without a session, are refused', async () => {
    const { visitor } = await signUp('same@example.com');
    expect(await change(visitor, 'Same@example.com')).toEqual([400, 'EMAIL_UNCHANGED']);
    expect(await change(accounts.visitor(), 'x@example.com')).toEqual([401, 'UNAUTHORIZED']);
  });
});

describe('notices', () => {
  const subjects = async () => (await sendMails()).map(({ subject }) => subject);

  // covers: MAIL-08
  test('a sign-in on a new device sends the user a mail, and a later one on the same device does not', async () => {
    await signUp('device@example.com');
    const visitor = accounts.visitor();
    expect(await signIn('device@example.com', 'Wrong7horse', visitor)).toEqual([401, 'INVALID_EMAIL_OR_PASSWORD']);
    expect(await subjects()).toEqual([]);
    expect(await signIn('device@example.com', PASSWORD, visitor)).toEqual(OK);
    expect(await subjects()).toEqual(['New sign-in to your account']);
    expect(await signIn('device@example.com', PASSWORD, visitor)).toEqual(OK);
    expect(await subjects()).toEqual([]);
  });

  // covers: MAIL-08
  test('a sign-in with a second factor sends the user a mail after the code, not after the password', async () => {
    const { visitor: owner } = await signUp('device-code@example.com');
    const { backupCodes } = await enableTotp(owner);
    await sendMails();
    const visitor = accounts.visitor();
    expect(await signIn('device-code@example.com', PASSWORD, visitor)).toEqual(OK);
    expect(await subjects()).toEqual([]);
    await visitor.request('POST', '/two-factor/verify-backup-code', { code: backupCodes[0] });
    expect(await subjects()).toEqual(['New sign-in to your account']);
  });

  // covers: MAIL-08
  test('each change of the second factor and of the passkeys sends the user a mail', async () => {
    const { visitor } = await signUp('factors@example.com');
    const CHANGED = ['Your second factor was changed'];
    await enableTotp(visitor);
    expect(await subjects()).toEqual(CHANGED);
    await addPasskey(visitor);
    expect(await subjects()).toEqual(CHANGED);
    const [passkey]: { id: string }[] = await (await visitor.request('GET', '/passkey/list-user-passkeys')).json();
    await visitor.request('POST', '/passkey/delete-passkey', { id: passkey?.id });
    expect(await subjects()).toEqual(CHANGED);
    await visitor.request('POST', '/two-factor/generate-backup-codes', {});
    expect(await subjects()).toEqual(CHANGED);
    await visitor.request('POST', '/two-factor/disable', {});
    expect(await subjects()).toEqual(CHANGED);
  });

  test('a change of the password sends the account’s address a mail without a token', async () => {
    const { visitor } = await signUp('notice@example.com');
    await visitor.request('POST', '/change-password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
    const [mail, ...rest] = await sendMails();
    expect(rest).toEqual([]);
    expect(mail).toMatchObject({ to: 'notice@example.com', subject: 'Your password was changed' });
    expect(tokenIn(mail)).toBe('no token');
  });

  test('a rejected change of the password sends no mail', async () => {
    const { visitor } = await signUp('no-notice@example.com');
    await visitor.request('POST', '/change-password', { currentPassword: 'Wrong7horse', newPassword: NEW_PASSWORD });
    expect(await sendMails()).toEqual([]);
  });

  // covers: MAIL-04
  test('an account gets at most five notices of one kind in an hour', async () => {
    await signUp('noticed@example.com');
    const id = String((await userOf('noticed@example.com'))?.['id']);
    let count = 0;
    for (let sent = 0; sent < 7; sent += 1) {
      await accounts.services.mail.queueMail('NEW_DEVICE', id);
      count += (await sendMails()).length;
    }
    expect(count).toBe(5);
    await accounts.services.mail.queueMail('SECOND_FACTOR_CHANGED', id);
    expect(await sendMails()).toHaveLength(1);
  });

  test('queueMail logs a notice that it cannot queue, and does not reject', async () => {
    const error = vi.spyOn(log, 'error').mockImplementation(() => {});
    onTestFinished(() => error.mockRestore());
    await accounts.services.mail.queueMail('NEW_DEVICE', crypto.randomUUID());
    expect(error.mock.calls).toMatchObject([[{ event: 'mail', kind: 'NEW_DEVICE' }, 'a mail was not queued']]);
  });
});

describe('on public origins', () => {
  // covers: MAIL-07
  test.each([
    ['/request-password-reset', { email: 'ada@example.com' }],
    ['/reset-password', { token: 'x', newPassword: NEW_PASSWORD }],
    ['/send-verification-email', {}],
    ['/verify-email', { token: 'x' }],
    ['/change-email', { newEmail: 'ada@example.com' }],
  ])('without a mail server %s is answered with MAIL_DISABLED, and nothing is queued', async (path, body) => {
    const off = await createTestAccounts(PUBLIC, accounts.database);
    onTestFinished(() => off.end());
    expect(await result(off.visitor().request('POST', path, body))).toEqual([400, 'MAIL_DISABLED']);
    expect(await superuser.rows('select from auth.mail_outbox')).toEqual([]);
  });

  test('without a mail server a sign-up queues no mail', async () => {
    const off = await createTestAccounts(PUBLIC, accounts.database);
    onTestFinished(() => off.end());
    expect(
      await result(off.visitor().request('POST', '/sign-up/email', { email: 'off@example.com', password: PASSWORD })),
    ).toEqual(OK);
    expect(await superuser.rows('select from auth.mail_outbox')).toEqual([]);
  });

  test('the demo account gets no mail, and links are on WEB_URL', async () => {
    const open = await createTestAccounts({ ...PUBLIC, SMTP_URL: 'smtp://localhost' }, accounts.database);
    onTestFinished(() => open.end());
    await signUp(DEMO_ACCOUNT.email);
    await signUp('public@example.com');
    for (const email of [DEMO_ACCOUNT.email, 'public@example.com'])
      await open.visitor().request('POST', '/request-password-reset', { email });
    const mails = await sendMails(open);
    expect(mails.map(({ to }) => to)).toEqual(['public@example.com']);
    expect(mails[0]?.text).toMatch(/https:\/\/tasks\.example\/reset-password#\w{32}\n/);
  });
});

// covers: FR-026.1
test('a reset, a verification and a change of the address are recorded with their user', async () => {
  const { visitor, mail } = await signUp('recorded@example.com');
  const id = (await userOf('recorded@example.com'))?.['id'];
  await visitor.request('POST', '/send-verification-email', {});
  await verify(visitor, tokenIn(mail));
  await visitor.request('POST', '/change-email', { newEmail: 'recorded-2@example.com' });
  await verify(visitor, tokenIn(addressedTo(await sendMails(), 'recorded-2@example.com')[0]));
  await reset(await requestReset('recorded-2@example.com'));
  const events = await superuser.rows(
    `select kind from auth.auth_event where user_id = $1 and outcome = 'SUCCEEDED' order by xmin::text::bigint`,
    [id],
  );
  expect(events.map(({ kind }) => kind)).toEqual([
    'SIGN_UP',
    'EMAIL_VERIFICATION_REQUESTED',
    'EMAIL_VERIFIED',
    'EMAIL_CHANGE_REQUESTED',
    'EMAIL_CHANGED',
    'EMAIL_VERIFIED',
    'PASSWORD_RESET_REQUESTED',
    'PASSWORD_RESET',
  ]);
});
