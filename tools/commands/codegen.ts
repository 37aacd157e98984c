import { runCommand } from '../../server/operations/run-command.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { createProgress } from '../../server/operations/progress.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { invalidate } from '../supervisor/build-artifact.ts';
import { generateCode, generatedCode } from '../supervisor/build-steps.ts';
import { writeClientsDocument } from '../client-docs/render.ts';
import { writeTraceability } from '../traceability/traceability.ts';

/** `npm run codegen`: generates code from the schema, the document for clients, and the tables of threats and requirements from the tests. */
await runCommand(async ({ environment, args, signal, print }) => {
  parseOptions(args, {}, 'npm run codegen');
  invalidate(generatedCode);
  await generateCode({ environment, signal, progress: createProgress(print) });
  writeClientsDocument(inRoot());
  writeTraceability(inRoot());
  return 0;
});
