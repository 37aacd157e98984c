import path from 'node:path';
import { checkTraceability, writeTraceability } from './traceability.ts';

/**
 * Writes the tables of docs/security.md and test/README.md, and test/coverage.md; with `--check` it writes nothing.
 * Then it prints what is wrong with tags, registry and documents, and exits with 1 if anything is.
 */
const root = path.resolve(import.meta.dirname, '../..');
if (!process.argv.includes('--check'))
  for (const file of writeTraceability(root)) process.stdout.write(`${file} is written.\n`);
const problems = checkTraceability(root);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
