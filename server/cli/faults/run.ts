import type { Fault } from '../../access/faults/fault.ts';
import { Problem } from '../problem.ts';
import type { Counts } from '../test/tally.ts';
import type { Laboratory } from './laboratory.ts';
import type { Verdict } from './trial.ts';

const SAY_EVERY = 25;

/** What a run of faults is run with. */
export interface FaultRun {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Opens one more place for trials; there are as many as run at once. */
  readonly open: () => Laboratory;
  /** How many run at once. Default: 2. */
  readonly atOnce?: number;
}

/**
 * Puts one fault after the other into a copy of the tree and demands that the test named with it goes red. First each
 * of those tests has to be green without a fault: what is red anyway kills nothing.
 * @returns a killed fault counts as passed; one that survives as failed, and so does one without a verdict, because with
 *   it the test file does not load, or hangs, or because its text is gone. Each of these was said, with file and test
 * @throws {Problem} when a test is not green by itself
 */
export async function runFaults(
  faults: readonly Fault[],
  { say, signal, open, atOnce = 2 }: FaultRun,
): Promise<Counts> {
  const laboratories: Laboratory[] = [];
  try {
    for (let index = 0; index < Math.min(atOnce, faults.length); index++) laboratories.push(open());
    const tests = [...new Set(faults.map(({ killedBy }) => killedBy))];
    await each(tests, async (test, { verdictOn }) => {
      const verdict = await verdictOn({ test, fault: null });
      if (verdict.kind !== 'green') throw new Problem(`Without any fault ${test} should be green: ${inWords(verdict)}`);
    });
    let killed = 0;
    let failed = 0;
    await each(faults, async (fault, { verdictOn }) => {
      const verdict = await verdictOn({ test: fault.killedBy, fault });
      if (verdict.kind === 'none') say(`  NO VERDICT: ${described(fault)}\n    ${verdict.why}`);
      if (verdict.kind === 'green') say(`  SURVIVED: ${described(fault)}`);
      if (verdict.kind !== 'red') failed++;
      else if (++killed % SAY_EVERY === 0 || killed === faults.length) say(`  ${killed} of ${faults.length} killed`);
    });
    return { passed: killed, failed };
  } finally {
    await Promise.all(laboratories.map(({ close }) => close()));
  }

  /** Every laboratory takes the next one as soon as it is free. */
  async function each<T>(list: readonly T[], work: (item: T, laboratory: Laboratory) => Promise<void>): Promise<void> {
    const waiting = [...list];
    const take = async (laboratory: Laboratory) => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        signal.throwIfAborted();
        await work(item, laboratory);
      }
    };
    try {
      await Promise.all(laboratories.map(take));
    } finally {
      // What one of them threw ends the others after the trial that they are at.
      waiting.length = 0;
    }
  }
}

function described({ rule, name, file, killedBy }: Fault): string {
  return `${rule}: ${name}\n    in ${file}; ${killedBy} should have gone red`;
}

function inWords(verdict: Verdict): string {
  if (verdict.kind === 'red') return `"${verdict.by}" fails`;
  return verdict.kind === 'green' ? 'it is' : verdict.why;
}
