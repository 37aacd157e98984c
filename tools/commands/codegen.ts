import { runCommand } from '../../server/operations/command.ts';
import { parseOptions } from '../../server/operations/command-options.ts';
import { createProgress } from '../../server/operations/progress.ts';
import { invalidate } from '../supervisor/build-artifact.ts';
import { generateCode, generatedCode } from '../supervisor/build.ts';

/** `npm run codegen`: makes the generated code, whether or not it seems up to date. */
await runCommand(async ({ environment, args, signal, print }) => {
  parseOptions(args, {}, 'npm run codegen');
  invalidate(generatedCode);
  await generateCode({ environment, signal, progress: createProgress(print) });
  return 0;
});
