import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { listCommand, retireCommand, rotateCommand } from './key-commands.ts';
import { ensureKeyFile, keyFileIn, generateKey, readKeys, writeKeys } from '../../operations/key-store.ts';

const SECOND = () => Math.floor(Date.now() / 1_000);

/** Creates a data folder with a key file. @returns functions that run a command on it and read its keys */
function createKeyFolder(mode: 'shared-secret' | 'jwks', overrides: NodeJS.ProcessEnv = {}) {
  const dataDir = temporaryFolder();
  const file = keyFileIn(dataDir, mode);
  ensureKeyFile(file, mode, SECOND());
  const environment = { DATA_DIR: dataDir, TOKEN_MODE: mode, ...overrides };
  const run = async (command: typeof listCommand, ...args: readonly string[]) => {
    const lines: string[] = [];
    const context = {
      environment,
      args,
      signal: new AbortController().signal,
      print: (line: string) => lines.push(line),
    };
    expect(await command(context)).toBe(0);
    return lines.join('\n');
  };
  return { run, file, keys: () => readKeys(file, mode), environment };
}

describe.each(['shared-secret', 'jwks'] as const)('npm run keys, in %s mode', (mode) => {
  test('keys list prints the ids and states of the keys, and no key', async () => {
    const { run, keys } = createKeyFolder(mode);
    await run(rotateCommand);
    const text = await run(listCommand);
    const [first, second] = keys();
    expect(text).toMatch(
      new RegExp(`  ${second?.kid}  verifies, signs from .* UTC\n  ${first?.kid}  signs, since .* UTC$`),
    );
    for (const { secret } of keys()) expect(text).not.toContain(secret);
  });

  test('keys rotate adds a key that verifies now and signs in two minutes', async () => {
    const { run, keys } = createKeyFolder(mode);
    const before = keys();
    const startedAt = SECOND();
    expect(await run(rotateCommand)).toContain(`The key ${keys().at(-1)?.kid} verifies now, and signs in 120 seconds.`);
    expect(keys().slice(0, -1)).toEqual(before);
    const signsFrom = keys().at(-1)?.signsFrom ?? 0;
    expect(signsFrom - startedAt).toBeGreaterThanOrEqual(120);
    expect(signsFrom - SECOND()).toBeLessThanOrEqual(120);
  });

  test('keys rotate --now and retire --now replace a leaked key at once', async () => {
    const { run, keys } = createKeyFolder(mode);
    const [leaked] = keys();
    await run(rotateCommand, '--now');
    await expect(run(retireCommand, leaked?.kid ?? '')).rejects.toThrow(/ are valid until /);
    await run(retireCommand, leaked?.kid ?? '', '--now');
    expect(keys().map(({ kid }) => kid)).not.toContain(leaked?.kid);
  });

  test('keys retire removes a key whose tokens have expired', async () => {
    const { run, file, keys } = createKeyFolder(mode);
    const old = generateKey(mode, SECOND() - 5_000);
    writeKeys(file, mode, [old, generateKey(mode, SECOND() - 4_000)]);
    expect(await run(retireCommand, old.kid)).toBe(
      `The key ${old.kid} is removed: its tokens are refused within a minute.`,
    );
    expect(keys()).toHaveLength(1);
  });

  test.each([[[]], [['one', 'two']], [['--later', 'one']]])(
    'keys retire with the arguments %j prints its usage',
    async (args) => {
      await expect(createKeyFolder(mode).run(retireCommand, ...args)).rejects.toThrow(
        'Usage: npm run keys -- retire <kid> [--now]',
      );
    },
  );
});

test('keys rotate changes the key file that TOKEN_SECRETS names', async () => {
  const file = keyFileIn(temporaryFolder(), 'jwks');
  ensureKeyFile(file, 'jwks', SECOND());
  const { run, keys } = createKeyFolder('jwks', { TOKEN_SECRETS: `file:${file}` });
  await run(rotateCommand);
  expect([readKeys(file, 'jwks').length, keys().length]).toEqual([2, 1]);
});

test.each([listCommand, rotateCommand, retireCommand])(
  'keys prints how to rotate keys that are listed in TOKEN_SECRETS',
  async (command) => {
    const { run } = createKeyFolder('shared-secret', { TOKEN_SECRETS: `mine:${'A'.repeat(43)}` });
    const args = command === retireCommand ? ['mine'] : [];
    await expect(run(command, ...args)).rejects.toThrow(/1\. Add .*2\. Move .*3\. When TOKEN_TTL has passed/s);
    await expect(run(command, ...args)).rejects.not.toThrow('AAAA');
  },
);
