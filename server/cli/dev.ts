import { runCommand } from './command.ts';
import { serve } from './serve.ts';

/** `npm run dev`: as `npm start`, but it follows the sources. */
await runCommand((context) => serve(context, 'watch'));
