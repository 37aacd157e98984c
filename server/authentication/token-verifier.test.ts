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

describe('a good token', () => {
  // covers: FR-011.1
  test('verifies, and its claims are what it says', async () => {
    expect(await verify(signToken(USER), NOW)).toEqual({ claims: validClaims(USER) });
  });

  test('verifies whatever the order of its header parameters', async () => {
    const { alg, typ, kid } = VALID_HEADER;
    for (const header of [
      { alg, typ, kid },
      { kid, alg, typ },
      { typ, kid, alg },
    ])
      expect(await verify(signJwt(header, validClaims(USER)), NOW)).toHaveProperty('claims');
  });

  // covers: EDGE-04
  test('of the secret before the current one verifies while that secret is listed', async () => {
    expect(await verify(ofPrevious, NOW)).toEqual({ claims: validClaims(USER) });
    const without = createVerifier({ ...OPTIONS, keys: await keysFromSecrets(CURRENT_SECRET) });
    expect(await without(ofPrevious, NOW)).toEqual({ reason: 'unknown-key' });
    expect(await without(signToken(USER), NOW)).toHaveProperty('claims');
  });

  test('verifies up to 4,096 characters, and not beyond', async () => {
    const padded = (length: number) => signToken(USER, { padding: 'x'.repeat(length) });
    let length = 2_500;
    while (padded(length + 1).length <= 4_096) length++;
    expect(await verify(padded(length), NOW)).toHaveProperty('claims');
    expect(await verify(padded(length + 1), NOW)).toEqual({ reason: 'form' });
  });

  // covers: TOKEN-08
  test('is refused by a verifier of another environment', async () => {
    const others: [Partial<VerifierOptions>, string][] = [
      [{ issuer: 'http://staging.test' }, 'issuer'],
      [{ audience: 'staging-api' }, 'audience'],
      [{ keys: await keysFromSecrets({ ...CURRENT_SECRET, secret: PREVIOUS_SECRET.secret }) }, 'signature'],
      [{ keys: await keysFromSecrets({ ...CURRENT_SECRET, kid: 'staging' }) }, 'unknown-key'],
      [{ keys: await keysFromSecrets() }, 'unknown-key'],
    ];
    for (const [change, fault] of others)
      expect(await createVerifier({ ...OPTIONS, ...change })(signToken(USER), NOW)).toEqual({ reason: fault });
  });

  // covers: FR-016, TOKEN-06
  test('with any one character changed is a good token no more', async () => {
    const token = signToken(USER);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      expect(await verify(changed, NOW), `character ${at}`).toHaveProperty('reason');
    }
  });
});

describe.each(CORPORA.map((corpus) => [corpus.forge.mode, corpus] as const))('in %s mode', (_, corpus) => {
  const { forge, classes, tokens } = corpus;
  const check = createVerifier({ ...OPTIONS, keys: forge.keys });

  describe.each(Object.entries(classes))('a bad token, by its %s,', (__, members) => {
    // covers: SC-004, TOKEN-01, TOKEN-03, TOKEN-05
    test.each(members)('is refused: $name ($fault)', async ({ token, fault }) => {
      expect(await check(token, NOW)).toEqual({ reason: fault });
    });
  });

  // covers: SC-003
  test('a good token of every listed key is taken', async () => {
    expect(await check(forge.signToken(USER), NOW)).toEqual({ claims: validClaims(USER) });
    const before = forge.sign({ ...forge.header, kid: forge.previousKid }, validClaims(USER), 'previous');
    expect(await check(before, NOW)).toEqual({ claims: validClaims(USER) });
  });

  // covers: TOKEN-01
  test('a good token of the other mode is refused', async () => {
    for (const { forge: other } of CORPORA)
      if (other !== forge) expect(await check(other.signToken(USER), NOW)).toEqual({ reason: 'header' });
  });

  test('the corpus knows every fault that a token can have', () => {
    const faults = new Set(tokens.map(({ fault }) => fault));
    const before = ['form', 'header', 'unknown-key', 'signature', 'payload', 'issuer', 'audience'];
    const claims = ['claim-missing-or-ill-typed', 'subject-not-user', 'expired', 'not-yet-valid', 'lives-too-long'];
    expect([...faults].toSorted()).toEqual([...before, ...claims].toSorted());
  });

  test('no two of the corpus have one name in their class', () => {
    for (const members of Object.values(classes))
      expect(new Set(members.map(({ name }) => name)).size).toBe(members.length);
  });
});

