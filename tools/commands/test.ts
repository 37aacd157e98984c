import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from '../../server/operations/run-command.ts';
import { lockDataFolder } from '../../server/operations/data-lock.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { createProgress, formatSeconds } from '../../server/operations/progress.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { testEnvironment } from '../../test/support/test-environment.ts';
import { filteredStages } from '../test-run/filtered-stages.ts';
import { staticStages } from '../test-run/static-stages.ts';
import {
  attackStage,
  pooledAttackStage,
  replicatedAttackStage,
  browserStage,
  buildStage,
  mutantsStage,
  type TestRun,
  vitestStage,
} from '../test-run/test-stages.ts';
import { runStages, type TestStage, summary } from '../test-run/run-stages.ts';

/**
 * `npm test`: runs every check. `npm test -- <filter>` runs the test files whose path contains the filter.
 * Data folder, ports and web build are separate, so that it runs beside `npm start`. The last line is the result.
 */
await runCommand(async ({ environment, args, signal, print }) => {
  const { positionals: filters } = parseOptions(args, {}, 'npm test [-- <part of a test file’s path> …]', true);
  const startedAt = Date.now();
  const testFolder = inRoot('.test');
  const lock = await lockDataFolder(testFolder, { pid: process.pid, url: 'npm test' });
  const folder = path.join(testFolder, 'run');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const run = { environment: testEnvironment(environment), progress: createProgress(print), signal, folder };
  try {
    const counts = await runStages(
      filters.length > 0 ? await filteredStages(run, filters) : allStages(run),
      run.progress,
      signal,
    );
    print(`Tested in ${formatSeconds(Date.now() - startedAt)}.`);
    print(summary(counts));
    return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
  } finally {
    lock.release();
  }
});

/** The stages, fast ones first. */
function allStages(run: TestRun): TestStage[] {
  return [
    ...staticStages(run),
    vitestStage(run, 'unit and integration tests', 'unit'),
    vitestStage(run, 'access engine on graphql 17', 'engine-17'),
    attackStage(run),
    pooledAttackStage(run),
    replicatedAttackStage(run),
    mutantsStage(run),
    buildStage(run),
    vitestStage(run, 'start tests', 'system'),
    browserStage(run),
  ];
}
