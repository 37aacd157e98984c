import { generateKeyPairSync, type KeyObject, randomBytes, sign as signWith } from 'node:crypto';
import type { AccessTokenClaims } from '../../runtime/token.ts';
import { staticKeys, type TokenAlgorithm } from '../../server/authentication/verification-keys.ts';
import { createVerifiedTokenCache } from '../../server/authentication/verified-token-cache.ts';
import { createVerifier, type VerifyToken } from '../../server/authentication/token-verifier.ts';
import {
  AUDIENCE,
  validClaims,
  encodeSegment,
  ISSUER,
  MAX_LIFETIME,
  NOW,
  signJwt,
} from '../../test/support/test-token.ts';
import type { Benchmark, Table } from './benchmark.ts';
import { median } from './statistics.ts';

const ROUNDS = 10;
const TOKENS = 1_000;

/** Measures the verification of a token, the first time and repeated. */
export const tokens: Benchmark = {
  about: 'verifying an access token, the first time and repeated, in both modes',
  async run({ signal }) {
    const rows: (string | number)[][] = [];
    for (const mode of [sharedSecret(), keyPair()]) {
      signal.throwIfAborted();
      rows.push([`${mode.name}, first sight`, ...(await measure(mode, 'first'))]);
      rows.push([`${mode.name}, again`, ...(await measure(mode, 'again'))]);
      rows.push([`${mode.name}, a bad signature`, ...(await measure(mode, 'forged'))]);
    }
    const table: Table = {
      title: 'One token verified',
      columns: ['token', 'µs, one at a time', 'µs, fifty at once'],
      rows,
    };
    return {
      notes: [
        `From the text of the header to claims, without HTTP; tokens of ${sharedSecret().issue().length} to ${keyPair().issue().length} characters; medians over ${ROUNDS} rounds of ${TOKENS} tokens, each call or batch of fifty timed by itself.`,
        'Elapsed time on this process’s main thread; the signature itself is computed on Node’s thread pool.',
      ],
      tables: [table],
    };
  },
};

interface Mode {
  readonly name: string;
  readonly algorithm: TokenAlgorithm;
  /** The verification key, base64url. */
  readonly material: string;
  /** A valid token of another user each time. */
  issue(): string;
}

type TokenCase = 'first' | 'again' | 'forged';

async function measure(mode: Mode, tokenCase: TokenCase): Promise<readonly number[]> {
  const keys = await staticKeys(mode.algorithm, [{ kid: 'bench', material: mode.material }]);
  const issued = Array.from({ length: TOKENS }, () => mode.issue());
  // The signature of another token: right key, size and form.
  const presented =
    tokenCase === 'forged' ? issued.map((token, index) => withSignatureOf(token, issued.at(index - 1) ?? '')) : issued;
  const options = { keys, issuer: ISSUER, audience: AUDIENCE, maxLifetime: MAX_LIFETIME };
  const warmVerifier = createVerifier(options);
  if (tokenCase === 'again') await verifyAll(warmVerifier, presented, 50, tokenCase);
  const figures: number[] = [];
  for (const concurrency of [1, 50]) {
    const times: number[] = [];
    for (let round = -2; round < ROUNDS; round++) {
      const verify =
        tokenCase === 'again'
          ? warmVerifier
          : createVerifier({ ...options, verifiedTokens: createVerifiedTokenCache() });
      const elapsed = await verifyAll(verify, presented, concurrency, tokenCase);
      if (round >= 0) times.push(...elapsed);
    }
    figures.push(median(times));
  }
  return figures;
}

/** Verifies all tokens in batches; returns the microseconds per token of each batch. */
async function verifyAll(
  verify: VerifyToken,
  presented: readonly string[],
  concurrency: number,
  tokenCase: TokenCase,
): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < presented.length; at += concurrency) {
    const batch = presented.slice(at, at + concurrency);
    const before = performance.now();
    const verified = await Promise.all(batch.map((token) => verify(token, NOW)));
    times.push(((performance.now() - before) * 1_000) / batch.length);
    if (verified.some((one) => 'claims' in one === (tokenCase === 'forged')))
      throw new Error('A token got the wrong result.');
  }
  return times;
}

const withSignatureOf = (token: string, other: string) =>
  token.slice(0, token.lastIndexOf('.')) + other.slice(other.lastIndexOf('.'));

function sharedSecret(): Mode {
  const secret = randomBytes(32);
  const header = { alg: 'HS256', typ: 'JWT', kid: 'bench' };
  return {
    name: 'shared-secret (HS256)',
    algorithm: 'HS256',
    material: encodeSegment(secret),
    issue: () => signJwt(header, claims(), secret),
  };
}

function keyPair(): Mode {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return { name: 'jwks (Ed25519)', algorithm: 'EdDSA', material: x, issue: () => signPair(privateKey) };
}

function signPair(privateKey: KeyObject): string {
  const text = `${encodeSegment({ alg: 'EdDSA', typ: 'JWT', kid: 'bench' })}.${encodeSegment(claims())}`;
  return `${text}.${encodeSegment(signWith(null, Buffer.from(text), privateKey))}`;
}

function claims(): AccessTokenClaims {
  return { ...validClaims(crypto.randomUUID()), sid: crypto.randomUUID(), jti: crypto.randomUUID() };
}