describe('while it cannot be told whether a key is listed', () => {
  /** Keys of which none is listed: what could be good is left open, as `renewedKeys` does. */
  const untold = (algorithm: TokenAlgorithm): VerificationKeys => ({
    algorithm,
    find: async (_kid, _now, couldBeGood) => (couldBeGood?.() === true ? { retryAfter: 7 } : 'unknown'),
  });

  test('a token that would be good under that key is neither good nor bad', async () => {
    const check = createVerifier({ ...OPTIONS, keys: untold('HS256') });
    expect(await check(signToken(USER), NOW + 0.5)).toEqual({ outage: 'keys', retryAfter: 7 });
  });

  // covers: TOKEN-02
  test.each(CORPORA.map((corpus) => [corpus.forge.mode, corpus] as const))(
    'a token that is bad under every key is bad: each of the corpus in %s mode whose fault is not its key’s',
    async (_, { forge, tokens }) => {
      const check = createVerifier({ ...OPTIONS, keys: untold(forge.header.alg) });
      const left = [];
      for (const { name, token, fault } of tokens) if ('outage' in (await check(token, NOW))) left.push([fault, name]);
      expect(left.filter(([fault]) => fault !== 'unknown-key' && fault !== 'signature')).toEqual([]);
      expect(left.length).toBeGreaterThan(0);
    },
  );
});

test('times are whole seconds: a token is good for the whole second before its end', async () => {
  const token = signToken(USER, { exp: NOW + 1 });
  expect(await verify(token, NOW + 0.999)).toHaveProperty('claims');
  expect(await verify(token, NOW + 1)).toEqual({ reason: 'expired' });
});

describe('a token that was accepted', () => {
  /** A verifier with a look at what it remembers, and at how often a signature was verified. */
  function watchedVerifier(options: Partial<VerifierOptions> = {}) {
    const verifiedTokens = createVerifiedTokenCache();
    const signatures = vi.spyOn(crypto.subtle, 'verify').mockClear();
    return { verify: createVerifier({ ...OPTIONS, verifiedTokens, ...options }), verifiedTokens, signatures };
  }
  // covers: SC-007
  test('costs one signature, however often it comes', async () => {
    const { verify: again, signatures } = watchedVerifier();
    for (const at of [NOW, NOW, NOW + 599])
      expect(await again(signToken(USER), at)).toEqual({ claims: validClaims(USER) });
    expect(signatures).toHaveBeenCalledTimes(1);
  });

  // covers: TOKEN-12
  test('is refused from its last moment on, and then forgotten', async () => {
    const { verify: again, verifiedTokens: seen } = watchedVerifier();
    await again(signToken(USER), NOW);
    expect(await again(signToken(USER), NOW + 600)).toEqual({ reason: 'expired' });
    expect(seen.size).toBe(0);
  });

  test('is asked for its times anew on every use, also when the clock goes back', async () => {
    const { verify: again } = watchedVerifier();
    await again(signToken(USER), NOW);
    expect(await again(signToken(USER), NOW - 66)).toEqual({ reason: 'not-yet-valid' });
    expect(await again(signToken(USER), NOW)).toHaveProperty('claims');
  });

  // covers: EDGE-04, TOKEN-12
  test('is refused as soon as its key is not listed any more', async () => {
    const keys = { ...OPTIONS.keys };
    const { verify: again, verifiedTokens: seen } = watchedVerifier({ keys });
    await again(signToken(USER), NOW);
    keys.find = (await keysFromSecrets(PREVIOUS_SECRET)).find;
    expect(await again(signToken(USER), NOW)).toEqual({ reason: 'unknown-key' });
    expect(seen.size).toBe(0);
  });

  test('is verified anew when another key has the name of its own', async () => {
    const keys = { ...OPTIONS.keys };
    const { verify: again } = watchedVerifier({ keys });
    await again(signToken(USER), NOW);
    keys.find = (await keysFromSecrets({ ...CURRENT_SECRET, secret: PREVIOUS_SECRET.secret })).find;
    expect(await again(signToken(USER), NOW)).toEqual({ reason: 'signature' });
  });

  // covers: TOKEN-06
  test('vouches for its exact characters alone', async () => {
    const { verify: again } = watchedVerifier();
    await again(signToken(USER), NOW);
    for (const other of [
      `${signToken(USER)} `,
      `${signToken(USER)}A`,
      signToken(USER).slice(0, -1),
      signToken(USER).toLowerCase(),
    ])
      expect(await again(other, NOW)).toHaveProperty('reason');
  });

  // covers: ACCESS-23
  test('is no one’s but its own user’s: what is remembered cannot be changed by whoever is given it', async () => {
    const { verify: again } = watchedVerifier();
    const first = await again(signToken(USER), NOW);
    if (!('claims' in first)) throw new Error('It should be good.');
    expect(() => Object.assign(first.claims, { user_id: 'another' })).toThrow(TypeError);
    expect(await again(signToken(USER), NOW)).toEqual({ claims: validClaims(USER) });
  });

  // covers: TOKEN-12
  test('keeps its place whatever bad ones come: none of the corpus is ever remembered', async () => {
    const verifiedTokens = createVerifiedTokenCache(1);
    const { verify: again } = watchedVerifier({ verifiedTokens });
    await again(signToken(USER), NOW);
    for (const { token } of CORPORA.flatMap(({ tokens }) => tokens)) await again(token, NOW);
    expect(verifiedTokens.get(signToken(USER))).toBeDefined();
  });
});
