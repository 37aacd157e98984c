import { runCommand } from './command.ts';
import { readOptions } from './options.ts';
import { serve } from './serve.ts';

/** `npm start`: everything, until Ctrl-C. */
await runCommand((context) => {
  readOptions(context.args, {}, 'npm start (its settings are environment variables)');
  return serve(context, 'production');
});
