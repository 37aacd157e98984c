import type { Progress } from '../progress.ts';
import { describe } from '../problem.ts';

/** How many checks passed and failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** One step of `npm test`. */
export interface Step {
  /** What is checked, as printed. */
  readonly name: string;
  /** Does it. Throws when it cannot be done at all: that is one failure. */
  readonly run: () => Promise<Counts>;
}

export const PASSED: Counts = { passed: 1, failed: 0 };
export const FAILED: Counts = { passed: 0, failed: 1 };

/**
 * Does every step in order, also after one has failed, and adds up what they counted.
 * @param signal ends it between two steps
 */
export async function runSteps(steps: readonly Step[], progress: Progress, signal: AbortSignal): Promise<Counts> {
  let sum: Counts = { passed: 0, failed: 0 };
  for (const { name, run } of steps) {
    signal.throwIfAborted();
    const counts = await progress.step(name, async () => {
      try {
        return await run();
      } catch (error) {
        if (signal.aborted) throw error;
        progress.say(describe(error));
        return FAILED;
      }
    });
    if (counts.failed > 0) progress.say(`  FAILED: ${name} (${counts.failed})`);
    sum = { passed: sum.passed + counts.passed, failed: sum.failed + counts.failed };
  }
  return sum;
}

/** The last line of `npm test`. */
export function summary({ passed, failed }: Counts): string {
  return `${passed} passed, ${failed} failed`;
}
