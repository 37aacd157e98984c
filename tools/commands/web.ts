import { runCommand } from '../../server/operations/run-command.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { runWeb } from '../supervisor/run-web.ts';

/** `npm run web`: runs the web app alone, until SIGTERM or Ctrl-C; SIGHUP replaces its workers. */
await runCommand(
  (context) => {
    parseOptions(context.args, {}, 'npm run web (settings are environment variables)');
    return runWeb(context);
  },
  { hangUpAborts: false },
);
