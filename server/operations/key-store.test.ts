import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { ensureKeyFile, keyFileIn, generateKey, readKeys, writeKeys } from './key-store.ts';

const NOW = 1_800_000_000;

describe.each(['shared-secret', 'jwks'] as const)('in %s mode', (mode) => {
  test('ensureKeyFile creates a file once, with one key that signs at once', () => {
    const file = keyFileIn(temporaryFolder(), mode);
    ensureKeyFile(file, mode, NOW);
    const created = readKeys(file, mode);
    expect(created).toMatchObject([{ signsFrom: NOW }]);
    ensureKeyFile(file, mode, NOW + 1);
    expect(readKeys(file, mode)).toEqual(created);
  });

  test('writeKeys keeps the file readable for its owner only', () => {
    const file = keyFileIn(temporaryFolder(), mode);
    ensureKeyFile(file, mode, NOW);
    writeKeys(file, mode, [generateKey(mode, NOW)]);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  test('ensureKeyFile rejects a damaged file, keeps it, and quotes nothing of it', () => {
    const file = keyFileIn(temporaryFolder(), mode);
    ensureKeyFile(file, mode, NOW);
    const [key] = readKeys(file, mode);
    const damaged = fs.readFileSync(file, 'utf8').slice(0, -10);
    fs.writeFileSync(file, damaged);
    expect(() => ensureKeyFile(file, mode, NOW)).toThrow(/cannot be used\. The key file is not JSON\. Restore it/);
    expect(() => ensureKeyFile(file, mode, NOW)).not.toThrow(key?.secret);
    expect(fs.readFileSync(file, 'utf8')).toBe(damaged);
  });

  // covers: FR-025.1
  test.runIf(process.platform !== 'win32')(
    'ensureKeyFile rejects a file that other users may read, and leaves it unchanged',
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

  test('generateKey returns a different key each time, named after the day from which it signs', () => {
    const keys = Array.from({ length: 20 }, () => generateKey(mode, NOW));
    expect(new Set(keys.map(({ secret }) => secret)).size).toBe(20);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(20);
    for (const { kid } of keys) expect(kid).toMatch(/^2027-01-15\.[0-9a-f]{8}$/);
  });
});

test('keyFileIn returns a different file for each mode', () => {
  expect(keyFileIn('data', 'jwks')).not.toBe(keyFileIn('data', 'shared-secret'));
});

test('readKeys rejects a missing file, and says when npm start creates one', () => {
  expect(() => readKeys(path.join(temporaryFolder(), 'none.json'), 'jwks')).toThrow(
    /^There is no key file \S+none\.json: a file that TOKEN_SECRETS names must exist; without TOKEN_SECRETS the first `npm start` creates one/,
  );
});
