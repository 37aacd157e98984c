import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTextFile, writeTextFile } from './read-files.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'read-files-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

test.each([
  ['missing.graphql', 'there is no such file'],
  ['.', 'it is a folder'],
])('readTextFile says why it cannot read %s: %s', (name, why) => {
  const file = path.join(folder, name);
  expect(() => readTextFile(file)).toThrow(`${file} cannot be read: ${why}.`);
});

test.each([
  ['missing/access.graphql', 'its folder does not exist'],
  ['.', 'it is a folder'],
])('writeTextFile says why it cannot write %s: %s', (name, why) => {
  const file = path.join(folder, name);
  expect(() => writeTextFile(file, '')).toThrow(`${file} cannot be written: ${why}.`);
});
