import { runCommand } from './command.ts';
import { parseOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { invalidate } from './stack/stale.ts';
import { generateCode, generatedCode } from './stack/build.ts';

/** `npm run codegen`: makes the generated code, whether or not it seems up to date. */
await runCommand(async ({ environment, args, signal, print }) => {
  parseOptions(args, {}, 'npm run codegen');
  invalidate(generatedCode);
  await generateCode({ environment, signal, progress: createProgress(print) });
  return 0;
});
