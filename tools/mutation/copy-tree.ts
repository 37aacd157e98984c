import fs from 'node:fs';
import path from 'node:path';
import { inRoot, ROOT } from '../../server/operations/paths.ts';

/** What others made, or is no part of the tree. */
const EXCLUDED = /^(node_modules|test-results|\.git|\.data|\.test|\.next.*)$/;

/**
 * Copies the tree, sources and generated code, to where faults can be put into it; packages are linked, not copied.
 * @param folder where to; what was there is gone
 */
export function copyTree(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const entry of fs.readdirSync(ROOT).filter((name) => !EXCLUDED.test(name)))
    fs.cpSync(inRoot(entry), path.join(folder, entry), {
      recursive: true,
      filter: (source) => !EXCLUDED.test(path.basename(source)),
    });
  fs.symlinkSync(inRoot('node_modules'), path.join(folder, 'node_modules'), 'junction');
}
