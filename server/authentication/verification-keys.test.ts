import { describe, expect, test } from 'vitest';
import { importKeys, staticKeys } from './verification-keys.ts';

const material = (fill: number) => Buffer.alloc(32, fill).toString('base64url');
const ONE = { kid: 'one', material: material(1) };
const TWO = { kid: 'two', material: material(2) };

describe('importKeys', () => {
  test('reuses a key whose id and material have not changed, and no other', async () => {
    const before = await importKeys('HS256', [ONE, TWO]);
    const after = await importKeys('HS256', [ONE, { ...TWO, material: material(3) }], before);
    expect(after.get('one')?.key).toBe(before.get('one')?.key);
    expect(after.get('two')?.key).not.toBe(before.get('two')?.key);
  });

  test('drops a key that is no longer listed', async () => {
    expect([...(await importKeys('HS256', [TWO], await importKeys('HS256', [ONE]))).keys()]).toEqual(['two']);
  });

  test.each([
    ['HS256', 'HMAC'],
    ['EdDSA', 'Ed25519'],
  ] as const)('imports %s keys only to verify %s, and not extractable', async (algorithm, name) => {
    const key = (await importKeys(algorithm, [ONE])).get('one')?.key;
    expect(key).toMatchObject({ algorithm: { name }, usages: ['verify'], extractable: false });
  });

  test('throws if the material is not a key of the algorithm', async () => {
    await expect(importKeys('EdDSA', [{ kid: 'short', material: 'AAAA' }])).rejects.toThrow(/key/i);
  });
});

describe('staticKeys', () => {
  test('returns the same object for a listed key at any time', async () => {
    const keys = await staticKeys('HS256', [ONE]);
    expect(await keys.find('one', 0)).toBe(await keys.find('one', 1e9));
  });

  test.each(['', 'One', 'one ', 'two', '__proto__', 'constructor'])(
    'returns `unknown` for the key id %j',
    async (kid) => {
      expect(await (await staticKeys('HS256', [ONE])).find(kid, 0)).toBe('unknown');
    },
  );
});
