import { expect, test } from 'vitest';
import { jwksResponse } from './jwks-response.ts';
import type { PublicKey } from './signing-keys.ts';

const KEY: PublicKey = { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA', kid: 'one', x: 'AAAA' };

test('the key set is what is published at the moment, and nobody on the way may keep it', async () => {
  const response = jwksResponse({ publicKeys: (now) => (now === 7 ? [KEY] : []) }, 7);
  expect([response.status, await response.json()]).toEqual([200, { keys: [KEY] }]);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('content-type')).toBe('application/json');
});

test('where nothing is published there is no such path: that there are secrets is not told', async () => {
  const response = jwksResponse({ publicKeys: () => null }, 7);
  expect([response.status, await response.json()]).toEqual([404, { code: 'NOT_FOUND', message: 'No such path.' }]);
});
