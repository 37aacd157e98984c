import { runCommand } from '../../server/operations/run-command.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { createProgress } from '../../server/operations/progress.ts';
import { buildAll } from '../supervisor/build-steps.ts';

/** `npm run build`: generates the code and builds the web client, unless they are up to date. */
await runCommand(
  async ({ environment, args, signal, print }) => {
    parseOptions(args, {}, 'npm run build (WEB_BUILD_DIR is an environment variable)');
    await buildAll({ environment, signal, progress: createProgress(print) });
    return 0;
  },
  { abortedExitCode: 1 },
);
