import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { invalidate, isStale, type BuildArtifact, recordBuild } from './build-artifact.ts';

function createArtifact(): { artifact: BuildArtifact; write: (file: string, text: string) => void; folder: string } {
  const folder = temporaryFolder();
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  };
  write('source/a.ts', 'a');
  write('source/deep/b.ts', 'b');
  write('source/ignored.md', 'text');
  write('lock.json', '1');
  write('output/id', '42');
  const artifact = {
    inputs: [path.join(folder, 'source'), path.join(folder, 'lock.json')],
    outputs: [path.join(folder, 'output')],
    fingerprintFile: path.join(folder, 'output', 'fingerprint'),
    isIncluded: (file: string) => !file.endsWith('.md'),
  };
  recordBuild(artifact);
  return { artifact, write, folder };
}

describe('isStale', () => {
  test('isStale is false when nothing but modification times has changed', () => {
    const { artifact, folder } = createArtifact();
    fs.utimesSync(path.join(folder, 'source/a.ts'), new Date(), new Date());
    expect(isStale(artifact)).toBe(false);
  });

  test.each([
    ['an input changed', 'source/deep/b.ts', 'c'],
    ['an input was added', 'source/deep/c.ts', ''],
    ['a file among the inputs changed', 'lock.json', '2'],
    ['an output changed', 'output/id', '43'],
  ])('isStale is true when %s', (_, file, text) => {
    const { artifact, write } = createArtifact();
    write(file, text);
    expect(isStale(artifact)).toBe(true);
  });

  test('isStale is true when an input was renamed, with the same content', () => {
    const { artifact, folder } = createArtifact();
    fs.renameSync(path.join(folder, 'source/a.ts'), path.join(folder, 'source/z.ts'));
    expect(isStale(artifact)).toBe(true);
  });

  test('isStale is true when an output is missing', () => {
    const { artifact, folder } = createArtifact();
    fs.rmSync(path.join(folder, 'output/id'));
    expect(isStale(artifact)).toBe(true);
  });

  test('isStale is true after invalidate, so that an interrupted build runs again', () => {
    const { artifact } = createArtifact();
    invalidate(artifact);
    expect(isStale(artifact)).toBe(true);
  });

  test('isStale is false when a file changed that is not included', () => {
    const { artifact, write } = createArtifact();
    write('source/ignored.md', 'other text');
    expect(isStale(artifact)).toBe(false);
  });

  test('isStale is false for a copy in another folder: a copied repository need not be built again', () => {
    const { artifact, folder } = createArtifact();
    const copy = temporaryFolder();
    fs.cpSync(folder, copy, { recursive: true });
    const inCopy = (file: string) => file.replace(folder, copy);
    expect(
      isStale({
        ...artifact,
        inputs: artifact.inputs.map(inCopy),
        outputs: artifact.outputs.map(inCopy),
        fingerprintFile: inCopy(artifact.fingerprintFile),
      }),
    ).toBe(false);
  });
});
