import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCompact } from '../../../server/authentication/compact-token.ts';
import { staticKeys, type TokenAlgorithm } from '../../../server/authentication/verification-keys.ts';
import { verifySignature } from '../../../server/authentication/signature.ts';
import { createVerifier } from '../../../server/authentication/token-verifier.ts';
import { AUDIENCE, ISSUER, MAX_LIFETIME, NOW } from '../../support/test-token.ts';

interface Vectors {
  readonly groups: readonly {
    readonly kid: string;
    readonly k: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly result: 'valid' | 'invalid';
      readonly jws: string;
    }[];
  }[];
}
const { groups } = JSON.parse(fs.readFileSync(new URL('wycheproof-hs256.json', import.meta.url), 'utf8')) as Vectors;

/** Vectors that we reject though they are valid: RFC 4648 §3.3 forbids ignoring characters outside of base64url. */
const STRICTER = new Set(['InvalidCharacterInsertedInHeader', 'InvalidCharacterInsertedInPayload']);

/** Vectors that are invalid because of padding that the published file lacks: their bytes equal 357, which is valid. */
const MISSING_PADDING = new Set([367, 370]);

/** Whether form and signature are valid. No vector has our header and claims: they are not checked. */
async function isSigned(jws: string, algorithm: TokenAlgorithm, material: string): Promise<boolean> {
  const read = parseCompact(jws, algorithm);
  if ('reason' in read && read.reason === 'form') return false;
  const key = await (await staticKeys(algorithm, [{ kid: 'k', material }])).find('k', 0);
  if (typeof key === 'string' || 'retryAfter' in key) return false;
  return (await verifySignature(jws, key, algorithm)) !== null;
}

const WYCHEPROOF = groups.flatMap(({ k, kid, tests }) => tests.map((vector) => ({ ...vector, k, kid })));

describe('Wycheproof’s JWS vectors for HS256', () => {
  test.each(WYCHEPROOF.filter(({ tcId }) => !MISSING_PADDING.has(tcId)))(
    'verifies Wycheproof vector $tcId as $result, or is stricter: $comment',
    async ({ jws, result, comment, k }) => {
      expect(await isSigned(jws, 'HS256', k)).toBe(result === 'valid' && !STRICTER.has(comment));
    },
  );

  test('omits two Wycheproof vectors that equal a third with the opposite result', () => {
    const at = (number: number) => WYCHEPROOF.find(({ tcId }) => tcId === number);
    for (const number of MISSING_PADDING) expect(at(number)?.jws).toBe(at(357)?.jws);
    expect(at(357)?.result).toBe('valid');
  });

  test('reads all 40 Wycheproof vectors, valid ones among them', () => {
    expect(WYCHEPROOF).toHaveLength(40);
    expect(WYCHEPROOF.filter(({ result }) => result === 'valid').length).toBeGreaterThan(5);
  });
});

const RFCS = [
  {
    name: 'RFC 7515 A.1, HMAC SHA-256',
    algorithm: 'HS256',
    material: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
    jws: 'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  },
  {
    name: 'RFC 8037 A.4, Ed25519',
    algorithm: 'EdDSA',
    material: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    jws: 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
  },
] as const;

describe.each(RFCS)('$name', ({ name, algorithm, material, jws }) => {
  test(`verifies the example of ${name}`, async () => {
    expect(await isSigned(jws, algorithm, material)).toBe(true);
  });

  // covers: FR-016, TOKEN-01
  test(`rejects the example of ${name} with any character changed`, async () => {
    for (let at = 0; at < jws.length; at++) {
      const changed = jws.slice(0, at) + (jws[at] === 'A' ? 'B' : 'A') + jws.slice(at + 1);
      expect(await isSigned(changed, algorithm, material), `character ${at}`).toBe(false);
    }
  });

  // covers: FR-016
  test(`rejects the example of ${name} under another key and under the other algorithm`, async () => {
    expect(await isSigned(jws, algorithm, Buffer.alloc(32, 1).toString('base64url'))).toBe(false);
    const other = algorithm === 'HS256' ? 'EdDSA' : 'HS256';
    expect(await isSigned(jws, other, Buffer.from(material, 'base64url').subarray(0, 32).toString('base64url'))).toBe(
      false,
    );
  });
});

test('rejects every vector as an access token because of its header', async () => {
  const ofSecrets = WYCHEPROOF.map((vector) => ({ ...vector, algorithm: 'HS256' as const, material: vector.k }));
  for (const { jws, algorithm, material } of [...RFCS, ...ofSecrets]) {
    const keys = await staticKeys(algorithm, [{ kid: 'k', material }]);
    const verify = createVerifier({ keys, issuer: ISSUER, audience: AUDIENCE, maxLifetime: MAX_LIFETIME });
    expect(await verify(jws, NOW)).toEqual({ reason: expect.stringMatching(/^(form|header)$/) });
  }
});
