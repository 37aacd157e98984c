import { runCommand } from './command.ts';
import { parseOptions } from './options.ts';
import { runStack } from './serve.ts';

/** `npm start`: everything, until Ctrl-C. */
await runCommand((context) => {
  parseOptions(context.args, {}, 'npm start (its settings are environment variables)');
  return runStack(context, 'production');
});
