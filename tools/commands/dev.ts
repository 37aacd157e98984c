import { runCommand } from '../../server/operations/command.ts';
import { parseOptions } from '../../server/operations/command-options.ts';
import { runStack } from '../supervisor/run-stack.ts';

/** `npm run dev`: as `npm start`, but it follows the sources. */
await runCommand((context) => {
  parseOptions(context.args, {}, 'npm run dev (its settings are environment variables)');
  return runStack(context, 'watch');
});
