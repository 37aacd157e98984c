import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { connectSuperuser, type Superuser } from '../../test/support/superuser.ts';
import { lockWaiters } from '../../test/support/task-lock.ts';
import { createTestAccounts, type TestAccounts } from '../../test/support/test-accounts.ts';

const PASSWORD = 'Correct7horse';
const CLIENT = { CLIENT_ID: 'fieldgate-test', CLIENT_SECRET: 'the secret of the client' };

let accounts: TestAccounts;
let superuser: Superuser;

beforeAll(async () => {
  accounts = await createTestAccounts(
    Object.fromEntries(
      ['GITHUB', 'GOOGLE'].flatMap((name) =>
        Object.entries(CLIENT).map(([setting, value]) => [`OAUTH_${name}_${setting}`, value]),
      ),
    ),
  );
  superuser = await connectSuperuser(accounts.database.superuser);
});
afterAll(async () => {
  await superuser.end();
  await accounts.end();
});
beforeEach(async () => {
  await superuser.rows('delete from auth.rate_limit');
});

let count = 0;
/** Signs up, and gives the account these providers. */
async function member({ providers, password = true }: { providers: readonly string[]; password?: boolean }) {
  const visitor = accounts.visitor();
  const email = `unlink${(count += 1)}@example.com`;
  const { user } = await (await visitor.request('POST', '/sign-up/email', { email, password: PASSWORD })).json();
  const userId = String(user.id);
  for (const provider of providers)
    await superuser.rows(
      'insert into auth.account (user_id, provider_id, account_id, updated_at) values ($1, $2, $3, now())',
      [userId, provider, `${provider} ${count}`],
    );
  if (!password)
    await superuser.rows(`delete from auth.account where user_id = $1 and provider_id = 'credential'`, [userId]);
  const unlink = (provider: string) => visitor.request('POST', '/unlink-social', { provider });
  return { userId, unlink };
}
const waysOf = async (userId: string) =>
  (await superuser.rows('select provider_id from auth.account where user_id = $1 order by provider_id', [userId])).map(
    ({ provider_id }) => provider_id,
  );
const unlinkingsOf = (userId: string) =>
  superuser.rows(
    `select outcome, detail, user_agent from auth.auth_event where user_id = $1 and kind = 'PROVIDER_UNLINKED'`,
    [userId],
  );

test('a user with a password unlinks a provider, and the security log has the provider', async () => {
  const { userId, unlink } = await member({ providers: ['github'] });
  const response = await unlink('github');
  expect([response.status, await response.json()]).toEqual([200, { status: true }]);
  expect(await waysOf(userId)).toEqual(['credential']);
  expect(await unlinkingsOf(userId)).toEqual([expect.objectContaining({ outcome: 'SUCCEEDED', detail: 'github' })]);
});

test('a user without a password unlinks one of two providers', async () => {
  const { userId, unlink } = await member({ providers: ['github', 'google'], password: false });
  expect((await unlink('github')).status).toBe(200);
  expect(await waysOf(userId)).toEqual(['google']);
});

test.each([
  ['the only provider of an account', ['github']],
  ['a provider of an account whose other provider is not configured any more', ['former', 'github']],
])('%s without a password stays linked', async (_, providers) => {
  const { userId, unlink } = await member({ providers, password: false });
  const response = await unlink('github');
  expect([response.status, (await response.json()).code]).toEqual([400, 'LAST_WAY_TO_SIGN_IN']);
  expect([await waysOf(userId), await unlinkingsOf(userId)]).toEqual([providers, []]);
});

test('of two requests at once that unlink both providers of an account without a password, one succeeds', async () => {
  const { userId, unlink } = await member({ providers: ['github', 'google'], password: false });
  const holder = await connectSuperuser(accounts.database.superuser);
  onTestFinished(() => holder.end());
  await holder.rows('begin');
  await holder.rows('select from auth.account where user_id = $1 for update', [userId]);
  const requests = [unlink('github'), unlink('google')];
  await vi.waitFor(async () => expect(await lockWaiters(superuser)).toBe(2), 10_000);
  await holder.rows('rollback');
  const statuses = (await Promise.all(requests)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 400]));
  expect(await waysOf(userId)).toHaveLength(1);
});

test.each(['google', 'credential', 'unknown'])(
  'a request to unlink %s, which is not linked, changes nothing',
  async (provider) => {
    const { userId, unlink } = await member({ providers: ['github'] });
    const other = await member({ providers: ['google'] });
    const response = await unlink(provider);
    expect([response.status, (await response.json()).code]).toEqual([400, 'PROVIDER_NOT_LINKED']);
    expect([await waysOf(userId), await waysOf(other.userId)]).toEqual([
      ['credential', 'github'],
      ['credential', 'google'],
    ]);
  },
);

test('unlinking needs a session', async () => {
  const response = await accounts.visitor().request('POST', '/unlink-social', { provider: 'github' });
  expect(response.status).toBe(401);
});
