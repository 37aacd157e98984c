import { describe, expect, test } from 'vitest';
import { returns } from './changes.ts';
import type { Mutant } from './mutant.ts';
import type { MutationSandbox } from './mutation-sandbox.ts';
import { runMutants } from './run-mutants.ts';
import type { Trial, TrialResult } from './trial.ts';

const RED: TrialResult = { kind: 'red', failedTest: 'a test' };
const GREEN: TrialResult = { kind: 'green' };
const mutantOf = (name: string, killedBy = 'x.test.ts'): Mutant => ({
  rule: 'rule',
  name,
  file: 'x.ts',
  in: 'f',
  change: returns('1'),
  killedBy,
});

/** A run in sandboxes whose results are known. */
function runWith(
  resultOf: (trial: Trial) => TrialResult,
  signal = new AbortController().signal,
  sentinels: readonly Mutant[] = [],
) {
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
        return resultOf(trial);
      },
      close: async () => void seen.closed++,
    };
  };
  return {
    seen,
    lines,
    run: (mutants: readonly Mutant[]) =>
      runMutants(mutants, { log: (line) => lines.push(line), signal, openSandbox, sentinels }),
  };
}
const expected = (trial: Trial) => (trial.mutant === null ? GREEN : RED);

describe('runMutants', () => {
  test('counts a mutant whose test fails as passed', async () => {
    const { run, lines } = runWith(expected);
    expect(await run([mutantOf('one'), mutantOf('two'), mutantOf('three')])).toEqual({ passed: 3, failed: 0 });
    expect(lines).toEqual(['  3 of 3 killed']);
  });

  test('counts a mutant that survives as failed, and logs its change, its file and its test', async () => {
    const { run, lines } = runWith((trial) => (trial.mutant?.name === 'two' ? GREEN : expected(trial)));
    expect(await run([mutantOf('one'), mutantOf('two'), mutantOf('three')])).toEqual({ passed: 2, failed: 1 });
    expect(lines).toEqual(['  SURVIVED: rule: two\n    returns(1) in x.ts; x.test.ts should fail']);
  });

  test('counts a mutant without a result as failed: a test file that does not load has tested nothing', async () => {
    const { run, lines } = runWith(({ mutant }) => (mutant ? { kind: 'none', reason: 'a comma' } : GREEN));
    expect(await run([mutantOf('one')])).toEqual({ passed: 0, failed: 1 });
    expect(lines.join()).toMatch(/NO RESULT: rule: one[^]*a comma/);
  });

  test.each<[string, TrialResult, string]>([
    ['fails', RED, '"a test" fails'],
    ['is not there', { kind: 'none', reason: 'there is no such file' }, 'there is no such file'],
  ])('tries no mutant when a test %s without one', async (_, result, message) => {
    const { run, seen } = runWith(({ test: file }) => (file === 'y.test.ts' ? result : GREEN));
    await expect(run([mutantOf('one'), mutantOf('two', 'y.test.ts')])).rejects.toThrow(
      `y.test.ts must pass without a mutant: ${message}`,
    );
    expect(seen.trials.toSorted()).toEqual(['x.test.ts', 'y.test.ts']);
    expect(seen.closed).toBe(2);
  });

  test('tries no mutant when a sentinel survives: then the tests run the original', async () => {
    const sentinels = [mutantOf('sentinel', 's.test.ts')];
    const { run, seen } = runWith(
      (trial) => (trial.mutant?.name === 'sentinel' ? GREEN : expected(trial)),
      undefined,
      sentinels,
    );
    await expect(run([mutantOf('one')])).rejects.toThrow(
      'The tests do not run the copy of the repository: sentinel (it passes)',
    );
    expect(seen.trials.toSorted()).toEqual(['s.test.ts', 'sentinel', 'x.test.ts']);
  });

  test('does not count a sentinel', async () => {
    const { run } = runWith(expected, undefined, [mutantOf('sentinel', 's.test.ts')]);
    expect(await run([mutantOf('one')])).toEqual({ passed: 1, failed: 0 });
  });

  test('runs two trials at a time and each mutant once, and closes every sandbox', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `mutant ${index}`);
    const { run, seen } = runWith(expected);
    await run(names.map((name) => mutantOf(name)));
    expect(seen).toMatchObject({ open: 2, closed: 2, most: 2 });
    expect(seen.trials.toSorted()).toEqual([...names, 'x.test.ts']);
  });

  test('ends after the present trial when its signal is aborted', async () => {
    const aborter = new AbortController();
    const { run, seen } = runWith((trial) => {
      aborter.abort();
      return expected(trial);
    }, aborter.signal);
    await expect(run([mutantOf('one'), mutantOf('two')])).rejects.toThrow(/aborted/);
    expect(seen).toMatchObject({ trials: ['x.test.ts'], closed: 2 });
  });
});
