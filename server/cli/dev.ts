import { runCommand } from './command.ts';
import { parseOptions } from './options.ts';
import { runStack } from './serve.ts';

/** `npm run dev`: as `npm start`, but it follows the sources. */
await runCommand((context) => {
  parseOptions(context.args, {}, 'npm run dev (its settings are environment variables)');
  return runStack(context, 'watch');
});
