import { runCommand } from '../../server/operations/run-command.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { createProgress } from '../../server/operations/progress.ts';
import { invalidate } from '../supervisor/build-artifact.ts';
import { generateCode, generatedCode } from '../supervisor/build-steps.ts';

/** `npm run codegen`: generates the code, even if it is up to date. */
await runCommand(async ({ environment, args, signal, print }) => {
  parseOptions(args, {}, 'npm run codegen');
  invalidate(generatedCode);
  await generateCode({ environment, signal, progress: createProgress(print) });
  return 0;
});
