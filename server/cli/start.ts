import { runCommand } from './command.ts';
import { serve } from './serve.ts';

/** `npm start`: everything, until Ctrl-C. */
await runCommand((context) => serve(context, 'production'));
