import { describe, expect, test } from 'vitest';
import { validClaims, CURRENT_SECRET, signToken, FORGES } from '../../test/support/test-token.ts';
import { verifySignature } from './signature.ts';

const USER = '01900000-0000-7000-8000-00000000000a';

describe.each(FORGES.map((forge) => [forge.header.alg, forge] as const))(
  'verifySignature with %s',
  (algorithm, forge) => {
    const keyOf = async (kid: string) => {
      const key = await forge.keys.find(kid, 0);
      if (typeof key === 'string' || 'retryAfter' in key) throw new Error('The key is not listed.');
      return key;
    };

    test('returns the signed bytes for a signature of the key', async () => {
      const bytes = await verifySignature(forge.signToken(USER), await keyOf(forge.header.kid), algorithm);
      expect(JSON.parse(Buffer.from(bytes ?? []).toString())).toEqual(validClaims(USER));
    });

    test('returns null for a signature of another key', async () => {
      expect(await verifySignature(forge.signToken(USER), await keyOf(forge.previousKid), algorithm)).toBeNull();
    });
  },
);

test('verifySignature throws for a key that cannot verify, which is a bug and not an invalid signature', async () => {
  const bytes = new Uint8Array(CURRENT_SECRET.secret);
  const signing = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  await expect(verifySignature(signToken(USER), signing, 'HS256')).rejects.toThrow(TypeError);
});
