import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/setup/folder.ts';
import { makeFolder } from './files.ts';
import { Problem } from './problem.ts';

describe('makeFolder', () => {
  test('makes a folder and those above it, for their owner alone, and leaves one that is there as it is', () => {
    const above = path.join(temporaryFolder(), 'a');
    const folder = path.join(above, 'b', 'c');
    makeFolder(folder);
    for (const each of [above, folder]) expect(fs.statSync(each).mode & 0o777).toBe(0o700);
    fs.chmodSync(folder, 0o711);
    makeFolder(folder);
    expect(fs.statSync(folder).mode & 0o777).toBe(0o711);
  });

  test('goes through links to folders', () => {
    const place = temporaryFolder();
    fs.symlinkSync(temporaryFolder(), path.join(place, 'link'));
    makeFolder(path.join(place, 'link'));
    makeFolder(path.join(place, 'link', 'below'));
    expect(fs.statSync(path.join(place, 'link', 'below')).isDirectory()).toBe(true);
  });

  test.each([
    ['a file', (place: string) => fs.writeFileSync(path.join(place, 'x'), '')],
    ['a link to nowhere', (place: string) => fs.symlinkSync(path.join(place, 'nowhere'), path.join(place, 'x'))],
  ])('says in a sentence that %s is in its place, or above it', (_, put) => {
    const place = temporaryFolder();
    put(place);
    for (const folder of [path.join(place, 'x'), path.join(place, 'x', 'y', 'z')])
      expect(() => makeFolder(folder)).toThrow(Problem);
  });

  // Node's recursive way never comes back from here.
  test.runIf(fs.existsSync('/proc/self'))('says in a sentence that none can be made there', () => {
    for (const folder of ['/proc/nowhere', '/proc/nowhere/below']) expect(() => makeFolder(folder)).toThrow(Problem);
  });
});
