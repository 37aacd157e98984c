import { jwtVerify } from 'jose';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { SoftwareAuthenticator } from '../../test/support/software-authenticator.ts';
import { createTestAccounts, type TestAccounts, TOKEN_SECRET, type Visitor } from '../../test/support/test-accounts.ts';
import { addPasskey, enableTotp } from '../../test/support/test-factors.ts';
import { log } from '../log.ts';
import { PASSKEY_LIMIT } from './passkey-plugin.ts';

const PASSWORD = 'Correct7horse';
let accounts: TestAccounts;
let superuser: Client;

beforeAll(async () => {
  accounts = await createTestAccounts();
  superuser = new Client({ connectionString: accounts.database.superuser });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await accounts.end();
});

let count = 0;
async function member() {
  const visitor = accounts.visitor();
  const email = `passkey${(count += 1)}@example.com`;
  const { user } = await (await visitor.request('POST', '/sign-up/email', { email, password: PASSWORD })).json();
  return { visitor, email, userId: String(user.id) };
}
const registerOptions = async (visitor: Visitor) =>
  (await visitor.request('GET', '/passkey/generate-register-options')).json();
const signInOptions = async (visitor: Visitor) =>
  (await visitor.request('GET', '/passkey/generate-authenticate-options')).json();
const signIn = (visitor: Visitor, response: unknown) =>
  visitor.request('POST', '/passkey/verify-authentication', { response });
const list = async (visitor: Visitor): Promise<{ id: string; name: string }[]> =>
  (await visitor.request('GET', '/passkey/list-user-passkeys')).json();
const outcome = async (response: Response) => [response.status, (await response.json()).code];
const kindsOf = async (userId: string) =>
  (
    await superuser.query(
      `select kind from auth.auth_event where user_id = $1 and outcome = 'SUCCEEDED' order by xmin::text::bigint`,
      [userId],
    )
  ).rows.map(({ kind }) => kind);

describe('sign-in with a passkey', () => {
  // covers: FACTOR-08
  test('a passkey signs its user in, with a session and a token, and needs no second factor', async () => {
    const { visitor, userId } = await member();
    const authenticator = await addPasskey(visitor);
    await enableTotp(visitor);
    const other = accounts.visitor();
    const response = await signIn(other, authenticator.authenticate(await signInOptions(other)));
    expect(response.status).toBe(200);
    const { accessToken } = await response.json();
    expect((await jwtVerify(accessToken, TOKEN_SECRET)).payload.sub).toBe(userId);
    expect((await other.request('GET', '/access-token')).status).toBe(200);
    const { rows } = await superuser.query(
      `select outcome, detail from auth.auth_event where user_id = $1 and kind = 'SIGN_IN'`,
      [userId],
    );
    expect(rows).toEqual([{ outcome: 'SUCCEEDED', detail: 'PASSKEY' }]);
  });

  // covers: FACTOR-08
  test('sign-in rejects an unknown passkey, another origin, a response without user verification, and reuse', async () => {
    const error = vi.spyOn(log, 'error');
    const { visitor } = await member();
    const authenticator = await addPasskey(visitor);
    const other = accounts.visitor();
    const unknown = new SoftwareAuthenticator().authenticate(await signInOptions(other));
    expect(await outcome(await signIn(other, unknown))).toEqual([401, 'PASSKEY_NOT_FOUND']);
    const elsewhere = authenticator.authenticate(await signInOptions(other), { origin: 'https://evil.example' });
    expect(await outcome(await signIn(other, elsewhere))).toEqual([400, 'AUTHENTICATION_FAILED']);
    const unverified = authenticator.authenticate(await signInOptions(other), { verifiesUser: false });
    expect(await outcome(await signIn(other, unverified))).toEqual([400, 'USER_NOT_VERIFIED']);
    const response = authenticator.authenticate(await signInOptions(other));
    const cookies = new Map(other.cookies);
    expect((await signIn(other, response)).status).toBe(200);
    const replay = accounts.visitor();
    for (const [name, value] of cookies) replay.cookies.set(name, value);
    expect(await outcome(await signIn(replay, response))).toEqual([400, 'CHALLENGE_NOT_FOUND']);
    expect(error).not.toHaveBeenCalled();
    error.mockRestore();
  });

  // covers: FACTOR-08
  test.each([
    ['/passkey/verify-authentication', 'CHALLENGE_NOT_FOUND'],
    ['/passkey/verify-registration', 'CHALLENGE_NOT_FOUND'],
    ['/step-up/passkey', 'AUTHENTICATION_FAILED'],
  ])('%s rejects the cookie of a pending sign-in in place of that of the challenge', async (path, code) => {
    const { visitor, email } = await member();
    const authenticator = await addPasskey(visitor);
    await enableTotp(visitor);
    const response = authenticator.authenticate(await signInOptions(visitor));
    const pending = accounts.visitor();
    await pending.request('POST', '/sign-in/email', { email, password: PASSWORD });
    visitor.cookies.set('fieldgate.passkey_challenge', pending.cookies.get('fieldgate.two_factor') ?? '');
    expect(await outcome(await visitor.request('POST', path, { response }))).toEqual([400, code]);
  });

  test('the options of a sign-in name no passkeys: they reveal no accounts', async () => {
    await addPasskey((await member()).visitor);
    expect(await signInOptions(accounts.visitor())).not.toHaveProperty('allowCredentials');
  });

  // covers: ACCOUNT-09
  test.each([
    [{ id: 'a\0' }],
    [{ id: '\ud800' }],
    [{ id: { $ne: 1 } }],
    [{ id: 'x'.repeat(2_000) }],
    [[]],
    ['text'],
    [null],
    [{}],
  ])('sign-in answers the response %j with 400', async (response) => {
    const visitor = accounts.visitor();
    await signInOptions(visitor);
    expect((await signIn(visitor, response)).status).toBe(400);
  });
});

