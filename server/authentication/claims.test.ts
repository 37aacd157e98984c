import { describe, expect, test } from 'vitest';
import { BAD_CLAIMS } from '../../test/tokens/corpus/bad-claims.ts';
import { claimsOf, LONGEST_LIFE, NOW } from '../../test/api/token.ts';
import { readClaims } from './claims.ts';

const USER = '01900000-0000-7000-8000-00000000000a';
const expected = { longestLife: LONGEST_LIFE };
const payload = (changes: Readonly<Record<string, unknown>> = {}) => ({ ...claimsOf(USER), ...changes });

describe('readClaims', () => {
  test('takes the claims of a good token as they are', () => {
    expect(readClaims(payload(), expected, NOW)).toEqual({ claims: claimsOf(USER) });
  });

  test.each(BAD_CLAIMS)('refuses a token when $name: $fault', ({ changes, fault }) => {
    expect(readClaims(payload(changes), expected, NOW)).toEqual({ fault });
  });

  test('the corpus has every fault in it, and every claim', () => {
    const faults = new Set(BAD_CLAIMS.map(({ fault }) => fault));
    expect([...faults].toSorted()).toEqual(
      ['claim-missing-or-ill-typed', 'expired', 'lives-too-long', 'not-yet-valid', 'subject-not-user'].toSorted(),
    );
    const changed = new Set(BAD_CLAIMS.flatMap(({ changes }) => Object.keys(changes)));
    expect([...changed]).toEqual(expect.arrayContaining(Object.keys(claimsOf(USER))));
  });

  test.each([
    ['its last second', { exp: NOW + 1 }],
    ['a clock 5 s behind the issuer’s', { iat: NOW + 5, auth_time: NOW + 5 }],
    ['nbf at last', { nbf: NOW + 5 }],
    ['the longest life there is', { iat: NOW - 300, exp: NOW + 600 }],
    ['a role that nobody knows: it grants nothing', { role: 'EMPEROR' }],
    ['claims that nobody asked for', { name: 'x', nested: { a: [1] } }],
  ])('takes a token with %s', (_, changes) => {
    expect(readClaims(payload(changes), expected, NOW)).toEqual({ claims: payload(changes) });
  });

  test('has no clock of its own: the same token is good at one moment and over at another', () => {
    const { iat, exp } = claimsOf(USER);
    expect(readClaims(payload(), expected, exp - 1)).toHaveProperty('claims');
    expect(readClaims(payload(), expected, exp)).toEqual({ fault: 'expired' });
    expect(readClaims(payload(), expected, iat - 5)).toHaveProperty('claims');
    expect(readClaims(payload(), expected, iat - 6)).toEqual({ fault: 'not-yet-valid' });
  });

  test('lets no token live longer because a clock is five minutes off', () => {
    const issuedAt = (now: number) => payload({ iat: now, auth_time: now, exp: now + LONGEST_LIFE });
    const [ahead, behind] = [issuedAt(NOW + 300), issuedAt(NOW - 300)];
    expect(readClaims(ahead, expected, NOW)).toEqual({ fault: 'not-yet-valid' });
    expect(readClaims(ahead, expected, NOW + 295)).toHaveProperty('claims');
    expect(readClaims(behind, expected, NOW + 599)).toHaveProperty('claims');
    expect(readClaims(behind, expected, NOW + 600)).toEqual({ fault: 'expired' });
  });

  test('holds tokens to the life that is set, whatever their issuer thinks', () => {
    expect(readClaims(payload(), { longestLife: 660 }, NOW)).toHaveProperty('claims');
    expect(readClaims(payload(), { longestLife: 659 }, NOW)).toEqual({ fault: 'lives-too-long' });
  });
});
