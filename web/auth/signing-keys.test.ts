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

/** A key file, and what can be written into it later. */
function keyFile(mode: 'jwks' | 'shared-secret', ...keys: readonly FileKey[]) {
  const file = path.join(temporaryFolder(), 'keys.json');
  const write = (...listed: readonly FileKey[]) => fs.writeFileSync(file, formatKeyFile(listed, mode));
  write(...keys);
  return { file, write, signing: createSigningKeys(mode, { file }) };
}

describe('of listed secrets', () => {
  const listed = ['first', 'second'].map((kid, index) => ({ kid, secret: new Uint8Array(32).fill(index) }));

  test('the first signs, at any time', async () => {
    const keys = createSigningKeys('shared-secret', { listed });
    for (const now of [0, NOW, 1e11])
      expect(await keys.signingKey(now)).toMatchObject({ kid: 'first', algorithm: 'HS256' });
  });

  test('nothing is published', () => {
    expect(createSigningKeys('shared-secret', { listed }).publicKeys(NOW)).toBeNull();
  });
});

describe.each([
  ['shared-secret', secret],
  ['jwks', pair],
] as const)('in %s mode, of a key file', (mode, make) => {
  test('the one whose time it is signs, and the next takes over by itself', async () => {
    const { signing } = keyFile(mode, make('old', 0), make('new', NOW + 120));
    const at = async (now: number) => (await signing.signingKey(now)).kid;
    expect([await at(NOW), await at(NOW + 119), await at(NOW + 120)]).toEqual(['old', 'old', 'new']);
  });

  test('is read again after 2 s, and imported once while it stays the same', async () => {
    const old = make('old', 0);
    const { signing, write } = keyFile(mode, old);
    const first = await signing.signingKey(NOW);
    expect((await signing.signingKey(NOW + 60)).key).toBe(first.key);
    write(old, make('new', NOW));
    expect((await signing.signingKey(NOW + 61)).kid).toBe('old');
    expect((await signing.signingKey(NOW + 62)).kid).toBe('new');
  });

  test('what was read before serves on while the file is away or damaged, and the log tells', async () => {
    const { signing, file } = keyFile(mode, make('old', 0));
    await signing.signingKey(NOW);
    const logError = vi.spyOn(log, 'error').mockReturnValue();
    fs.writeFileSync(file, 'damaged');
    expect((await signing.signingKey(NOW + 10)).kid).toBe('old');
    fs.rmSync(file);
    expect((await signing.signingKey(NOW + 20)).kid).toBe('old');
    expect(logError).toHaveBeenCalledTimes(2);
  });

  test('that was never there is an error', async () => {
    const signing = createSigningKeys(mode, { file: path.join(temporaryFolder(), 'none') });
    await expect(signing.signingKey(NOW)).rejects.toThrow('ENOENT');
  });

  test('the key can sign and nothing else, and cannot be read back', async () => {
    const { signing } = keyFile(mode, make('old', 0));
    expect((await signing.signingKey(NOW)).key).toMatchObject({ usages: ['sign'], extractable: false });
  });
});

describe('what is published in jwks mode', () => {
  // covers: FR-011.2, TOKEN-15
  test('are all public keys, those that do not sign yet included, and no private one', () => {
    const keys = [pair('old', 0), pair('new', NOW + 120)];
    const { signing } = keyFile('jwks', ...keys);
    const shared = { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' };
    const expected = keys.map(({ kid, publicKey }) => ({ ...shared, kid, x: publicKey }));
    expect(signing.publicKeys(NOW)).toEqual(expected);
  });

  test('is nothing of a file of shared secrets', () => {
    expect(keyFile('shared-secret', secret('one', 0)).signing.publicKeys(NOW)).toBeNull();
  });

  test('verifies what is signed', async () => {
    const { signing } = keyFile('jwks', pair('one', 0));
    const { key } = await signing.signingKey(NOW);
    const signature = await crypto.subtle.sign('Ed25519', key, Buffer.from('text'));
    const [jwk] = signing.publicKeys(NOW) ?? [];
    const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    expect(verify(null, Buffer.from('text'), publicKey, new Uint8Array(signature))).toBe(true);
  });
});
