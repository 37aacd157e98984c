import { describe, expect, test } from 'vitest';
import type { FileKey } from '../../../runtime/key-file.ts';
import { OperatorError } from '../../operations/operator-error.ts';
import { keyStates, retireKey, rotateKeys } from './key-rotation.ts';

const NOW = 1_800_000_000;
const LIFETIME = 900;
const key = (kid: string, signsFrom: number): FileKey => ({ kid, signsFrom, secret: 's', publicKey: '' });
const OLD = key('old', NOW - 10_000);
const CURRENT = key('current', NOW - 500);
const NEXT = key('next', NOW + 60);
const fresh = (signsFrom: number) => key('fresh', signsFrom);
const ids = (keys: readonly FileKey[]) => keys.map(({ kid }) => kid);

describe('keyStates', () => {
  test('keyStates returns published, signs and retiring, and when a retiring key is idle', () => {
    expect(keyStates([OLD, CURRENT, NEXT], LIFETIME, NOW)).toEqual([
      { kid: 'next', state: 'published', signsFrom: NOW + 60, idleFrom: undefined },
      { kid: 'current', state: 'signs', signsFrom: NOW - 500, idleFrom: undefined },
      { kid: 'old', state: 'retiring', signsFrom: NOW - 10_000, idleFrom: NOW - 500 + LIFETIME + 60 },
    ]);
  });

  test('keyStates takes the later in the file of two keys with the same time as the signing one', () => {
    const states = keyStates([key('one', NOW), key('other', NOW)], LIFETIME, NOW);
    expect(states.map(({ kid, state }) => [kid, state])).toEqual([
      ['other', 'signs'],
      ['one', 'retiring'],
    ]);
  });

  test('keyStates does not depend on the order of the file', () => {
    expect(keyStates([NEXT, CURRENT, OLD], LIFETIME, NOW)).toEqual(keyStates([OLD, CURRENT, NEXT], LIFETIME, NOW));
  });
});

describe('rotateKeys', () => {
  test('rotateKeys adds a key that signs two minutes later, and removes none', () => {
    expect(rotateKeys([OLD, CURRENT], fresh, { now: NOW, immediately: false })).toEqual([
      OLD,
      CURRENT,
      key('fresh', NOW + 120),
    ]);
  });

  test('rotateKeys rejects while a published key does not sign yet, and says until when', () => {
    expect(() => rotateKeys([CURRENT, NEXT], fresh, { now: NOW, immediately: false })).toThrow(
      'The key next is published and signs from 2027-01-15 08:01:00 UTC: rotate after that.',
    );
  });

  test('rotateKeys adds a key that signs immediately, even if another one is published', () => {
    const keys = rotateKeys([CURRENT, NEXT], fresh, { now: NOW, immediately: true });
    expect(keyStates(keys, LIFETIME, NOW).find(({ state }) => state === 'signs')?.kid).toBe('fresh');
  });
});

describe('retireKey', () => {
  const retire = (keys: readonly FileKey[], kid: string, now = NOW, immediately = false) =>
    retireKey(keys, kid, { lifetime: LIFETIME, now, immediately });

  test('retireKey removes a key when the last token that it has signed has expired', () => {
    const idle = NOW - 500 + LIFETIME + 60;
    expect(() => retire([OLD, CURRENT], 'old', idle - 1)).toThrow(OperatorError);
    expect(ids(retire([OLD, CURRENT], 'old', idle))).toEqual(['current']);
  });

  test('retireKey rejects before that, with the time and the command that refuses the tokens at once', () => {
    expect(() => retire([OLD, CURRENT], 'old')).toThrow(
      /^Tokens signed with old are valid until 2027-01-15 08:07:40 UTC: .* `npm run keys -- retire old --now`\.$/,
    );
    expect(ids(retire([OLD, CURRENT], 'old', NOW, true))).toEqual(['current']);
  });

  test('retireKey removes a key that has not signed yet', () => {
    expect(ids(retire([CURRENT, NEXT], 'next'))).toEqual(['current']);
  });

  test.each([false, true])('retireKey rejects the signing key (immediately: %s)', (immediately) => {
    expect(() => retire([OLD, CURRENT], 'current', NOW, immediately)).toThrow(/^The key current signs: .*rotate/);
    expect(() => retire([CURRENT], 'current', NOW, immediately)).toThrow(OperatorError);
  });

  test('retireKey rejects an unknown id, and names the command that lists them', () => {
    expect(() => retire([CURRENT], 'Current')).toThrow(
      'There is no key Current: `npm run keys -- list` prints the ids.',
    );
  });
});
