import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.ts';
import { lockData } from './data-lock.ts';
import { readOptions } from './options.ts';
import { createProgress, seconds } from './progress.ts';
import { FORMAT_FLAGS, inRoot, TOOLS } from './stack/paths.ts';
import { testEnvironment } from './test/environment.ts';
import { filtered } from './test/filtered.ts';
import {
  attackStep,
  browserStep,
  buildStep,
  faultsStep,
  generateMissing,
  type TestRun,
  toolStep,
  vitestStep,
} from './test/steps.ts';
import { runSteps, type Step, summary } from './test/tally.ts';

/**
 * `npm test`: everything. `npm test -- <filter>` runs vitest alone, on the files whose path contains the filter.
 * It has its own data folder, ports and web build, so that it runs beside `npm start`. The last line is the result.
 */
await runCommand(async ({ environment, args, signal, print }) => {
  const { positionals: filters } = readOptions(args, {}, 'npm test [-- <part of a test file’s path> …]', true);
  const began = Date.now();
  const home = inRoot('.test');
  const lock = await lockData(home, { pid: process.pid, url: 'npm test' });
  const folder = path.join(home, 'run');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const run = { environment: testEnvironment(environment), progress: createProgress(print), signal, folder };
  try {
    const counts = await runSteps(filters.length > 0 ? await filtered(run, filters) : all(run), run.progress, signal);
    print(`Tested in ${seconds(Date.now() - began)}.`);
    print(summary(counts));
    return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
  } finally {
    lock.release();
  }
});

/** The steps in the order in which a failure is cheapest to find. */
function all(run: TestRun): Step[] {
  return [
    generateMissing(run),
    toolStep(
      run,
      'generated code is up to date',
      TOOLS.codegen,
      ['--config', 'codegen.ts', '--check'],
      'The generated code has drifted from the schema: run `npm run codegen`.',
    ),
    toolStep(run, 'types: server and tests', TOOLS.tsc, ['-p', '.']),
    toolStep(run, 'types: the engine by itself', TOOLS.tsc, ['--noEmit', '-p', 'server/access']),
    toolStep(run, 'types: web', TOOLS.tsc, ['-p', 'web']),
    toolStep(run, 'lint', TOOLS.oxlint, ['--config', '.oxlintrc.json', '--type-aware']),
    toolStep(
      run,
      'format',
      TOOLS.biome,
      ['format', ...FORMAT_FLAGS, '.'],
      'Some files are not in the one format: run `npm run format`.',
    ),
    vitestStep(run, 'unit and integration tests', 'unit'),
    attackStep(run),
    faultsStep(run),
    buildStep(run),
    vitestStep(run, 'start tests', 'system'),
    browserStep(run),
  ];
}
