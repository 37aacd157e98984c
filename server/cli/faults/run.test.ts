import { describe, expect, test } from 'vitest';
import type { Fault } from '../../access/faults/fault.ts';
import type { Laboratory } from './laboratory.ts';
import { runFaults } from './run.ts';
import type { Trial, Verdict } from './trial.ts';

const RED: Verdict = { kind: 'red', by: 'a test' };
const GREEN: Verdict = { kind: 'green' };
const fault = (name: string, killedBy = 'x.test.ts'): Fault => ({
  rule: 'rule',
  name,
  file: 'x.ts',
  find: 'a',
  replace: 'b',
  killedBy,
});

/** A run in laboratories that know beforehand what comes of each trial. */
function laboratories(verdictOn: (trial: Trial) => Verdict, signal = new AbortController().signal) {
  const lines: string[] = [];
  const seen = { open: 0, closed: 0, busy: 0, most: 0, trials: [] as string[] };
  const open = (): Laboratory => {
    seen.open++;
    return {
      verdictOn: async (trial) => {
        seen.trials.push(trial.fault?.name ?? trial.test);
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
    run: (faults: readonly Fault[]) => runFaults(faults, { say: (line) => lines.push(line), signal, open }),
  };
}
const expected = (trial: Trial) => (trial.fault === null ? GREEN : RED);

describe('runFaults', () => {
  test('counts a fault that its test has found as passed', async () => {
    const { run, lines } = laboratories(expected);
    expect(await run([fault('one'), fault('two'), fault('three')])).toEqual({ passed: 3, failed: 0 });
    expect(lines).toEqual(['  3 of 3 killed']);
  });

  test('counts one that survives as failed, and says where it is and what should have found it', async () => {
    const { run, lines } = laboratories((trial) => (trial.fault?.name === 'two' ? GREEN : expected(trial)));
    expect(await run([fault('one'), fault('two'), fault('three')])).toEqual({ passed: 2, failed: 1 });
    expect(lines).toEqual(['  SURVIVED: rule: two\n    in x.ts; x.test.ts should have gone red']);
  });

  test('counts one without a verdict as failed: a file that does not load has tested nothing', async () => {
    const { run, lines } = laboratories(({ fault: tried }) => (tried ? { kind: 'none', why: 'a comma' } : GREEN));
    expect(await run([fault('one')])).toEqual({ passed: 0, failed: 1 });
    expect(lines.join()).toMatch(/NO VERDICT: rule: one[^]*a comma/);
  });

  test.each<[string, Verdict, string]>([
    ['red', RED, '"a test" fails'],
    ['not there', { kind: 'none', why: 'there is no such file' }, 'there is no such file'],
  ])('tries nothing with a test that is %s without a fault', async (_, verdict, said) => {
    const { run, seen } = laboratories(({ test: file }) => (file === 'y.test.ts' ? verdict : GREEN));
    await expect(run([fault('one'), fault('two', 'y.test.ts')])).rejects.toThrow(
      `Without any fault y.test.ts should be green: ${said}`,
    );
    expect(seen.trials.toSorted()).toEqual(['x.test.ts', 'y.test.ts']);
    expect(seen.closed).toBe(2);
  });

  test('tries two at once, each fault once, and closes what it opened', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `fault ${index}`);
    const { run, seen } = laboratories(expected);
    await run(names.map((name) => fault(name)));
    expect(seen).toMatchObject({ open: 2, closed: 2, most: 2 });
    expect(seen.trials.toSorted()).toEqual([...names, 'x.test.ts']);
  });

  test('ends between two trials when it is told to stop', async () => {
    const stopping = new AbortController();
    const { run, seen } = laboratories((trial) => {
      stopping.abort();
      return expected(trial);
    }, stopping.signal);
    await expect(run([fault('one'), fault('two')])).rejects.toThrow(/aborted/);
    expect(seen).toMatchObject({ trials: ['x.test.ts'], closed: 2 });
  });
});
