import { describe, expect, test, vi } from 'vitest';
import {
  AUDIENCE,
  validClaims,
  CURRENT_SECRET,
  VALID_HEADER,
  ISSUER,
  keysFromSecrets,
  MAX_LIFETIME,
  signToken,
  NOW,
  PREVIOUS_SECRET,
  signJwt,
} from '../../test/support/test-token.ts';
import { CORPORA } from '../../test/tokens/corpus/corpus.ts';
import type { VerificationKeys, TokenAlgorithm } from './verification-keys.ts';
import { createVerifiedTokenCache } from './verified-token-cache.ts';
import { createVerifier, type VerifierOptions } from './token-verifier.ts';

const USER = '01900000-0000-7000-8000-00000000000a';
const OPTIONS: VerifierOptions = {
  keys: await keysFromSecrets(CURRENT_SECRET, PREVIOUS_SECRET),
  issuer: ISSUER,
  audience: AUDIENCE,
  maxLifetime: MAX_LIFETIME,
};
const verify = createVerifier(OPTIONS);
const ofPrevious = signJwt({ ...VALID_HEADER, kid: PREVIOUS_SECRET.kid }, validClaims(USER), PREVIOUS_SECRET.secret);

describe('a valid token', () => {
  // covers: FR-011.1
  test('is accepted with its claims', async () => {
    expect(await verify(signToken(USER), NOW)).toEqual({ claims: validClaims(USER) });
  });

  test('is accepted with its header parameters in any order', async () => {
    const { alg, typ, kid } = VALID_HEADER;
    for (const header of [
      { alg, typ, kid },
      { kid, alg, typ },
      { typ, kid, alg },
    ])
      expect(await verify(signJwt(header, validClaims(USER)), NOW)).toHaveProperty('claims');
  });

  // covers: EDGE-04
  test('signed with the previous secret is accepted while that secret is listed', async () => {
    expect(await verify(ofPrevious, NOW)).toEqual({ claims: validClaims(USER) });
    const without = createVerifier({ ...OPTIONS, keys: await keysFromSecrets(CURRENT_SECRET) });
    expect(await without(ofPrevious, NOW)).toEqual({ reason: 'unknown-key' });
    expect(await without(signToken(USER), NOW)).toHaveProperty('claims');
  });

  test('is accepted up to 4,096 characters, and rejected above', async () => {
    const padded = (length: number) => signToken(USER, { padding: 'x'.repeat(length) });
    let length = 2_500;
    while (padded(length + 1).length <= 4_096) length++;
    expect(await verify(padded(length), NOW)).toHaveProperty('claims');
    expect(await verify(padded(length + 1), NOW)).toEqual({ reason: 'form' });
  });

  // covers: TOKEN-08
  test('is rejected by a verifier with another issuer, audience or key', async () => {
    const others: [Partial<VerifierOptions>, string][] = [
      [{ issuer: 'http://staging.test' }, 'issuer'],
      [{ audience: 'staging-api' }, 'audience'],
      [{ keys: await keysFromSecrets({ ...CURRENT_SECRET, secret: PREVIOUS_SECRET.secret }) }, 'signature'],
      [{ keys: await keysFromSecrets({ ...CURRENT_SECRET, kid: 'staging' }) }, 'unknown-key'],
      [{ keys: await keysFromSecrets() }, 'unknown-key'],
    ];
    for (const [change, reason] of others)
      expect(await createVerifier({ ...OPTIONS, ...change })(signToken(USER), NOW)).toEqual({ reason });
  });

  // covers: FR-016, TOKEN-06
  test('is rejected after a change of any single character', async () => {
    const token = signToken(USER);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      expect(await verify(changed, NOW), `character ${at}`).toHaveProperty('reason');
    }
  });
});

describe.each(CORPORA.map((corpus) => [corpus.forge.mode, corpus] as const))('the verifier in %s mode', (_, corpus) => {
  const { forge, classes, tokens } = corpus;
  const check = createVerifier({ ...OPTIONS, keys: forge.keys });

  describe.each(Object.entries(classes))('given an invalid token (%s)', (__, members) => {
    // covers: SC-004, TOKEN-01, TOKEN-03, TOKEN-05
    test.each(members)('rejects $name ($reason)', async ({ token, reason }) => {
      expect(await check(token, NOW)).toEqual({ reason });
    });
  });

  // covers: SC-003
  test('accepts a valid token of every listed key', async () => {
    expect(await check(forge.signToken(USER), NOW)).toEqual({ claims: validClaims(USER) });
    const before = forge.sign({ ...forge.header, kid: forge.previousKid }, validClaims(USER), 'previous');
    expect(await check(before, NOW)).toEqual({ claims: validClaims(USER) });
  });

  // covers: TOKEN-01
  test('rejects a valid token of the other mode', async () => {
    for (const { forge: other } of CORPORA)
      if (other !== forge) expect(await check(other.signToken(USER), NOW)).toEqual({ reason: 'header' });
  });

  test('is tested with a token for every reason of rejection', () => {
    const reasons = new Set(tokens.map(({ reason }) => reason));
    const before = ['form', 'header', 'unknown-key', 'signature', 'payload', 'issuer', 'audience'];
    const claims = ['claim-missing-or-ill-typed', 'subject-not-user', 'expired', 'not-yet-valid', 'lives-too-long'];
    expect([...reasons].toSorted()).toEqual([...before, ...claims].toSorted());
  });

  test('is tested with a corpus whose names are unique in each class', () => {
    for (const members of Object.values(classes))
      expect(new Set(members.map(({ name }) => name)).size).toBe(members.length);
  });
});

