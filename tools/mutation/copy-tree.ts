import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../server/operations/paths.ts';

/** Dependencies, builds, data and the history of git. */
const EXCLUDED = /^(node_modules|test-results|\.git|\.data|\.test|\.next.*)$/;

/**
 * Copies the repository, generated code included, into a folder. Installed packages are linked, not copied. A package
 * that is a workspace of the repository is linked to its copy: an import by package name must not run the original.
 * @param folder is emptied first
 * @param root the repository; this one by default
 */
export function copyTree(folder: string, root: string = ROOT): void {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const entry of fs.readdirSync(root).filter((name) => !EXCLUDED.test(name)))
    fs.cpSync(path.join(root, entry), path.join(folder, entry), {
      recursive: true,
      filter: (source) => !EXCLUDED.test(path.basename(source)),
    });
  linkPackages(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), fs.realpathSync(root), folder);
}

function linkPackages(from: string, to: string, root: string, copy: string): void {
  fs.mkdirSync(to, { recursive: true });
  for (const name of fs.readdirSync(from)) {
    const source = path.join(from, name);
    // Other entries are npm's own files and caches of tools.
    if (!fs.statSync(source).isDirectory() || (name.startsWith('.') && name !== '.bin')) continue;
    if (name.startsWith('@')) linkPackages(source, path.join(to, name), root, copy);
    else fs.symlinkSync(packageIn(copy, root, fs.realpathSync(source)) ?? source, path.join(to, name), 'junction');
  }
}

/** Where the copy has a workspace; null for a package that is no part of the repository. */
function packageIn(copy: string, root: string, target: string): string | null {
  const relative = path.relative(root, target);
  const isInside = !relative.startsWith('..') && !path.isAbsolute(relative) && !relative.startsWith('node_modules');
  return isInside ? path.join(copy, relative) : null;
}
