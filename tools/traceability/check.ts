import path from 'node:path';
import { checkTraceability } from './traceability.ts';

/** Prints what is wrong with tags, registry and documents, and exits with 1 if anything is. `npm run codegen` writes them. */
const problems = checkTraceability(path.resolve(import.meta.dirname, '../..'));
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