describe('while the keys are unavailable', () => {
  /** Keys that are unavailable for every plausible token, like those of `refreshingKeys`. */
  const unavailableKeys = (algorithm: TokenAlgorithm): VerificationKeys => ({
    algorithm,
    find: async (_kid, _now, isPlausible) => (isPlausible?.() === true ? { retryAfter: 7 } : 'unknown'),
  });

  test('a token that its key could verify is an outage, not a rejection', async () => {
    const check = createVerifier({ ...OPTIONS, keys: unavailableKeys('HS256') });
    expect(await check(signToken(USER), NOW + 0.5)).toEqual({ outage: 'keys', retryAfter: 7 });
  });

  // covers: TOKEN-02
  test.each(CORPORA.map((corpus) => [corpus.forge.mode, corpus] as const))(
    'every invalid token of the corpus in %s mode is rejected, unless the reason is its key or signature',
    async (_, { forge, tokens }) => {
      const check = createVerifier({ ...OPTIONS, keys: unavailableKeys(forge.header.alg) });
      const outages = [];
      for (const { name, token, reason } of tokens)
        if ('outage' in (await check(token, NOW))) outages.push([reason, name]);
      expect(outages.filter(([reason]) => reason !== 'unknown-key' && reason !== 'signature')).toEqual([]);
      expect(outages.length).toBeGreaterThan(0);
    },
  );
});

test('the verifier compares whole seconds: a token is valid for the whole second before `exp`', async () => {
  const token = signToken(USER, { exp: NOW + 1 });
  expect(await verify(token, NOW + 0.999)).toHaveProperty('claims');
  expect(await verify(token, NOW + 1)).toEqual({ reason: 'expired' });
});

describe('a cached token', () => {
  /** Creates a verifier with its cache and a spy on the verification of signatures. */
  function spiedVerifier(options: Partial<VerifierOptions> = {}) {
    const verifiedTokens = createVerifiedTokenCache();
    const signatures = vi.spyOn(crypto.subtle, 'verify').mockClear();
    return { verify: createVerifier({ ...OPTIONS, verifiedTokens, ...options }), verifiedTokens, signatures };
  }
  // covers: SC-007
  test('has its signature verified only once', async () => {
    const { verify: verifyAgain, signatures } = spiedVerifier();
    for (const at of [NOW, NOW, NOW + 599])
      expect(await verifyAgain(signToken(USER), at)).toEqual({ claims: validClaims(USER) });
    expect(signatures).toHaveBeenCalledTimes(1);
  });

  // covers: TOKEN-12
  test('is rejected from `exp` on, and removed', async () => {
    const { verify: verifyAgain, verifiedTokens } = spiedVerifier();
    await verifyAgain(signToken(USER), NOW);
    expect(await verifyAgain(signToken(USER), NOW + 600)).toEqual({ reason: 'expired' });
    expect(verifiedTokens.size).toBe(0);
  });

  test('has its times checked on every use, also after the clock was set back', async () => {
    const { verify: verifyAgain } = spiedVerifier();
    await verifyAgain(signToken(USER), NOW);
    expect(await verifyAgain(signToken(USER), NOW - 66)).toEqual({ reason: 'not-yet-valid' });
    expect(await verifyAgain(signToken(USER), NOW)).toHaveProperty('claims');
  });

  // covers: EDGE-04, TOKEN-12
  test('is rejected as soon as its key is no longer listed', async () => {
    const keys = { ...OPTIONS.keys };
    const { verify: verifyAgain, verifiedTokens } = spiedVerifier({ keys });
    await verifyAgain(signToken(USER), NOW);
    keys.find = (await keysFromSecrets(PREVIOUS_SECRET)).find;
    expect(await verifyAgain(signToken(USER), NOW)).toEqual({ reason: 'unknown-key' });
    expect(verifiedTokens.size).toBe(0);
  });

  test('is verified again when another key has its `kid`', async () => {
    const keys = { ...OPTIONS.keys };
    const { verify: verifyAgain } = spiedVerifier({ keys });
    await verifyAgain(signToken(USER), NOW);
    keys.find = (await keysFromSecrets({ ...CURRENT_SECRET, secret: PREVIOUS_SECRET.secret })).find;
    expect(await verifyAgain(signToken(USER), NOW)).toEqual({ reason: 'signature' });
  });

  // covers: TOKEN-06
  test('does not make similar texts valid', async () => {
    const { verify: verifyAgain } = spiedVerifier();
    await verifyAgain(signToken(USER), NOW);
    for (const other of [
      `${signToken(USER)} `,
      `${signToken(USER)}A`,
      signToken(USER).slice(0, -1),
      signToken(USER).toLowerCase(),
    ])
      expect(await verifyAgain(other, NOW)).toHaveProperty('reason');
  });

  // covers: ACCESS-23
  test('cannot be changed through the returned claims', async () => {
    const { verify: verifyAgain } = spiedVerifier();
    const first = await verifyAgain(signToken(USER), NOW);
    if (!('claims' in first)) throw new Error('The token was rejected.');
    expect(() => Object.assign(first.claims, { user_id: 'another' })).toThrow(TypeError);
    expect(await verifyAgain(signToken(USER), NOW)).toEqual({ claims: validClaims(USER) });
  });

  // covers: TOKEN-12
  test('is not evicted by invalid tokens, which are never cached', async () => {
    const verifiedTokens = createVerifiedTokenCache(1);
    const { verify: verifyAgain } = spiedVerifier({ verifiedTokens });
    await verifyAgain(signToken(USER), NOW);
    for (const { token } of CORPORA.flatMap(({ tokens }) => tokens)) await verifyAgain(token, NOW);
    expect(verifiedTokens.get(signToken(USER))).toBeDefined();
  });
});
