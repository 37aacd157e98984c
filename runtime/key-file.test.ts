import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FileKey, formatKeyFile, KeyFileError, parseKeyFile, selectSigningKey } from './key-file.ts';
import type { TokenMode } from './token.ts';

const SECRET: FileKey = {
  kid: '2026-11-21.a',
  secret: Buffer.alloc(32, 1).toString('base64url'),
  publicKey: '',
  signsFrom: 1_800_000_000,
};
const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
const PAIR: FileKey = { ...SECRET, secret: d, publicKey: x };
const MODES: readonly (readonly [TokenMode, FileKey])[] = [
  ['shared-secret', SECRET],
  ['jwks', PAIR],
];

describe.each(MODES)('a key file of %s mode', (mode, key) => {
  const text = formatKeyFile([key], mode);
  const [entry] = (JSON.parse(text) as { keys: Record<string, unknown>[] }).keys;
  const withEntry = (changes: Record<string, unknown>) => JSON.stringify({ keys: [{ ...entry, ...changes }] });

  test('is parsed to the keys that were formatted', () => {
    const keys = [key, { ...key, kid: 'another', signsFrom: key.signsFrom + 120 }];
    expect(parseKeyFile(formatKeyFile(keys, mode), mode)).toEqual(keys);
  });

  test('is rejected in the other mode, so that no bytes are both a shared secret and a private key', () => {
    const other = mode === 'jwks' ? 'shared-secret' : 'jwks';
    expect(() => parseKeyFile(text, other)).toThrow(`Key 1 of the key file is not a key of ${other} mode.`);
  });

  test.each([
    ['nothing', ''],
    ['cut off', text.slice(0, -20)],
    ['an array', '[]'],
    ['an object as its keys', '{"keys":{}}'],
    ['an empty list', '{"keys":[]}'],
    ['a list of something else', '{"keys":["a"]}'],
    ['null', 'null'],
    ['a key without a `kid`', withEntry({ kid: undefined })],
    ['a key with an invalid `kid`', withEntry({ kid: 'a,b' })],
    ['a key of another algorithm', withEntry({ alg: 'RS256' })],
    ['a key of another type', withEntry({ kty: 'RSA' })],
    ['a key with an invalid `signsFrom`', withEntry({ signsFrom: 'soon' })],
    ['a key without `signsFrom`', withEntry({ signsFrom: undefined })],
    ['a secret that is too short', withEntry({ k: 'AAAA', d: 'AAAA' })],
    ['a secret that is not base64url', withEntry({ k: `${SECRET.secret}=`, d: `${PAIR.secret}=` })],
    ['a key twice', JSON.stringify({ keys: [entry, entry] })],
  ])('with %s is rejected with a message that does not quote it', (_, damaged) => {
    const error = catching(() => parseKeyFile(damaged, mode));
    expect(error).toBeInstanceOf(KeyFileError);
    expect(String(error)).not.toContain(key.secret.slice(0, 6));
  });
});

test('a key pair needs its public key, of the curve Ed25519', () => {
  for (const changes of [{ x: undefined }, { x: 'AAAA' }, { crv: 'P-256' }, { crv: 'Ed448' }]) {
    const { keys } = JSON.parse(formatKeyFile([PAIR], 'jwks')) as { keys: Record<string, unknown>[] };
    expect(() => parseKeyFile(JSON.stringify({ keys: [{ ...keys[0], ...changes }] }), 'jwks')).toThrow(KeyFileError);
  }
});

describe('selectSigningKey', () => {
  const at = (...times: readonly number[]) => times.map((signsFrom) => ({ ...SECRET, signsFrom }));

  test('returns the key with the latest `signsFrom` that has passed, in any order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(100), { minLength: 1 }), fc.nat(100), (times, now) => {
        const passed = times.filter((time) => time <= now);
        const expected = passed.length > 0 ? Math.max(...passed) : Math.min(...times);
        expect(selectSigningKey(at(...times), now)?.signsFrom).toBe(expected);
      }),
    );
  });

  test('changes the key exactly at `signsFrom`', () => {
    expect(selectSigningKey(at(0, 120), 119)?.signsFrom).toBe(0);
    expect(selectSigningKey(at(0, 120), 120)?.signsFrom).toBe(120);
  });
});

function catching(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
