import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { ensureKeyFile, keyFileIn, makeKey, readKeys, writeKeys } from './key-store.ts';

const NOW = 1_800_000_000;

describe.each(['shared-secret', 'jwks'] as const)('the key file of %s mode', (mode) => {
  test('is made once, with one key that signs at once', () => {
    const file = keyFileIn(temporaryFolder(), mode);
    ensureKeyFile(file, mode, NOW);
    const made = readKeys(file, mode);
    expect(made).toMatchObject([{ signsFrom: NOW }]);
    ensureKeyFile(file, mode, NOW + 1);
    expect(readKeys(file, mode)).toEqual(made);
  });

  test('can be read by its owner alone, also after it was written anew', () => {
    const file = keyFileIn(temporaryFolder(), mode);
    ensureKeyFile(file, mode, NOW);
    writeKeys(file, mode, [makeKey(mode, NOW)]);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  test('that is damaged is never made anew, and nothing of it is in the words', () => {
    const file = keyFileIn(temporaryFolder(), mode);
    ensureKeyFile(file, mode, NOW);
    const [key] = readKeys(file, mode);
    const damaged = fs.readFileSync(file, 'utf8').slice(0, -10);
    fs.writeFileSync(file, damaged);
    expect(() => ensureKeyFile(file, mode, NOW)).toThrow(/cannot be used\. The key file is not JSON\. Put it back/);
    expect(() => ensureKeyFile(file, mode, NOW)).not.toThrow(key?.secret);
    expect(fs.readFileSync(file, 'utf8')).toBe(damaged);
  });

  // covers: FR-025.1
  test.runIf(process.platform !== 'win32')(
    'the key file that npm start has made is refused if others may read it, and left as it is',
    () => {
      const file = keyFileIn(temporaryFolder(), mode);
      ensureKeyFile(file, mode, NOW);
      for (const bits of [0o640, 0o604, 0o644, 0o660, 0o666, 0o777]) {
        fs.chmodSync(file, bits);
        expect(() => ensureKeyFile(file, mode, NOW)).toThrow(
          /holds secrets and is open to other users.*: run chmod 600 '/,
        );
        expect(fs.statSync(file).mode & 0o777).toBe(bits);
      }
    },
  );

  test('gets another key each time, named after the day from which it signs', () => {
    const keys = Array.from({ length: 20 }, () => makeKey(mode, NOW));
    expect(new Set(keys.map(({ secret }) => secret)).size).toBe(20);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(20);
    for (const { kid } of keys) expect(kid).toMatch(/^2027-01-15\.[0-9a-f]{8}$/);
  });
});

test('the two modes have their keys in two files', () => {
  expect(keyFileIn('data', 'jwks')).not.toBe(keyFileIn('data', 'shared-secret'));
});

test('a file that is not there is said to be made by npm start only where nobody has named another', () => {
  expect(() => readKeys(path.join(temporaryFolder(), 'none.json'), 'jwks')).toThrow(
    /^There is no key file \S+none\.json: one that TOKEN_SECRETS names must be there.*; without TOKEN_SECRETS the first `npm start` makes one/,
  );
});
