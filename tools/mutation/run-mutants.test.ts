import { describe, expect, test } from 'vitest';
import type { Mutant } from './engine/mutant.ts';
import type { MutationSandbox } from './mutation-sandbox.ts';
import { runMutants } from './run-mutants.ts';
import type { Trial, TrialResult } from './trial.ts';

const RED: TrialResult = { kind: 'red', failedTest: 'a test' };
const GREEN: TrialResult = { kind: 'green' };
const mutantOf = (name: string, killedBy = 'x.test.ts'): Mutant => ({
  rule: 'rule',
  name,
  file: 'x.ts',
  find: 'a',
  replace: 'b',
  killedBy,
});

/** A run in laboratories that know beforehand what comes of each trial. */
function runWith(verdictOn: (trial: Trial) => TrialResult, signal = new AbortController().signal) {
  const lines: string[] = [];
  const seen = { open: 0, closed: 0, busy: 0, most: 0, trials: [] as string[] };
  const openSandbox = (): MutationSandbox => {
    seen.open++;
    return {
      runTrial: async (trial) => {
        seen.trials.push(trial.mutant?.name ?? trial.test);
        seen.most = Math.max(seen.most, ++seen.busy);
        await new Promise(setImmediate);
        seen.busy--;
        return verdictOn(trial);
      },
      close: async () => void seen.closed++,
    };
  };
  return {
    seen,
    lines,
    run: (faults: readonly Mutant[]) => runMutants(faults, { log: (line) => lines.push(line), signal, openSandbox }),
  };
}
const expected = (trial: Trial) => (trial.mutant === null ? GREEN : RED);

describe('runFaults', () => {
  test('counts a fault that its test has found as passed', async () => {
    const { run, lines } = runWith(expected);
    expect(await run([mutantOf('one'), mutantOf('two'), mutantOf('three')])).toEqual({ passed: 3, failed: 0 });
    expect(lines).toEqual(['  3 of 3 killed']);
  });

  test('counts one that survives as failed, and says where it is and what should have found it', async () => {
    const { run, lines } = runWith((trial) => (trial.mutant?.name === 'two' ? GREEN : expected(trial)));
    expect(await run([mutantOf('one'), mutantOf('two'), mutantOf('three')])).toEqual({ passed: 2, failed: 1 });
    expect(lines).toEqual(['  SURVIVED: rule: two\n    in x.ts; x.test.ts should have gone red']);
  });

  test('counts one without a verdict as failed: a file that does not load has tested nothing', async () => {
    const { run, lines } = runWith(({ mutant }) => (mutant ? { kind: 'none', reason: 'a comma' } : GREEN));
    expect(await run([mutantOf('one')])).toEqual({ passed: 0, failed: 1 });
    expect(lines.join()).toMatch(/NO VERDICT: rule: one[^]*a comma/);
  });

  test.each<[string, TrialResult, string]>([
    ['red', RED, '"a test" fails'],
    ['not there', { kind: 'none', reason: 'there is no such file' }, 'there is no such file'],
  ])('tries nothing with a test that is %s without a fault', async (_, result, message) => {
    const { run, seen } = runWith(({ test: file }) => (file === 'y.test.ts' ? result : GREEN));
    await expect(run([mutantOf('one'), mutantOf('two', 'y.test.ts')])).rejects.toThrow(
      `Without any fault y.test.ts should be green: ${message}`,
    );
    expect(seen.trials.toSorted()).toEqual(['x.test.ts', 'y.test.ts']);
    expect(seen.closed).toBe(2);
  });

  test('tries two at once, each fault once, and closes what it opened', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `fault ${index}`);
    const { run, seen } = runWith(expected);
    await run(names.map((name) => mutantOf(name)));
    expect(seen).toMatchObject({ open: 2, closed: 2, most: 2 });
    expect(seen.trials.toSorted()).toEqual([...names, 'x.test.ts']);
  });

  test('ends between two trials when it is told to stop', async () => {
    const stopping = new AbortController();
    const { run, seen } = runWith((trial) => {
      stopping.abort();
      return expected(trial);
    }, stopping.signal);
    await expect(run([mutantOf('one'), mutantOf('two')])).rejects.toThrow(/aborted/);
    expect(seen).toMatchObject({ trials: ['x.test.ts'], closed: 2 });
  });
});
