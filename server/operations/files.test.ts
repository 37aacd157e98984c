import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { ensureFolder, readSecretFile } from './files.ts';
import { OperatorError } from './operator-error.ts';

describe('ensureFolder', () => {
  test('ensureFolder creates a folder and its parents with mode 0700, and leaves an existing one unchanged', () => {
    const parent = path.join(temporaryFolder(), 'a');
    const folder = path.join(parent, 'b', 'c');
    ensureFolder(folder);
    for (const each of [parent, folder]) expect(fs.statSync(each).mode & 0o777).toBe(0o700);
    fs.chmodSync(folder, 0o711);
    ensureFolder(folder);
    expect(fs.statSync(folder).mode & 0o777).toBe(0o711);
  });

  test('ensureFolder follows links to folders', () => {
    const target = temporaryFolder();
    fs.symlinkSync(temporaryFolder(), path.join(target, 'link'));
    ensureFolder(path.join(target, 'link'));
    ensureFolder(path.join(target, 'link', 'below'));
    expect(fs.statSync(path.join(target, 'link', 'below')).isDirectory()).toBe(true);
  });

  test.each([
    ['a file', (target: string) => fs.writeFileSync(path.join(target, 'x'), '')],
    ['a link to nowhere', (target: string) => fs.symlinkSync(path.join(target, 'nowhere'), path.join(target, 'x'))],
  ])('ensureFolder rejects a path that is, or leads through, %s', (_, put) => {
    const target = temporaryFolder();
    put(target);
    for (const folder of [path.join(target, 'x'), path.join(target, 'x', 'y', 'z')])
      expect(() => ensureFolder(folder)).toThrow(OperatorError);
  });

  // Node's `mkdir` with `recursive` never returns here.
  test.runIf(fs.existsSync('/proc/self'))('ensureFolder rejects a path where no folder can be created', () => {
    for (const folder of ['/proc/nowhere', '/proc/nowhere/below'])
      expect(() => ensureFolder(folder)).toThrow(OperatorError);
  });
});

describe.runIf(process.platform !== 'win32')('readSecretFile', () => {
  const MODES = Array.from({ length: 0o1000 }, (_, mode) => mode);
  const file = () => {
    const secret = path.join(temporaryFolder(), "it's secret.json");
    fs.writeFileSync(secret, 'the secret');
    return secret;
  };

  // covers: OPS-18
  test('readSecretFile rejects every mode with permissions for group or others, with the command to run', () => {
    const secret = file();
    for (const mode of MODES.filter((bits) => (bits & 0o077) !== 0)) {
      fs.chmodSync(secret, mode);
      const octal = mode.toString(8).padStart(4, '0');
      const read = () => readSecretFile(secret);
      expect(read).toThrow(OperatorError);
      expect(read).toThrow(`${secret} holds secrets and is open to other users of this machine (its mode is ${octal})`);
      expect(read).not.toThrow('the secret');
    }
    expect(() => readSecretFile(secret)).toThrow(`run chmod 600 '${secret.replace("'", String.raw`'\''`)}'`);
  });

  test('readSecretFile reads a file that only its owner may read, also after the command in the error was run', () => {
    const secret = file();
    for (const mode of [0o400, 0o600, 0o700]) {
      fs.chmodSync(secret, mode);
      expect(readSecretFile(secret)).toBe('the secret');
    }
    fs.chmodSync(secret, 0o644);
    const [, command = ''] = /run (chmod .*'), and start again/.exec(errorOf(secret)) ?? [];
    expect(spawnSync('/bin/sh', ['-c', command], { timeout: 5_000 }).status).toBe(0);
    expect(readSecretFile(secret)).toBe('the secret');
  });

  test('readSecretFile returns undefined for a missing file, and rejects a folder', () => {
    const folder = temporaryFolder();
    expect(readSecretFile(path.join(folder, 'none'))).toBeUndefined();
    expect(() => readSecretFile(folder)).toThrow(`${folder} is not a file`);
  });
});

function errorOf(file: string): string {
  try {
    readSecretFile(file);
  } catch (error) {
    return String(error);
  }
  return '';
}
