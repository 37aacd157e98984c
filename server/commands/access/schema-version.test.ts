import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { readVersion } from './schema-version.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;

/** Creates a repository with two files and the schema of a release in `schema/`, committed and then removed. */
function createRepository(): string {
  const root = temporaryFolder();
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: root });
  fs.mkdirSync(path.join(root, 'schema'));
  for (const name of ['a', 'b', 'released'])
    fs.writeFileSync(path.join(root, 'schema', `${name}.graphql`), `# ${name}`);
  fs.writeFileSync(path.join(root, 'schema', 'map.md'), 'no SDL');
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--no-verify', '--no-gpg-sign', '--message', 'one');
  git('tag', 'v1');
  fs.rmSync(path.join(root, 'schema'), { recursive: true });
  return root;
}

// covers: DIFF-02
describe.runIf(hasGit)('readVersion reads a git revision', () => {
  test.each([
    ['v1', ['v1:schema/a.graphql', 'v1:schema/b.graphql']],
    ['HEAD', ['HEAD:schema/a.graphql', 'HEAD:schema/b.graphql']],
    ['v1:schema', ['v1:schema/a.graphql', 'v1:schema/b.graphql']],
    ['v1:schema/', ['v1:schema/a.graphql', 'v1:schema/b.graphql']],
    ['v1:schema/released.graphql', ['v1:schema/released.graphql']],
  ])('%s', (reference, names) => {
    const sources = readVersion(reference, createRepository());
    expect(sources.map(({ name }) => name)).toEqual(names);
    expect(sources[0]?.body).toMatch(/^# (a|released)$/);
  });

  test.each(['v2', 'v1:other', 'v1:schema/c.graphql', '--help'])('and rejects %s', (reference) => {
    expect(() => readVersion(reference, createRepository())).toThrow(
      `There is no file, folder or git revision with a schema named ${reference}.`,
    );
  });
});

test('readVersion reads a folder without the released schema, and a file', () => {
  const folder = temporaryFolder();
  for (const name of ['b', 'a', 'released']) fs.writeFileSync(path.join(folder, `${name}.graphql`), `# ${name}`);
  expect(readVersion(folder).map(({ body }) => body)).toEqual(['# a', '# b']);
  expect(readVersion(path.join(folder, 'released.graphql')).map(({ body }) => body)).toEqual(['# released']);
});
