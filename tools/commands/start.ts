import { runCommand } from '../../server/operations/run-command.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { runStack } from '../supervisor/run-stack.ts';

/** `npm start`: runs the database, the API and the web app until Ctrl-C. */
await runCommand((context) => {
  parseOptions(context.args, {}, 'npm start (settings are environment variables)');
  return runStack(context, 'production');
});
