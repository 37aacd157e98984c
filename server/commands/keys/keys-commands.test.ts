import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { listCommand, retireCommand, rotateCommand } from './keys-commands.ts';
import { ensureKeyFile, keyFileIn, makeKey, readKeys, writeKeys } from './key-store.ts';

const SECOND = () => Math.floor(Date.now() / 1_000);

/** A data folder with keys, and the commands on it. */
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

describe.each(['shared-secret', 'jwks'] as const)('npm run keys, in %s mode,', (mode) => {
  test('lists the keys with what they do, and none of the keys themselves', async () => {
    const { run, keys } = createKeyFolder(mode);
    await run(rotateCommand);
    const text = await run(listCommand);
    const [first, second] = keys();
    expect(text).toMatch(
      new RegExp(`  ${second?.kid}  verifies, signs from .* UTC\n  ${first?.kid}  signs, since .* UTC$`),
    );
    for (const { secret } of keys()) expect(text).not.toContain(secret);
  });

  test('rotates: the new key verifies now and signs in two minutes', async () => {
    const { run, keys } = createKeyFolder(mode);
    const before = keys();
    const began = SECOND();
    expect(await run(rotateCommand)).toContain(`The key ${keys().at(-1)?.kid} verifies now, and signs in 120 seconds.`);
    expect(keys().slice(0, -1)).toEqual(before);
    const signsFrom = keys().at(-1)?.signsFrom ?? 0;
    expect(signsFrom - began).toBeGreaterThanOrEqual(120);
    expect(signsFrom - SECOND()).toBeLessThanOrEqual(120);
  });

  test('rotates at once where a key has leaked, and then takes that one away', async () => {
    const { run, keys } = createKeyFolder(mode);
    const [leaked] = keys();
    await run(rotateCommand, '--now');
    await expect(run(retireCommand, leaked?.kid ?? '')).rejects.toThrow(/ are good until /);
    await run(retireCommand, leaked?.kid ?? '', '--now');
    expect(keys().map(({ kid }) => kid)).not.toContain(leaked?.kid);
  });

  test('retires a key whose time is over', async () => {
    const { run, file, keys } = createKeyFolder(mode);
    const old = makeKey(mode, SECOND() - 5_000);
    writeKeys(file, mode, [old, makeKey(mode, SECOND() - 4_000)]);
    expect(await run(retireCommand, old.kid)).toBe(
      `The key ${old.kid} is gone: what it has signed is refused within a minute.`,
    );
    expect(keys()).toHaveLength(1);
  });

  test.each([[[]], [['one', 'two']], [['--later', 'one']]])('does not guess what to retire: %j', async (args) => {
    await expect(createKeyFolder(mode).run(retireCommand, ...args)).rejects.toThrow(
      'Write: npm run keys -- retire <kid> [--now]',
    );
  });
});

test('with a key file of one’s own that one is changed', async () => {
  const file = keyFileIn(temporaryFolder(), 'jwks');
  ensureKeyFile(file, 'jwks', SECOND());
  const { run, keys } = createKeyFolder('jwks', { TOKEN_SECRETS: `file:${file}` });
  await run(rotateCommand);
  expect([readKeys(file, 'jwks').length, keys().length]).toEqual([2, 1]);
});

test.each([listCommand, rotateCommand, retireCommand])(
  'with keys listed in the environment the order of changes is told instead',
  async (command) => {
    const { run } = createKeyFolder('shared-secret', { TOKEN_SECRETS: `mine:${'A'.repeat(43)}` });
    const args = command === retireCommand ? ['mine'] : [];
    await expect(run(command, ...args)).rejects.toThrow(/1\. Add .*2\. Move .*3\. When TOKEN_TTL has passed/s);
    await expect(run(command, ...args)).rejects.not.toThrow('AAAA');
  },
);
