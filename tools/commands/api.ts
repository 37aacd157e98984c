import { runCommand } from '../../server/operations/run-command.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { runApi } from '../supervisor/run-api.ts';

/** `npm run api`: runs the API alone, until SIGTERM or Ctrl-C; SIGHUP replaces its workers. */
await runCommand(
  (context) => {
    parseOptions(context.args, {}, 'npm run api (settings are environment variables)');
    return runApi(context);
  },
  { hangUpAborts: false },
);
