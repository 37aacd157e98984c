import { OperatorError } from '../../server/operations/operator-error.ts';
import type { TestCounts } from '../test-run/run-stages.ts';
import type { Mutant } from './mutant.ts';
import type { MutationSandbox } from './mutation-sandbox.ts';
import { SENTINELS } from './sentinels.ts';
import type { TrialResult } from './trial.ts';

const LOG_EVERY = 25;

/** The options of a run. */
export interface MutationRunOptions {
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Opens one more sandbox; called once for each trial that runs at a time. */
  readonly openSandbox: () => MutationSandbox;
  /** How many trials run at a time. Default: 2. */
  readonly concurrency?: number;
  /** Mutants that prove that tests run the copy; none is counted. Default: `SENTINELS`. */
  readonly sentinels?: readonly Mutant[];
}

/**
 * Makes one mutant after the other in a copy of the repository and demands that the test named with it fails. Before
 * that each of those tests must pass without a mutant, and must fail with each sentinel: a test that fails anyway, or
 * that runs the original, proves nothing.
 * @returns a killed mutant counts as passed. One that survives counts as failed, and so does one without a result: it
 *   could not be made, or the test file does not load with it, or hangs. Each failure is logged with file and test
 * @throws {OperatorError} when a test fails without a mutant, or a sentinel survives
 */
export async function runMutants(
  mutants: readonly Mutant[],
  { log, signal, openSandbox, concurrency = 2, sentinels = SENTINELS }: MutationRunOptions,
): Promise<TestCounts> {
  const sandboxes: MutationSandbox[] = [];
  try {
    for (let index = 0; index < Math.min(concurrency, mutants.length); index++) sandboxes.push(openSandbox());
    const tests = new Map(
      [...sentinels, ...mutants].map(({ killedBy: test, project }) => [`${project} ${test}`, { test, project }]),
    );
    await each([...tests.values()], async ({ test, project }, { runTrial }) => {
      const result = await runTrial({ test, project, mutant: null });
      if (result.kind !== 'green')
        throw new OperatorError(`${test} must pass without a mutant: ${describeResult(result)}`);
    });
    await each(sentinels, async (mutant, { runTrial }) => {
      const result = await runTrial({ test: mutant.killedBy, project: mutant.project, mutant });
      if (result.kind !== 'red')
        throw new OperatorError(
          `The tests do not run the copy of the repository: ${mutant.name} (${describeResult(result)})`,
        );
    });
    let killed = 0;
    let failed = 0;
    await each(mutants, async (mutant, { runTrial }) => {
      const result = await runTrial({ test: mutant.killedBy, project: mutant.project, mutant });
      if (result.kind === 'none') log(`  NO RESULT: ${describeMutant(mutant)}\n    ${result.reason}`);
      if (result.kind === 'green') log(`  SURVIVED: ${describeMutant(mutant)}`);
      if (result.kind !== 'red') failed++;
      else if (++killed % LOG_EVERY === 0 || killed === mutants.length) log(`  ${killed} of ${mutants.length} killed`);
    });
    return { passed: killed, failed };
  } finally {
    await Promise.all(sandboxes.map(({ close }) => close()));
  }

  /** Each sandbox takes the next item when it is free. */
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
      // After an error the other sandboxes end with their present trial.
      queue.length = 0;
    }
  }
}

function describeMutant({ rule, name, file, change, killedBy, project = 'unit' }: Mutant): string {
  const where = project === 'unit' ? '' : ` in ${project}`;
  return `${rule}: ${name}\n    ${change.label} in ${file}; ${killedBy} should fail${where}`;
}

function describeResult(result: TrialResult): string {
  if (result.kind === 'red') return `"${result.failedTest}" fails`;
  return result.kind === 'green' ? 'it passes' : result.reason;
}
