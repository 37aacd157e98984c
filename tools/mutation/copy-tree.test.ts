import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyTree } from './copy-tree.ts';

const base = fs.mkdtempSync(path.join(os.tmpdir(), 'copy-tree-'));
const [root, copy] = [path.join(base, 'root'), path.join(base, 'copy')];
const write = (file: string) => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), file);
};

beforeAll(() => {
  for (const file of ['engine/index.ts', 'node_modules/plain/a.js', 'node_modules/@scope/other/a.js', '.git/HEAD'])
    write(file);
  // As npm links a workspace.
  fs.mkdirSync(path.join(root, 'node_modules/@scope'), { recursive: true });
  fs.symlinkSync('../../engine', path.join(root, 'node_modules/@scope/engine'), 'junction');
  copyTree(copy, root);
});
afterAll(() => fs.rmSync(base, { recursive: true, force: true }));

test('copyTree links an installed package to the original', () => {
  expect(fs.realpathSync(path.join(copy, 'node_modules/plain'))).toBe(
    fs.realpathSync(path.join(root, 'node_modules/plain')),
  );
  expect(fs.realpathSync(path.join(copy, 'node_modules/@scope/other'))).toBe(
    fs.realpathSync(path.join(root, 'node_modules/@scope/other')),
  );
});

test('copyTree links a workspace package to its copy', () => {
  expect(fs.realpathSync(path.join(copy, 'node_modules/@scope/engine'))).toBe(
    fs.realpathSync(path.join(copy, 'engine')),
  );
  fs.writeFileSync(path.join(copy, 'engine/index.ts'), 'changed');
  expect(fs.readFileSync(path.join(root, 'engine/index.ts'), 'utf8')).toBe('engine/index.ts');
});

test('copyTree leaves out the history of git', () => {
  expect(fs.existsSync(path.join(copy, '.git'))).toBe(false);
});