describe('the passkeys of an account', () => {
  test('passkeys are added, listed, renamed and removed, and each change is recorded', async () => {
    const { visitor, userId } = await member();
    await addPasskey(visitor, '  My   phone ');
    const [added] = await list(visitor);
    expect(added).toMatchObject({ name: 'My phone' });
    const renamed = await visitor.request('POST', '/passkey/update-passkey', { id: added?.id, name: 'Laptop' });
    expect(renamed.status).toBe(200);
    expect(await list(visitor)).toMatchObject([{ name: 'Laptop' }]);
    expect((await visitor.request('POST', '/passkey/delete-passkey', { id: added?.id })).status).toBe(200);
    expect(await list(visitor)).toEqual([]);
    expect(await kindsOf(userId)).toEqual(['SIGN_UP', 'PASSKEY_ADDED', 'PASSKEY_CHANGED', 'PASSKEY_REMOVED']);
  });

  // covers: FACTOR-09
  test('another user’s passkey can be neither renamed nor removed', async () => {
    const owner = await member();
    await addPasskey(owner.visitor);
    const [{ id } = { id: '' }] = await list(owner.visitor);
    const stranger = await member();
    for (const [path, body] of [
      ['/passkey/update-passkey', { id, name: 'Mine' }],
      ['/passkey/delete-passkey', { id }],
    ] as const)
      expect((await stranger.visitor.request('POST', path, body)).ok, path).toBe(false);
    expect(await list(owner.visitor)).toMatchObject([{ id, name: 'A key' }]);
  });

  test('a passkey of another account is not registered twice', async () => {
    const error = vi.spyOn(log, 'error').mockImplementation(() => {});
    const authenticator = await addPasskey((await member()).visitor);
    const { visitor } = await member();
    const response = authenticator.register(await registerOptions(visitor));
    const again = await visitor.request('POST', '/passkey/verify-registration', { response, name: 'x' });
    expect(await outcome(again)).toEqual([400, 'FAILED_TO_VERIFY_REGISTRATION']);
    error.mockRestore();
  });

  test('registration rejects a response without user verification, and one for another challenge', async () => {
    const error = vi.spyOn(log, 'error');
    const { visitor } = await member();
    const options = await registerOptions(visitor);
    const send = (response: unknown) =>
      visitor.request('POST', '/passkey/verify-registration', { response, name: 'x' });
    const authenticator = new SoftwareAuthenticator();
    expect(await outcome(await send(authenticator.register(options, { verifiesUser: false })))).toEqual([
      400,
      'USER_NOT_VERIFIED',
    ]);
    await registerOptions(visitor);
    expect(await outcome(await send(authenticator.register(options)))).toEqual([400, 'FAILED_TO_VERIFY_REGISTRATION']);
    expect(error).not.toHaveBeenCalled();
    error.mockRestore();
  });

  test('an account has at most twenty passkeys', async () => {
    const { visitor, userId } = await member();
    await superuser.query(
      `insert into auth.passkey (user_id, public_key, credential_id, counter, device_type, backed_up)
       select $1, '', 'filler' || i, 0, 'singleDevice', false from generate_series(1, $2) i`,
      [userId, PASSKEY_LIMIT],
    );
    const response = new SoftwareAuthenticator().register(await registerOptions(visitor));
    const one = await visitor.request('POST', '/passkey/verify-registration', { response, name: 'x' });
    expect(await outcome(one)).toEqual([400, 'TOO_MANY_PASSKEYS']);
  });

  test.each([['x'.repeat(101)], ['\u202e'], ['']])('the name %j of a passkey is rejected', async (name) => {
    const { visitor } = await member();
    const response = new SoftwareAuthenticator().register(await registerOptions(visitor));
    const added = await visitor.request('POST', '/passkey/verify-registration', { response, name });
    expect(await outcome(added)).toEqual([400, 'NAME_NOT_VALID']);
  });

  test.each([['not a uuid'], ['\0'], ['00000000-0000-4000-8000-000000000000']])(
    'removing the passkey %j, which does not exist, is a client error',
    async (id) => {
      const { visitor } = await member();
      const response = await visitor.request('POST', '/passkey/delete-passkey', { id });
      expect([400, 404]).toContain(response.status);
    },
  );

  test('a registration creates no session', async () => {
    const { visitor, userId } = await member();
    const response = new SoftwareAuthenticator().register(await registerOptions(visitor));
    await visitor.request('POST', '/passkey/verify-registration', { response, name: 'x', createSession: true });
    const { rows } = await superuser.query('select 1 from auth.session where user_id = $1', [userId]);
    expect(rows).toHaveLength(1);
  });
});
