import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { documentIdOf, hashOf, ManifestError, readManifests } from './document-manifest.ts';

/** Writes a manifest, which is removed after the test. */
function write(content: unknown): string {
  const file = path.join(temporaryFolder(), 'manifest.json');
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const entry = (text: string) => ({ [documentIdOf(hashOf(text))]: text });

describe('the id of a document', () => {
  test('is that of the specification’s examples', () => {
    const [query, compact] = [
      'query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}',
      'query($id:ID!){user(id:$id){name}}',
    ];
    expect([query, compact].map((text) => documentIdOf(hashOf(text)))).toEqual([
      'sha256:7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e',
      'sha256:71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b',
    ]);
  });
});

describe('readManifests', () => {
  test('returns the documents of the generated manifest and of all files', () => {
    const documents = readManifests([write(entry('{ a }')), write({ ...entry('{ b }'), ...entry('{ a }') })], true);
    expect(Object.values(documents)).toEqual(expect.arrayContaining(['{ a }', '{ b }']));
    expect(Object.keys(documents).length).toBeGreaterThan(2);
  });

  // covers: TRUSTED-05
  test.each([
    ['another text', { ...entry('{ a }'), [documentIdOf(hashOf('{ b }'))]: '{ c }' }],
    ['an id without its prefix', { [hashOf('{ a }')]: '{ a }' }],
    ['an id in upper case', { [documentIdOf(hashOf('{ a }')).toUpperCase()]: '{ a }' }],
    ['a document that is no text', { [documentIdOf(hashOf('1'))]: 1 }],
    ['a list', ['{ a }']],
    ['null', 'null'],
    ['no JSON', '{'],
  ])('throws a ManifestError with the file for %s', (_, content) => {
    const file = write(content);
    expect(() => readManifests([file], false)).toThrow(ManifestError);
    expect(() => readManifests([file], false)).toThrow(file);
  });

  test('throws a ManifestError that says what to correct for a file that is missing', () => {
    const missing = path.join(temporaryFolder(), 'missing.json');
    expect(() => readManifests([missing], false)).toThrow(/missing\.json.*Correct TRUSTED_DOCUMENTS/);
  });
});
