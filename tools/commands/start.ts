import { runCommand } from '../../server/operations/command.ts';
import { parseOptions } from '../../server/operations/command-options.ts';
import { runStack } from '../supervisor/run-stack.ts';

/** `npm start`: everything, until Ctrl-C. */
await runCommand((context) => {
  parseOptions(context.args, {}, 'npm start (its settings are environment variables)');
  return runStack(context, 'production');
});
