import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { assertSupportedGraphql } from './graphql-version.ts';

const FOLDER = import.meta.dirname;
const readJson = (file: string) =>
  JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Readonly<Record<string, never>>;

test('the package exports the engine, and the assertions for tests under /testing', async () => {
  const program = `
    const engine = Object.keys(await import('@fieldgate/access'));
    const testing = Object.keys(await import('@fieldgate/access/testing'));
    console.log(JSON.stringify({ engine, testing }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: FOLDER,
  });
  const { engine, testing } = JSON.parse(stdout) as Record<'engine' | 'testing', readonly string[]>;
  expect(engine).toEqual(
    expect.arrayContaining(['authorize', 'checkSchema', 'createExecute', 'guardSchema', 'loadSchema']),
  );
  expect(engine).not.toContain('expectAccess');
  expect(testing).toEqual(['expectAccess']);
});

test('the peer dependency is the versions of graphql that the engine accepts', () => {
  const range = readJson('package.json')['peerDependencies']?.['graphql'] as unknown as string;
  for (const part of range.split(' || ')) {
    const [, major, minor] = /^\^(\d+)\.(\d+)\.0$/.exec(part) ?? [];
    const version = { major: Number(major), minor: Number(minor), patch: 0, preReleaseTag: null };
    expect(() => assertSupportedGraphql(version)).not.toThrow();
    expect(() => assertSupportedGraphql({ ...version, minor: version.minor - 1 })).toThrow();
  }
  const majors = Array.from({ length: 30 }, (_, major) => major).filter((major) => isSupported(major));
  expect(range.split(' || ').map((part) => Number(part.slice(1, 3)))).toEqual(majors);
});

function isSupported(major: number): boolean {
  try {
    assertSupportedGraphql({ major, minor: 99, patch: 0, preReleaseTag: null });
    return true;
  } catch {
    return false;
  }
}

test('the lock file contains the workspace and no download address', () => {
  const text = readFileSync(join(FOLDER, '..', '..', 'package-lock.json'), 'utf8');
  expect(text).toContain('"resolved": "server/access"');
  expect(text).not.toMatch(/"resolved": "\w+:/);
});
