import { expect, test } from 'vitest';
import { jwksResponse } from './jwks-response.ts';
import type { PublicKey } from './signing-keys.ts';

const KEY: PublicKey = { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA', kid: 'one', x: 'AAAA' };

test('jwksResponse returns the public keys at the given time, and forbids caching', async () => {
  const response = jwksResponse({ publicKeys: (now) => (now === 7 ? [KEY] : []) }, 7);
  expect([response.status, await response.json()]).toEqual([200, { keys: [KEY] }]);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('content-type')).toBe('application/json');
});

test('jwksResponse answers 404 in shared-secret mode', async () => {
  const response = jwksResponse({ publicKeys: () => null }, 7);
  expect([response.status, await response.json()]).toEqual([404, { code: 'NOT_FOUND', message: 'No such path.' }]);
});
