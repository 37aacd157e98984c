import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createVitest, type TestModule } from 'vitest/node';
import type { TestProject } from './mutant.ts';
import type { TrialRequest, TrialResult } from './trial.ts';

/*
 * The process of a sandbox, which runs in a copy of the repository: one vitest for all trials, so that a trial takes as
 * long as its test file. Receives a `TrialRequest` over IPC and answers with a `TrialResult`.
 */
const TRIAL_TIMEOUT = 120_000;
const TEARDOWN_TIMEOUT = 10_000;

// Without a reporter: the parent prints the results.
const vitest = await createVitest('test', {
  watch: false,
  project: ['unit', 'engine-17'],
  reporters: [{}],
  maxWorkers: 1,
  bail: 1,
});
const specifications = await vitest.getRelevantTestSpecifications();

process.on('message', (request: TrialRequest) => {
  void runTrial(request).then((result) => process.send?.(result));
});
process.once('disconnect', () => void end());
process.once('SIGTERM', () => void end());
process.on('SIGINT', () => undefined);

async function runTrial({ test, project, replacement }: TrialRequest): Promise<TrialResult> {
  if (replacement === null) return runTestFile(test, project);
  const file = path.resolve(replacement.file);
  const original = fs.readFileSync(file, 'utf8');
  try {
    fs.writeFileSync(file, replacement.text);
    vitest.invalidateFile(file);
    return await runTestFile(test, project);
  } catch (error) {
    return { kind: 'none', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    fs.writeFileSync(file, original);
    vitest.invalidateFile(file);
  }
}

async function runTestFile(test: string, projectName: TestProject): Promise<TrialResult> {
  const isRequested = ({ moduleId, project }: Pick<TestModule, 'moduleId' | 'project'>) =>
    moduleId === path.resolve(test) && project.name === projectName;
  const matching = specifications.filter(isRequested);
  if (matching.length === 0) return { kind: 'none', reason: `there is no test file ${test} in ${projectName}` };
  const timeout = new AbortController();
  const timedOut = delay(TRIAL_TIMEOUT, null, { signal: timeout.signal }).catch(() => null);
  const result = await Promise.race([vitest.runTestSpecifications(matching), timedOut]);
  timeout.abort();
  if (result === null) {
    // The run cannot be cancelled and blocks the next one: only the end of the process ends it.
    setImmediate(() => void end());
    return { kind: 'none', reason: `${test} did not end within ${TRIAL_TIMEOUT / 1_000} s` };
  }
  // vitest's result also has the last run of the same file in another project.
  const testModule = result.testModules.find(isRequested);
  return testModule === undefined ? { kind: 'none', reason: `${test} was not run` } : toTrialResult(testModule);
}

function toTrialResult(testModule: TestModule): TrialResult {
  const [failed] = [...testModule.children.allTests('failed')];
  if (failed !== undefined) return { kind: 'red', failedTest: failed.fullName };
  // A failed hook counts: the suite has failed although its tests did not run.
  const [suite] = [...testModule.children.allSuites()].filter((one) => one.errors().length > 0);
  if (suite !== undefined) return { kind: 'red', failedTest: suite.fullName };
  const [error] = testModule.errors();
  if (error !== undefined) return { kind: 'none', reason: `it did not load: ${error.message}` };
  return testModule.state() === 'passed' ? { kind: 'green' } : { kind: 'none', reason: `it was ${testModule.state()}` };
}

async function end(): Promise<void> {
  await Promise.race([vitest.close(), delay(TEARDOWN_TIMEOUT)]);
  process.exit();
}
