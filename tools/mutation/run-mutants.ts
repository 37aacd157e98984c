import type { Mutant } from './engine/mutant.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';
import type { TestCounts } from '../test-run/run-stages.ts';
import type { MutationSandbox } from './mutation-sandbox.ts';
import type { TrialResult } from './trial.ts';

const LOG_EVERY = 25;

/** What a run of faults is run with. */
export interface MutationRunOptions {
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Opens one more place for trials; there are as many as run at once. */
  readonly openSandbox: () => MutationSandbox;
  /** How many run at once. Default: 2. */
  readonly concurrency?: number;
}

/**
 * Puts one fault after the other into a copy of the tree and demands that the test named with it goes red. First each
 * of those tests has to be green without a fault: what is red anyway kills nothing.
 * @returns a killed fault counts as passed; one that survives as failed, and so does one without a verdict, because with
 *   it the test file does not load, or hangs, or because its text is gone. Each of these was said, with file and test
 * @throws {OperatorError} when a test is not green by itself
 */
export async function runMutants(
  mutants: readonly Mutant[],
  { log, signal, openSandbox, concurrency = 2 }: MutationRunOptions,
): Promise<TestCounts> {
  const sandboxes: MutationSandbox[] = [];
  try {
    for (let index = 0; index < Math.min(concurrency, mutants.length); index++) sandboxes.push(openSandbox());
    const tests = [...new Set(mutants.map(({ killedBy }) => killedBy))];
    await each(tests, async (test, { runTrial }) => {
      const result = await runTrial({ test, mutant: null });
      if (result.kind !== 'green')
        throw new OperatorError(`Without any fault ${test} should be green: ${describeResult(result)}`);
    });
    let killed = 0;
    let failed = 0;
    await each(mutants, async (mutant, { runTrial }) => {
      const result = await runTrial({ test: mutant.killedBy, mutant });
      if (result.kind === 'none') log(`  NO VERDICT: ${describeMutant(mutant)}\n    ${result.reason}`);
      if (result.kind === 'green') log(`  SURVIVED: ${describeMutant(mutant)}`);
      if (result.kind !== 'red') failed++;
      else if (++killed % LOG_EVERY === 0 || killed === mutants.length) log(`  ${killed} of ${mutants.length} killed`);
    });
    return { passed: killed, failed };
  } finally {
    await Promise.all(sandboxes.map(({ close }) => close()));
  }

  /** Every laboratory takes the next one as soon as it is free. */
  async function each<T>(
    list: readonly T[],
    work: (item: T, sandbox: MutationSandbox) => Promise<void>,
  ): Promise<void> {
    const queue = [...list];
    const runFromQueue = async (sandbox: MutationSandbox) => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
        signal.throwIfAborted();
        await work(item, sandbox);
      }
    };
    try {
      await Promise.all(sandboxes.map(runFromQueue));
    } finally {
      // What one of them threw ends the others after the trial that they are at.
      queue.length = 0;
    }
  }
}

function describeMutant({ rule, name, file, killedBy }: Mutant): string {
  return `${rule}: ${name}\n    in ${file}; ${killedBy} should have gone red`;
}

function describeResult(result: TrialResult): string {
  if (result.kind === 'red') return `"${result.failedTest}" fails`;
  return result.kind === 'green' ? 'it is' : result.reason;
}
