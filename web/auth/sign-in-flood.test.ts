import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestAccounts, createTestAccounts } from '../../test/support/test-accounts.ts';

const PASSWORD = 'Correct7horse';
let accounts: TestAccounts;

beforeAll(async () => {
  accounts = await createTestAccounts();
  const emails = Array.from({ length: 25 }, (_, index) => `other${index}@example.com`);
  await Promise.all(
    emails.map((email, index) =>
      accounts.visitor(`192.0.2.${index}`).request('POST', '/sign-up/email', { email, password: PASSWORD }),
    ),
  );
});
afterAll(() => accounts.end());

const signIn = async (address: string, email: string, password: string) =>
  (await accounts.visitor(address).request('POST', '/sign-in/email', { email, password })).status;

/** The source addresses of a flood: one host, and all hosts of one IPv6 network. */
const FLOODS: readonly (readonly [string, (size: number, index: number) => string])[] = [
  ['an IPv4 address', (size) => `198.51.100.${size % 256}`],
  ['an IPv6 network', (size, index) => `2001:db8:0:${size}::${index.toString(16)}`],
];
const SIZES = [
  [250, 14],
  [400, 25],
] as const;

// covers: ACCOUNT-03
test.each(FLOODS.flatMap(([name, address]) => SIZES.map(([size, others]) => [size, name, others, address] as const)))(
  '%i concurrent sign-ins from %s do not affect sign-ins from %i other addresses',
  async (size, _, others, address) => {
    const flood = Promise.all(
      Array.from({ length: size }, (_each, index) =>
        signIn(address(size, index), `victim${index}@example.com`, 'Wrong7horse'),
      ),
    );
    const served = await Promise.all(
      Array.from({ length: others }, (_each, index) =>
        signIn(`203.0.113.${size === 250 ? index : index + 50}`, `other${index}@example.com`, PASSWORD),
      ),
    );
    expect(served).toEqual(Array.from({ length: others }, () => 200));
    const flooded = await flood;
    expect(new Set(flooded)).toEqual(new Set([401, 429]));
    expect(flooded.filter((status) => status === 401).length).toBeLessThanOrEqual(200);
  },
  30_000,
);
