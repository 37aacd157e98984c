import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createVitest, type TestModule } from 'vitest/node';
import { withFault } from './apply.ts';
import type { Trial, Verdict } from './trial.ts';

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
  void verdictOn(trial).then((verdict) => process.send?.(verdict));
});
process.once('disconnect', () => void end());
process.once('SIGTERM', () => void end());
process.on('SIGINT', () => undefined);

async function verdictOn({ test, fault }: Trial): Promise<Verdict> {
  if (fault === null) return run(test);
  const file = path.resolve(fault.file);
  const sound = fs.readFileSync(file, 'utf8');
  try {
    fs.writeFileSync(file, withFault(sound, fault));
    vitest.invalidateFile(file);
    return await run(test);
  } catch (error) {
    return { kind: 'none', why: error instanceof Error ? error.message : String(error) };
  } finally {
    fs.writeFileSync(file, sound);
    vitest.invalidateFile(file);
  }
}

async function run(test: string): Promise<Verdict> {
  const chosen = specifications.filter(({ moduleId }) => moduleId === path.resolve(test));
  if (chosen.length === 0) return { kind: 'none', why: `there is no test file ${test}` };
  const timeout = new AbortController();
  const late = delay(TRIAL_MILLISECONDS, null, { signal: timeout.signal }).catch(() => null);
  const result = await Promise.race([vitest.runTestSpecifications(chosen), late]);
  timeout.abort();
  if (result === null) {
    // Nothing can be run beside it, and nothing stops it but the end of its process.
    setImmediate(() => void end());
    return { kind: 'none', why: `${test} did not end within ${TRIAL_MILLISECONDS / 1_000} s` };
  }
  const tested = result.testModules.find(({ moduleId }) => moduleId === path.resolve(test));
  return tested === undefined ? { kind: 'none', why: `${test} was not run` } : judged(tested);
}

function judged(tested: TestModule): Verdict {
  const [failed] = [...tested.children.allTests('failed')];
  if (failed !== undefined) return { kind: 'red', by: failed.fullName };
  // A hook that fails has tested something: its suite is red although its tests did not run.
  const [suite] = [...tested.children.allSuites()].filter((one) => one.errors().length > 0);
  if (suite !== undefined) return { kind: 'red', by: suite.fullName };
  const [error] = tested.errors();
  if (error !== undefined) return { kind: 'none', why: `it did not load: ${error.message}` };
  return tested.state() === 'passed' ? { kind: 'green' } : { kind: 'none', why: `it was ${tested.state()}` };
}

async function end(): Promise<void> {
  await Promise.race([vitest.close(), delay(TEARDOWN_MILLISECONDS)]);
  process.exit();
}
