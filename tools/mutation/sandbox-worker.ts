import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createVitest, type TestModule } from 'vitest/node';
import { applyMutant } from './apply-mutant.ts';
import type { Trial, TrialResult } from './trial.ts';

/**
 * A process of its own in a copy of the tree: runs one trial after the other, in one vitest that stays, so that a
 * trial costs what its test file costs. Hears of trials and answers with verdicts over its IPC channel.
 */
const TRIAL_MILLISECONDS = 120_000;
const TEARDOWN_MILLISECONDS = 10_000;

// No reporter: what is printed is for the parent to say.
const vitest = await createVitest('test', { watch: false, project: ['unit'], reporters: [{}], maxWorkers: 1, bail: 1 });
const specifications = await vitest.getRelevantTestSpecifications();

process.on('message', (trial: Trial) => {
  void runTrial(trial).then((result) => process.send?.(result));
});
process.once('disconnect', () => void end());
process.once('SIGTERM', () => void end());
process.on('SIGINT', () => undefined);

async function runTrial({ test, mutant }: Trial): Promise<TrialResult> {
  if (mutant === null) return runTestFile(test);
  const file = path.resolve(mutant.file);
  const original = fs.readFileSync(file, 'utf8');
  try {
    fs.writeFileSync(file, applyMutant(original, mutant));
    vitest.invalidateFile(file);
    return await runTestFile(test);
  } catch (error) {
    return { kind: 'none', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    fs.writeFileSync(file, original);
    vitest.invalidateFile(file);
  }
}

async function runTestFile(test: string): Promise<TrialResult> {
  const matching = specifications.filter(({ moduleId }) => moduleId === path.resolve(test));
  if (matching.length === 0) return { kind: 'none', reason: `there is no test file ${test}` };
  const timeout = new AbortController();
  const timedOut = delay(TRIAL_MILLISECONDS, null, { signal: timeout.signal }).catch(() => null);
  const result = await Promise.race([vitest.runTestSpecifications(matching), timedOut]);
  timeout.abort();
  if (result === null) {
    // Nothing can be run beside it, and nothing stops it but the end of its process.
    setImmediate(() => void end());
    return { kind: 'none', reason: `${test} did not end within ${TRIAL_MILLISECONDS / 1_000} s` };
  }
  const testModule = result.testModules.find(({ moduleId }) => moduleId === path.resolve(test));
  return testModule === undefined ? { kind: 'none', reason: `${test} was not run` } : toTrialResult(testModule);
}

function toTrialResult(testModule: TestModule): TrialResult {
  const [failed] = [...testModule.children.allTests('failed')];
  if (failed !== undefined) return { kind: 'red', failedTest: failed.fullName };
  // A hook that fails has tested something: its suite is red although its tests did not run.
  const [suite] = [...testModule.children.allSuites()].filter((one) => one.errors().length > 0);
  if (suite !== undefined) return { kind: 'red', failedTest: suite.fullName };
  const [error] = testModule.errors();
  if (error !== undefined) return { kind: 'none', reason: `it did not load: ${error.message}` };
  return testModule.state() === 'passed' ? { kind: 'green' } : { kind: 'none', reason: `it was ${testModule.state()}` };
}

async function end(): Promise<void> {
  await Promise.race([vitest.close(), delay(TEARDOWN_MILLISECONDS)]);
  process.exit();
}
