import { describe, expect, test } from 'vitest';
import { BAD_CLAIMS } from '../../test/tokens/corpus/bad-claims.ts';
import { validClaims, MAX_LIFETIME, NOW } from '../../test/support/test-token.ts';
import { validateClaims } from './claims.ts';

const USER = '01900000-0000-7000-8000-00000000000a';
const expected = { maxLifetime: MAX_LIFETIME };
const payload = (changes: Readonly<Record<string, unknown>> = {}) => ({ ...validClaims(USER), ...changes });

describe('readClaims', () => {
  test('takes the claims of a good token as they are', () => {
    expect(validateClaims(payload(), expected, NOW)).toEqual({ claims: validClaims(USER) });
  });

  // covers: EDGE-09, FR-027, TOKEN-07
  test.each(BAD_CLAIMS)('refuses a token when $name: $reason', ({ changes, reason }) => {
    expect(validateClaims(payload(changes), expected, NOW)).toEqual({ reason });
  });

  // covers: TOKEN-07
  test('the corpus has every fault in it, and every claim', () => {
    const reasons = new Set(BAD_CLAIMS.map(({ reason }) => reason));
    expect([...reasons].toSorted()).toEqual(
      ['claim-missing-or-ill-typed', 'expired', 'lives-too-long', 'not-yet-valid', 'subject-not-user'].toSorted(),
    );
    const changed = new Set(BAD_CLAIMS.flatMap(({ changes }) => Object.keys(changes)));
    expect([...changed]).toEqual(expect.arrayContaining(Object.keys(validClaims(USER))));
  });

  // covers: SC-003
  test.each([
    ['its last second', { exp: NOW + 1 }],
    ['a clock 5 s behind the issuer’s', { iat: NOW + 5, auth_time: NOW + 5 }],
    ['nbf at last', { nbf: NOW + 5 }],
    ['the longest life there is', { iat: NOW - 300, exp: NOW + 600 }],
    ['a role that nobody knows: it grants nothing', { role: 'EMPEROR' }],
    ['claims that nobody asked for', { name: 'x', nested: { a: [1] } }],
  ])('takes a token with %s', (_, changes) => {
    expect(validateClaims(payload(changes), expected, NOW)).toEqual({ claims: payload(changes) });
  });

  // covers: FR-017
  test('has no clock of its own: the same token is good at one moment and over at another', () => {
    const { iat, exp } = validClaims(USER);
    expect(validateClaims(payload(), expected, exp - 1)).toHaveProperty('claims');
    expect(validateClaims(payload(), expected, exp)).toEqual({ reason: 'expired' });
    expect(validateClaims(payload(), expected, iat - 5)).toHaveProperty('claims');
    expect(validateClaims(payload(), expected, iat - 6)).toEqual({ reason: 'not-yet-valid' });
  });

  // covers: OPS-17
  test('lets no token live longer because a clock is five minutes off', () => {
    const issuedAt = (now: number) => payload({ iat: now, auth_time: now, exp: now + MAX_LIFETIME });
    const [ahead, behind] = [issuedAt(NOW + 300), issuedAt(NOW - 300)];
    expect(validateClaims(ahead, expected, NOW)).toEqual({ reason: 'not-yet-valid' });
    expect(validateClaims(ahead, expected, NOW + 295)).toHaveProperty('claims');
    expect(validateClaims(behind, expected, NOW + 599)).toHaveProperty('claims');
    expect(validateClaims(behind, expected, NOW + 600)).toEqual({ reason: 'expired' });
  });

  // covers: FR-012, TOKEN-07
  test('holds tokens to the life that is set, whatever their issuer thinks', () => {
    expect(validateClaims(payload(), { maxLifetime: 660 }, NOW)).toHaveProperty('claims');
    expect(validateClaims(payload(), { maxLifetime: 659 }, NOW)).toEqual({ reason: 'lives-too-long' });
  });
});
