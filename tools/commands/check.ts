import { parseOptions } from '../../server/operations/parse-options.ts';
import { createProgress } from '../../server/operations/progress.ts';
import { runCommand } from '../../server/operations/run-command.ts';
import { testEnvironment } from '../../test/support/test-environment.ts';
import { runStages, summary } from '../test-run/run-stages.ts';
import { staticStages } from '../test-run/static-stages.ts';

/** `npm run check`: the stages of `npm test` that run no product code. The last line is the result. */
await runCommand(async ({ environment, args, signal, print }) => {
  parseOptions(args, {}, 'npm run check');
  const run = { environment: testEnvironment(environment), progress: createProgress(print), signal };
  const counts = await runStages(staticStages(run), run.progress, signal);
  print(summary(counts));
  return counts.failed === 0 ? 0 : 1;
});
