import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { formatKeyFile } from '../runtime/key-file.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { makeKey } from './commands/keys/key-store.ts';
import { openVerificationKeys } from './open-verification-keys.ts';

const WEB_URL = 'http://localhost:9';
const NOW = 1_800_000_000;
const quiet = (error: unknown) => {
  throw error;
};

function keyFile() {
  const file = path.join(temporaryFolder(), 'keys.json');
  const keys = [makeKey('shared-secret', NOW), makeKey('shared-secret', NOW + 120)];
  const write = (...listed: typeof keys) => fs.writeFileSync(file, formatKeyFile(listed, 'shared-secret'));
  write(...keys);
  return { file, write, keys: keys as [(typeof keys)[0], (typeof keys)[0]] };
}
const ofFile = (file: string, onFailure: (error: unknown) => void = quiet) =>
  openVerificationKeys({ TOKEN_MODE: 'shared-secret', TOKEN_SECRETS: { file }, WEB_URL }, onFailure);

describe('keys of a key file', () => {
  test('all verify, also those that do not sign yet', async () => {
    const { file, keys } = keyFile();
    const opened = await ofFile(file);
    for (const { kid } of keys) expect(await opened.find(kid, NOW)).toHaveProperty('type', 'secret');
  });

  test('are read again while they are used: one that was removed is refused within seconds', async () => {
    const { file, keys, write } = keyFile();
    const opened = await ofFile(file);
    await opened.find(keys[0].kid, NOW);
    write(keys[1]);
    expect(await opened.find(keys[0].kid, NOW + 10)).toBe('unknown');
  });

  test('that are new are known as soon as a token names them, and invented ids are told from them, however many come', async () => {
    const { file, keys, write } = keyFile();
    const opened = await ofFile(file);
    write(keys[0]);
    for (let round = 0; round < 100; round++) {
      const now = NOW + round / 1_000;
      if (round === 50) write(...keys);
      const found = await Promise.all([opened.find(keys[1].kid, now), opened.find(`invented-${round}`, now)]);
      expect(found, `round ${round}`).toEqual([round < 50 ? 'unknown' : expect.any(CryptoKey), 'unknown']);
    }
  });

  test('serve on while the file is away or damaged, and it is told', async () => {
    const { file, keys } = keyFile();
    const failures: unknown[] = [];
    const opened = await ofFile(file, (error) => failures.push(error));
    const before = await opened.find(keys[0].kid, NOW);
    fs.rmSync(file);
    expect(await opened.find(keys[0].kid, NOW + 20)).toBe(before);
    fs.writeFileSync(file, '{"keys":');
    expect(await opened.find(keys[0].kid, NOW + 40)).toBe(before);
    await vi.waitUntil(() => failures.length === 2);
  });

  test('have to be there at the start', async () => {
    await expect(ofFile(path.join(temporaryFolder(), 'none.json'))).rejects.toThrow('ENOENT');
  });

  test('of the other mode are refused at the start', async () => {
    const file = path.join(temporaryFolder(), 'keys.json');
    fs.writeFileSync(file, formatKeyFile([makeKey('jwks', NOW)], 'jwks'));
    await expect(ofFile(file)).rejects.toThrow('Key 1 of the key file is not a key of shared-secret mode.');
  });
});

test('listed keys verify, and shared secrets are for HS256 alone', async () => {
  const listed = [{ kid: 'a', secret: new Uint8Array(32) }];
  const opened = await openVerificationKeys({ TOKEN_MODE: 'shared-secret', TOKEN_SECRETS: { listed }, WEB_URL }, quiet);
  expect(opened.algorithm).toBe('HS256');
  expect(await opened.find('a', NOW)).toHaveProperty('type', 'secret');
});

test('without secrets and without jwks mode there are no keys, and no start', async () => {
  await expect(
    openVerificationKeys({ TOKEN_MODE: 'shared-secret', TOKEN_SECRETS: undefined, WEB_URL }, quiet),
  ).rejects.toThrow('TOKEN_SECRETS is not set.');
});

test('in jwks mode the web app is asked, when the first token comes; while it is away nothing is good or bad', async () => {
  const failures: unknown[] = [];
  const opened = await openVerificationKeys({ TOKEN_MODE: 'jwks', TOKEN_SECRETS: undefined, WEB_URL }, (error) =>
    failures.push(error),
  );
  expect([opened.algorithm, failures]).toEqual(['EdDSA', []]);
  expect(await opened.find('a', NOW)).toEqual({ retryAfter: 1 });
  expect(failures).toHaveLength(1);
});
