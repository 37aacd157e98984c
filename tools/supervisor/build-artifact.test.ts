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
  write('source/ignored.md', 'words');
  write('lock.json', '1');
  write('made/id', '42');
  const artifact = {
    inputs: [path.join(folder, 'source'), path.join(folder, 'lock.json')],
    outputs: [path.join(folder, 'made')],
    fingerprintFile: path.join(folder, 'made', 'fingerprint'),
    isIncluded: (file: string) => !file.endsWith('.md'),
  };
  recordBuild(artifact);
  return { artifact, write, folder };
}

describe('a product', () => {
  test('is not stale when nothing has changed, and not when only times have', () => {
    const { artifact, folder } = createArtifact();
    fs.utimesSync(path.join(folder, 'source/a.ts'), new Date(), new Date());
    expect(isStale(artifact)).toBe(false);
  });

  test.each([
    ['an input changed', 'source/deep/b.ts', 'c'],
    ['an input was added', 'source/deep/c.ts', ''],
    ['a file among the inputs changed', 'lock.json', '2'],
    ['an output changed', 'made/id', '43'],
  ])('is stale when %s', (_, file, text) => {
    const { artifact, write } = createArtifact();
    write(file, text);
    expect(isStale(artifact)).toBe(true);
  });

  test('is stale when an input moved, although its text is the same', () => {
    const { artifact, folder } = createArtifact();
    fs.renameSync(path.join(folder, 'source/a.ts'), path.join(folder, 'source/z.ts'));
    expect(isStale(artifact)).toBe(true);
  });

  test('is stale when an output is gone', () => {
    const { artifact, folder } = createArtifact();
    fs.rmSync(path.join(folder, 'made/id'));
    expect(isStale(artifact)).toBe(true);
  });

  test('is stale while it is being made: an interruption is no success', () => {
    const { artifact } = createArtifact();
    invalidate(artifact);
    expect(isStale(artifact)).toBe(true);
  });

  test('does not care about files that do not count', () => {
    const { artifact, write } = createArtifact();
    write('source/ignored.md', 'other words');
    expect(isStale(artifact)).toBe(false);
  });

  test('is as fresh in another folder: a copied repository need not be built again', () => {
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
