import type { Progress } from '../../server/operations/progress.ts';
import { describeError } from '../../server/operations/operator-error.ts';

/** How many checks passed and failed. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

/** One stage of `npm test`. */
export interface TestStage {
  /** The name of the check, as printed. */
  readonly name: string;
  /** Runs the check. If it throws, that counts as one failure. */
  readonly run: () => Promise<TestCounts>;
}

export const ONE_PASSED: TestCounts = { passed: 1, failed: 0 };
export const ONE_FAILED: TestCounts = { passed: 0, failed: 1 };

/**
 * Runs every stage in order, also after one has failed, and returns the sum of their counts.
 * @param signal ends the run between two stages
 */
export async function runStages(
  stages: readonly TestStage[],
  progress: Progress,
  signal: AbortSignal,
): Promise<TestCounts> {
  let sum: TestCounts = { passed: 0, failed: 0 };
  for (const { name, run } of stages) {
    signal.throwIfAborted();
    const counts = await progress.runTimed(name, async () => {
      try {
        return await run();
      } catch (error) {
        if (signal.aborted) throw error;
        progress.log(describeError(error));
        return ONE_FAILED;
      }
    });
    if (counts.failed > 0) progress.log(`  FAILED: ${name} (${counts.failed})`);
    sum = { passed: sum.passed + counts.passed, failed: sum.failed + counts.failed };
  }
  return sum;
}

/** Returns the last line of `npm test`. */
export function summary({ passed, failed }: TestCounts): string {
  return `${passed} passed, ${failed} failed`;
}
