import { runCommand } from '../../server/operations/run-command.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { runStack } from '../supervisor/run-stack.ts';

/** `npm run dev`: as `npm start`, and restarts the API when a source changes. */
await runCommand((context) => {
  parseOptions(context.args, {}, 'npm run dev (settings are environment variables)');
  return runStack(context, 'watch');
});
