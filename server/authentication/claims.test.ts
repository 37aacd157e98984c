import { describe, expect, test } from 'vitest';
import { BAD_CLAIMS } from '../../test/tokens/corpus/bad-claims.ts';
import { validClaims, MAX_LIFETIME, NOW } from '../../test/support/test-token.ts';
import { validateClaims } from './claims.ts';

const USER = '01900000-0000-7000-8000-00000000000a';
const constraints = { maxLifetime: MAX_LIFETIME };
const payload = (changes: Readonly<Record<string, unknown>> = {}) => ({ ...validClaims(USER), ...changes });

describe('validateClaims', () => {
  test('returns the claims of a valid token unchanged', () => {
    expect(validateClaims(payload(), constraints, NOW)).toEqual({ claims: validClaims(USER) });
  });

  // covers: EDGE-09, FR-027, TOKEN-07
  test.each(BAD_CLAIMS)('rejects a token if $name: $reason', ({ changes, reason }) => {
    expect(validateClaims(payload(changes), constraints, NOW)).toEqual({ reason });
  });

  // covers: TOKEN-07
  test('is tested with every reason and every claim', () => {
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
    ['an issuer whose clock is 5 s ahead', { iat: NOW + 5, auth_time: NOW + 5 }],
    ['an `nbf` within the clock tolerance', { nbf: NOW + 5 }],
    ['the longest lifetime', { iat: NOW - 300, exp: NOW + 600 }],
    ['an unknown role, which grants nothing', { role: 'EMPEROR' }],
    ['additional claims', { name: 'x', nested: { a: [1] } }],
  ])('accepts a token with %s', (_, changes) => {
    expect(validateClaims(payload(changes), constraints, NOW)).toEqual({ claims: payload(changes) });
  });

  // covers: FR-017
  test('depends only on `now`: one token is valid at one time and expired at another', () => {
    const { iat, exp } = validClaims(USER);
    expect(validateClaims(payload(), constraints, exp - 1)).toHaveProperty('claims');
    expect(validateClaims(payload(), constraints, exp)).toEqual({ reason: 'expired' });
    expect(validateClaims(payload(), constraints, iat - 5)).toHaveProperty('claims');
    expect(validateClaims(payload(), constraints, iat - 6)).toEqual({ reason: 'not-yet-valid' });
  });

  // covers: OPS-17
  test('accepts no token beyond its lifetime if the issuer’s clock is wrong by five minutes', () => {
    const issuedAt = (now: number) => payload({ iat: now, auth_time: now, exp: now + MAX_LIFETIME });
    const [ahead, behind] = [issuedAt(NOW + 300), issuedAt(NOW - 300)];
    expect(validateClaims(ahead, constraints, NOW)).toEqual({ reason: 'not-yet-valid' });
    expect(validateClaims(ahead, constraints, NOW + 295)).toHaveProperty('claims');
    expect(validateClaims(behind, constraints, NOW + 599)).toHaveProperty('claims');
    expect(validateClaims(behind, constraints, NOW + 600)).toEqual({ reason: 'expired' });
  });

  // covers: FR-012, TOKEN-07
  test('rejects a token with a lifetime above `maxLifetime`', () => {
    expect(validateClaims(payload(), { maxLifetime: 660 }, NOW)).toHaveProperty('claims');
    expect(validateClaims(payload(), { maxLifetime: 659 }, NOW)).toEqual({ reason: 'lives-too-long' });
  });
});
