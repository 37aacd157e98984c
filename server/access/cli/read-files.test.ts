import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSdl, readTextFile, writeTextFile } from './read-files.ts';

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

/** Returns the SDL that is read from a module. */
function sdlOf(text: string): string {
  const file = path.join(folder, 'a.sdl.ts');
  fs.writeFileSync(file, text);
  return readSdl(file).body;
}

test.each(['gql`$`', 'gql `$`', 'gql(`$`)', 'gql(\n  `$`)', 'graphql`$`', '/* GraphQL */ `$`', '/*GraphQL*/`$`'])(
  'readSdl reads the SDL in %j, at its position',
  (template) => {
    const sdl = 'type Query { a: Int }';
    const text = `const url = 'http://a'; const one = ${template.replace('$', sdl)}; // it's it\n`;
    const read = sdlOf(text);
    expect(read.trim()).toBe(sdl);
    expect({ length: read.length, start: read.indexOf(sdl) }).toEqual({
      length: text.length,
      start: text.indexOf(sdl),
    });
  },
);

test.each(['// $', '/* $ */', '/** For example:\n * $ */', '"$"', "'$'"])(
  'readSdl does not read a template in %j as SDL',
  (place) => {
    const lines = [place.replace('$', 'gql`type No { a: Int }`'), 'const sdl = gql`type Query { a: Int }`;'];
    expect(sdlOf(lines.join('\n')).trim()).toBe('type Query { a: Int }');
  },
);

test.each(['$'.concat('{TYPES}'), '\\`'])('readSdl names the line of %s, which cannot be read as SDL', (part) => {
  const lines = ['const sdl = gql`', '  type Query { a: Int }', `  # ${part}`, '`;'];
  expect(() => sdlOf(lines.join('\n'))).toThrow('a.sdl.ts:3 The template');
});
