import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createDeviceCookies, deviceCookieName, parseDeviceCookie } from './device-cookie.ts';

const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const cookies = createDeviceCookies('a secret for tests that is 32 characters or longer');
const account = { userId: randomUUID(), passwordHash: '$argon2id$hash' };
const first = (value: string | undefined, now = NOW) => parseDeviceCookie(value, now)[0];

test('a device cookie is valid for the account that it was issued for', () => {
  const entry = first(cookies.issue('device', account, undefined, NOW));
  expect(entry && cookies.isValid(entry, account)).toBe(true);
});

test.each([
  ['another account', { ...account, userId: randomUUID() }],
  ['the account after its password has changed', { ...account, passwordHash: '$argon2id$other' }],
  ['the account without a password', { ...account, passwordHash: null }],
])('a device cookie is not valid for %s', (_, other) => {
  const entry = first(cookies.issue('device', account, undefined, NOW));
  expect(entry && cookies.isValid(entry, other)).toBe(false);
});

// covers: ACCOUNT-23
test('a device cookie with any changed character is not valid', () => {
  const value = cookies.issue('device', account, undefined, NOW);
  for (let index = 0; index < value.length; index++) {
    const changed = value.slice(0, index) + (value[index] === 'A' ? 'B' : 'A') + value.slice(index + 1);
    const entry = first(changed);
    expect(entry !== undefined && cookies.isValid(entry, account), changed).toBe(false);
  }
});

test('a device cookie cannot be changed from one kind to the other', () => {
  const entry = first(cookies.issue('reset', account, undefined, NOW));
  expect(entry && cookies.isValid({ ...entry, kind: 'device' }, account)).toBe(false);
});

test('a device cookie of another secret is not valid', () => {
  const entry = first(createDeviceCookies('another secret').issue('device', account, undefined, NOW));
  expect(entry && cookies.isValid(entry, account)).toBe(false);
});

test.each([
  ['device', 400 * 24 * HOUR],
  ['reset', HOUR],
] as const)('an entry of the kind %s expires after %i ms', (kind, lifetime) => {
  const value = cookies.issue(kind, account, undefined, NOW);
  expect(first(value, NOW + lifetime - 1)).toBeDefined();
  expect(first(value, NOW + lifetime)).toBeUndefined();
});

describe('several accounts in one browser', () => {
  const others = Array.from({ length: 6 }, () => ({ userId: randomUUID(), passwordHash: null }));

  test('a browser stays known for the last five accounts', () => {
    let value: string | undefined;
    for (const other of others) value = cookies.issue('device', other, value, NOW);
    const known = parseDeviceCookie(value, NOW).map(({ userId }) => userId);
    expect(known).toEqual(
      others
        .map(({ userId }) => userId)
        .slice(1)
        .toReversed(),
    );
    expect(value?.length).toBeLessThan(1_000);
  });

  test('a browser has one entry for an account, with a new nonce after each sign-in', () => {
    const before = cookies.issue('reset', account, undefined, NOW);
    const after = cookies.issue('device', account, before, NOW);
    expect(parseDeviceCookie(after, NOW)).toMatchObject([{ kind: 'device', userId: account.userId }]);
    expect(first(after)?.nonce).not.toBe(first(before)?.nonce);
  });
});

test.each([
  '',
  'x',
  '~~~~',
  'device',
  `device.${'a'.repeat(36)}.b.1.c`,
  '\0',
  '💥',
  'x'.repeat(100_000),
  '~'.repeat(5_000),
])('a cookie that is not one of ours has no entries: %#', (value) => {
  expect(parseDeviceCookie(value, NOW)).toEqual([]);
});

test('the device cookie has the prefix __Secure- on https', () => {
  expect([deviceCookieName('http://localhost:3000'), deviceCookieName('https://tasks.example')]).toEqual([
    'fieldgate.device',
    '__Secure-fieldgate.device',
  ]);
});
