import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { formatKeyFile } from '../runtime/key-file.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { generateKey } from './operations/key-store.ts';
import { openVerificationKeys } from './open-verification-keys.ts';

const WEB_URL = 'http://localhost:9';
const NOW = 1_800_000_000;
const failTest = (error: unknown) => {
  throw error;
};

function keyFile() {
  const file = path.join(temporaryFolder(), 'keys.json');
  const keys = [generateKey('shared-secret', NOW), generateKey('shared-secret', NOW + 120)];
  const write = (...listed: typeof keys) => fs.writeFileSync(file, formatKeyFile(listed, 'shared-secret'));
  write(...keys);
  return { file, write, keys: keys as [(typeof keys)[0], (typeof keys)[0]] };
}
const openKeyFile = (file: string, onFailure: (error: unknown) => void = failTest) =>
  openVerificationKeys({ TOKEN_MODE: 'shared-secret', TOKEN_SECRETS: { file }, WEB_URL }, onFailure);

describe('the verification keys of a key file', () => {
  test('include keys that do not sign yet', async () => {
    const { file, keys } = keyFile();
    const opened = await openKeyFile(file);
    for (const { kid } of keys) expect(await opened.find(kid, NOW)).toHaveProperty('type', 'secret');
  });

  test('are reloaded while they are used: a removed key is unknown within 10 s', async () => {
    const { file, keys, write } = keyFile();
    const opened = await openKeyFile(file);
    await opened.find(keys[0].kid, NOW);
    write(keys[1]);
    expect(await opened.find(keys[0].kid, NOW + 10)).toBe('unknown');
  });

  test('include a new key on first use, during a flood of invented key ids, which are unknown', async () => {
    const { file, keys, write } = keyFile();
    const opened = await openKeyFile(file);
    write(keys[0]);
    for (let round = 0; round < 100; round++) {
      const now = NOW + round / 1_000;
      if (round === 50) write(...keys);
      const found = await Promise.all([opened.find(keys[1].kid, now), opened.find(`invented-${round}`, now)]);
      expect(found, `round ${round}`).toEqual([round < 50 ? 'unknown' : expect.any(CryptoKey), 'unknown']);
    }
  });

  test('stay in use while the file is missing or damaged, and each failure is reported', async () => {
    const { file, keys } = keyFile();
    const failures: unknown[] = [];
    const opened = await openKeyFile(file, (error) => failures.push(error));
    const before = await opened.find(keys[0].kid, NOW);
    fs.rmSync(file);
    expect(await opened.find(keys[0].kid, NOW + 20)).toBe(before);
    fs.writeFileSync(file, '{"keys":');
    expect(await opened.find(keys[0].kid, NOW + 40)).toBe(before);
    await vi.waitUntil(() => failures.length === 2);
  });

  test('fail the start if the file is missing', async () => {
    await expect(openKeyFile(path.join(temporaryFolder(), 'none.json'))).rejects.toThrow('ENOENT');
  });

  test('fail the start if the file is of the other mode', async () => {
    const file = path.join(temporaryFolder(), 'keys.json');
    fs.writeFileSync(file, formatKeyFile([generateKey('jwks', NOW)], 'jwks'));
    await expect(openKeyFile(file)).rejects.toThrow('Key 1 of the key file is not a key of shared-secret mode.');
  });
});

test('openVerificationKeys returns the listed secrets for HS256', async () => {
  const listed = [{ kid: 'a', secret: new Uint8Array(32) }];
  const opened = await openVerificationKeys(
    { TOKEN_MODE: 'shared-secret', TOKEN_SECRETS: { listed }, WEB_URL },
    failTest,
  );
  expect(opened.algorithm).toBe('HS256');
  expect(await opened.find('a', NOW)).toHaveProperty('type', 'secret');
});

test('openVerificationKeys rejects without secrets in shared-secret mode', async () => {
  await expect(
    openVerificationKeys({ TOKEN_MODE: 'shared-secret', TOKEN_SECRETS: undefined, WEB_URL }, failTest),
  ).rejects.toThrow('TOKEN_SECRETS is not set.');
});

test('openVerificationKeys in jwks mode fetches on first use, and is unavailable while the web app is', async () => {
  const failures: unknown[] = [];
  const opened = await openVerificationKeys({ TOKEN_MODE: 'jwks', TOKEN_SECRETS: undefined, WEB_URL }, (error) =>
    failures.push(error),
  );
  expect([opened.algorithm, failures]).toEqual(['EdDSA', []]);
  expect(await opened.find('a', NOW)).toEqual({ retryAfter: 1 });
  expect(failures).toHaveLength(1);
});
