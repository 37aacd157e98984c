import { runCommand } from './command.ts';
import { readOptions } from './options.ts';
import { serve } from './serve.ts';

/** `npm run dev`: as `npm start`, but it follows the sources. */
await runCommand((context) => {
  readOptions(context.args, {}, 'npm run dev (its settings are environment variables)');
  return serve(context, 'watch');
});
