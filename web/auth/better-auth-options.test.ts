import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { withClient } from '../../server/data/pg/with-client.ts';
import { CREDENTIAL_LIMIT } from './endpoints.ts';
import { type TestAccounts, createTestAccounts, type Visitor } from '../../test/support/test-accounts.ts';

const PASSWORD = 'Correct7horse';
let fixture: TestAccounts;

beforeAll(async () => {
  fixture = await createTestAccounts();
});
afterAll(() => fixture.end());

const signUp = (email: unknown, visitor = fixture.visitor()) =>
  visitor.request('POST', '/sign-up/email', { email, password: PASSWORD });
const signIn = (email: unknown, password: string, visitor = fixture.visitor()) =>
  visitor.request('POST', '/sign-in/email', { email, password });

// covers: ACCOUNT-07, FR-002
test.each([
  '',
  'ada',
  '@example.com',
  'ada@',
  'ada@localhost',
  'ada@@example.com',
  'ada@example..com',
  'ada@-example.com',
  '.ada@example.com',
  'ada lovelace@example.com',
  'ada@example.com, eve@example.com',
  'ada@example.com\r\nbcc: eve@example.com',
  '<ada@example.com>',
  'аda@example.com',
  'ada@exаmple.com',
  null,
  7,
  ['ada@example.com'],
  { $ne: '' },
])('sign-up rejects the e-mail address %j', async (email) => {
  const response = await signUp(email);
  const { code }: { code: string } = await response.json();
  expect([response.status, code]).toEqual([400, expect.stringMatching(/^(INVALID_EMAIL|VALIDATION_ERROR)$/)]);
});

// covers: ACCOUNT-01, US2.2
test('a sign-in computes one hash, whether the address is known or not', async () => {
  await signUp('costly@example.com');
  const { password } = await fixture.services.auth.$context;
  const spies = [vi.spyOn(password, 'hash'), vi.spyOn(password, 'verify')];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  const hashes = async (email: string) => {
    for (const spy of spies) spy.mockClear();
    await signIn(email, 'Wrong7horse');
    return spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  };
  expect([await hashes('costly@example.com'), await hashes('unknown@example.com')]).toEqual([1, 1]);
});

// covers: ACCOUNT-02, FR-023.1
test('the rate limit of an IP address counts attempts that other processes admitted', async () => {
  const visitor = fixture.visitor('198.51.100.3');
  expect((await signIn('no address', PASSWORD, visitor)).status).toBe(400);
  // As if another process had admitted all further attempts but one.
  const fillLimit = `update auth.rate_limit set hits = array_fill(hits[1], array[$1::integer]) where key like '198.51.100.3 %'`;
  const { rowCount } = await withClient(fixture.database.superuser, (superuser) =>
    superuser.query(fillLimit, [CREDENTIAL_LIMIT - 1]),
  );
  expect(rowCount).toBe(1);
  expect((await signIn('no address', PASSWORD, visitor)).status).toBe(400);
  expect((await signIn('no address', PASSWORD, visitor)).status).toBe(429);
});

// covers: ACCOUNT-11
test('a sign-in creates a new session, whatever session cookie the request has', async () => {
  const [attacker, victim] = [fixture.visitor(), fixture.visitor()];
  await signUp('attacker@example.com', attacker);
  await signUp('victim@example.com');
  const planted = new Map(attacker.cookies);
  for (const [name, value] of planted) victim.cookies.set(name, value);
  await signIn('victim@example.com', PASSWORD, victim);
  const sessionOf = async (visitor: Visitor) =>
    (await (await visitor.request('GET', '/get-session')).json()) as {
      readonly session: { readonly id: string };
      readonly user: { readonly email: string };
    };
  const [attackers, victims] = [await sessionOf(attacker), await sessionOf(victim)];
  expect([attackers.user.email, victims.user.email]).toEqual(['attacker@example.com', 'victim@example.com']);
  expect(victims.session.id).not.toBe(attackers.session.id);
  for (const [name, value] of planted) expect(victim.cookies.get(name)).not.toBe(value);
});
