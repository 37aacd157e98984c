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
const names = (keys: readonly FileKey[]) => keys.map(({ kid }) => kid);

describe('the life of a key', () => {
  test('is: published, signs, verifies what it has signed, can go', () => {
    expect(keyStates([OLD, CURRENT, NEXT], LIFETIME, NOW)).toEqual([
      { kid: 'next', state: 'published', signsFrom: NOW + 60, idleFrom: undefined },
      { kid: 'current', state: 'signs', signsFrom: NOW - 500, idleFrom: undefined },
      { kid: 'old', state: 'retiring', signsFrom: NOW - 10_000, idleFrom: NOW - 500 + LIFETIME + 60 },
    ]);
  });

  test('of two with one time the later in the file signs, and the other retires', () => {
    const states = keyStates([key('one', NOW), key('other', NOW)], LIFETIME, NOW);
    expect(states.map(({ kid, state }) => [kid, state])).toEqual([
      ['other', 'signs'],
      ['one', 'retiring'],
    ]);
  });

  test('does not depend on where it stands in the file', () => {
    expect(keyStates([NEXT, CURRENT, OLD], LIFETIME, NOW)).toEqual(keyStates([OLD, CURRENT, NEXT], LIFETIME, NOW));
  });
});

describe('rotate', () => {
  test('adds a key that signs two minutes later, and takes none away', () => {
    expect(rotateKeys([OLD, CURRENT], fresh, { now: NOW, immediately: false })).toEqual([
      OLD,
      CURRENT,
      key('fresh', NOW + 120),
    ]);
  });

  test('waits for the one that is on its way, and says until when', () => {
    expect(() => rotateKeys([CURRENT, NEXT], fresh, { now: NOW, immediately: false })).toThrow(
      'The key next is published and signs from 2027-01-15 08:01:00 UTC: rotate after that.',
    );
  });

  test('--now adds one that signs at once, whatever is on its way', () => {
    const keys = rotateKeys([CURRENT, NEXT], fresh, { now: NOW, immediately: true });
    expect(keyStates(keys, LIFETIME, NOW).find(({ state }) => state === 'signs')?.kid).toBe('fresh');
  });
});

describe('retire', () => {
  const retire = (keys: readonly FileKey[], kid: string, now = NOW, immediately = false) =>
    retireKey(keys, kid, { lifetime: LIFETIME, now, immediately });

  test('takes a key away when the last token that it has signed is over', () => {
    const idle = NOW - 500 + LIFETIME + 60;
    expect(() => retire([OLD, CURRENT], 'old', idle - 1)).toThrow(OperatorError);
    expect(names(retire([OLD, CURRENT], 'old', idle))).toEqual(['current']);
  });

  test('before that says until when they are good, and how to refuse them at once', () => {
    expect(() => retire([OLD, CURRENT], 'old')).toThrow(
      /^Tokens that old has signed are good until 2027-01-15 08:07:40 UTC: .* `npm run keys -- retire old --now`\.$/,
    );
    expect(names(retire([OLD, CURRENT], 'old', NOW, true))).toEqual(['current']);
  });

  test('takes a key away that has signed nothing yet', () => {
    expect(names(retire([CURRENT, NEXT], 'next'))).toEqual(['current']);
  });

  test.each([false, true])('never takes away the one that signs (--now: %s)', (immediately) => {
    expect(() => retire([OLD, CURRENT], 'current', NOW, immediately)).toThrow(/^The key current signs: .*rotate/);
    expect(() => retire([CURRENT], 'current', NOW, immediately)).toThrow(OperatorError);
  });

  test('says where the names are when there is no such key', () => {
    expect(() => retire([CURRENT], 'Current')).toThrow('There is no key Current: `npm run keys -- list` names them.');
  });
});
