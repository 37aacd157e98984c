import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type FileKey, formatKeyFile } from '../../runtime/key-file.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { log } from '../log.ts';
import { createSigningKeys } from './signing-keys.ts';

const NOW = 1_800_000_000;
afterEach(() => void vi.restoreAllMocks());

function pair(kid: string, signsFrom: number): FileKey {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { kid, signsFrom, secret: d, publicKey: x };
}
const secret = (kid: string, signsFrom: number): FileKey => ({
  kid,
  signsFrom,
  secret: randomBytes(32).toString('base64url'),
  publicKey: '',
});

/** Creates a key file, and a function that overwrites it. */
function keyFile(mode: 'jwks' | 'shared-secret', ...keys: readonly FileKey[]) {
  const file = path.join(temporaryFolder(), 'keys.json');
  const write = (...listed: readonly FileKey[]) => fs.writeFileSync(file, formatKeyFile(listed, mode));
  write(...keys);
  return { file, write, signing: createSigningKeys(mode, { file }) };
}

describe('listed secrets', () => {
  const listed = ['first', 'second'].map((kid, index) => ({ kid, secret: new Uint8Array(32).fill(index) }));

  test('the first of the listed secrets signs at any time', async () => {
    const keys = createSigningKeys('shared-secret', { listed });
    for (const now of [0, NOW, 1e11])
      expect(await keys.signingKey(now)).toMatchObject({ kid: 'first', algorithm: 'HS256' });
  });

  test('listed secrets are not published', () => {
    expect(createSigningKeys('shared-secret', { listed }).publicKeys(NOW)).toBeNull();
  });
});

describe.each([
  ['shared-secret', secret],
  ['jwks', pair],
] as const)('a key file in %s mode', (mode, make) => {
  test(`${mode}: the active key signs, and the next takes over at its start time`, async () => {
    const { signing } = keyFile(mode, make('old', 0), make('new', NOW + 120));
    const at = async (now: number) => (await signing.signingKey(now)).kid;
    expect([await at(NOW), await at(NOW + 119), await at(NOW + 120)]).toEqual(['old', 'old', 'new']);
  });

  test(`${mode}: the key file is read again after 2 s, and an unchanged key is imported once`, async () => {
    const old = make('old', 0);
    const { signing, write } = keyFile(mode, old);
    const first = await signing.signingKey(NOW);
    expect((await signing.signingKey(NOW + 60)).key).toBe(first.key);
    write(old, make('new', NOW));
    expect((await signing.signingKey(NOW + 61)).kid).toBe('old');
    expect((await signing.signingKey(NOW + 62)).kid).toBe('new');
  });

  test(`${mode}: the last keys remain in use while the key file is missing or invalid, and that is logged`, async () => {
    const { signing, file } = keyFile(mode, make('old', 0));
    await signing.signingKey(NOW);
    const logError = vi.spyOn(log, 'error').mockReturnValue();
    fs.writeFileSync(file, 'invalid');
    expect((await signing.signingKey(NOW + 10)).kid).toBe('old');
    fs.rmSync(file);
    expect((await signing.signingKey(NOW + 20)).kid).toBe('old');
    expect(logError).toHaveBeenCalledTimes(2);
  });

  test(`${mode}: a key file that has never existed is an error`, async () => {
    const signing = createSigningKeys(mode, { file: path.join(temporaryFolder(), 'none') });
    await expect(signing.signingKey(NOW)).rejects.toThrow('ENOENT');
  });

  test(`${mode}: the imported key can only sign, and cannot be exported`, async () => {
    const { signing } = keyFile(mode, make('old', 0));
    expect((await signing.signingKey(NOW)).key).toMatchObject({ usages: ['sign'], extractable: false });
  });
});

describe('publicKeys', () => {
  // covers: FR-011.2, TOKEN-15
  test('publicKeys has all public keys, including those that do not sign yet, and no private one', () => {
    const keys = [pair('old', 0), pair('new', NOW + 120)];
    const { signing } = keyFile('jwks', ...keys);
    const shared = { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' };
    const expected = keys.map(({ kid, publicKey }) => ({ ...shared, kid, x: publicKey }));
    expect(signing.publicKeys(NOW)).toEqual(expected);
  });

  test('publicKeys is null for a file of shared secrets', () => {
    expect(keyFile('shared-secret', secret('one', 0)).signing.publicKeys(NOW)).toBeNull();
  });

  test('a published key verifies a signature', async () => {
    const { signing } = keyFile('jwks', pair('one', 0));
    const { key } = await signing.signingKey(NOW);
    const signature = await crypto.subtle.sign('Ed25519', key, Buffer.from('text'));
    const [jwk] = signing.publicKeys(NOW) ?? [];
    const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    expect(verify(null, Buffer.from('text'), publicKey, new Uint8Array(signature))).toBe(true);
  });
});
