import { describe, expect, test } from 'vitest';
import { BAD_TOKENS } from '../../test/api/bad-tokens.ts';
import {
  AUDIENCE,
  claimsOf,
  CURRENT,
  HEADER,
  ISSUER,
  LONGEST_LIFE,
  mint,
  NOW,
  PREVIOUS,
  sign,
} from '../../test/api/token.ts';
import { createVerifier, type VerifierOptions } from './verify.ts';

const USER = '01900000-0000-7000-8000-00000000000a';
const OPTIONS: VerifierOptions = {
  secrets: [CURRENT, PREVIOUS],
  issuer: ISSUER,
  audience: AUDIENCE,
  longestLife: LONGEST_LIFE,
};
const verify = await createVerifier(OPTIONS);
const ofPrevious = sign({ ...HEADER, kid: PREVIOUS.kid }, claimsOf(USER), PREVIOUS.secret);

describe('a good token', () => {
  test('verifies, and its claims are what it says', async () => {
    expect(await verify(mint(USER), NOW)).toEqual({ claims: claimsOf(USER) });
  });

  test('verifies whatever the order of its header parameters', async () => {
    const { alg, typ, kid } = HEADER;
    for (const header of [
      { alg, typ, kid },
      { kid, alg, typ },
      { typ, kid, alg },
    ])
      expect(await verify(sign(header, claimsOf(USER)), NOW)).toHaveProperty('claims');
  });

  test('of the secret before the current one verifies while that secret is listed', async () => {
    expect(await verify(ofPrevious, NOW)).toEqual({ claims: claimsOf(USER) });
    const without = await createVerifier({ ...OPTIONS, secrets: [CURRENT] });
    expect(await without(ofPrevious, NOW)).toEqual({ fault: 'unknown-key' });
    expect(await without(mint(USER), NOW)).toHaveProperty('claims');
  });

  test('verifies up to 4,096 characters, and not beyond', async () => {
    const padded = (length: number) => mint(USER, { padding: 'x'.repeat(length) });
    let length = 2_500;
    while (padded(length + 1).length <= 4_096) length++;
    expect(await verify(padded(length), NOW)).toHaveProperty('claims');
    expect(await verify(padded(length + 1), NOW)).toEqual({ fault: 'form' });
  });

  test('is refused by a verifier of another environment', async () => {
    const others: [Partial<VerifierOptions>, string][] = [
      [{ issuer: 'http://staging.test' }, 'issuer'],
      [{ audience: 'staging-api' }, 'audience'],
      [{ secrets: [{ ...CURRENT, secret: PREVIOUS.secret }] }, 'signature'],
      [{ secrets: [{ ...CURRENT, kid: 'staging' }] }, 'unknown-key'],
      [{ secrets: [] }, 'unknown-key'],
    ];
    for (const [change, fault] of others)
      expect(await (await createVerifier({ ...OPTIONS, ...change }))(mint(USER), NOW)).toEqual({ fault });
  });

  test('with any one character changed is a good token no more', async () => {
    const token = mint(USER);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      expect(await verify(changed, NOW), `character ${at}`).toHaveProperty('fault');
    }
  });
});

describe.each(Object.entries(BAD_TOKENS))('a bad token, by its %s,', (_, tokens) => {
  test.each(tokens)('is refused: $name ($fault)', async ({ token, fault }) => {
    expect(await verify(token, NOW)).toEqual({ fault });
  });
});

test('the corpus knows every fault that a token can have', () => {
  const faults = new Set(Object.values(BAD_TOKENS).flatMap((tokens) => tokens.map(({ fault }) => fault)));
  const before = ['form', 'header', 'unknown-key', 'signature', 'payload', 'issuer', 'audience'];
  const claims = ['claim-missing-or-ill-typed', 'subject-not-user', 'expired', 'not-yet-valid', 'lives-too-long'];
  expect([...faults].toSorted()).toEqual([...before, ...claims].toSorted());
});
