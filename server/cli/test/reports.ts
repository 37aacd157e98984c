import { z } from 'zod';
import { readIfThere } from '../files.ts';
import { Problem } from '../problem.ts';
import type { Counts } from './tally.ts';

const Vitest = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

const Playwright = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  errors: z.array(z.unknown()),
});

const Listed = z.array(z.object({ file: z.string(), projectName: z.string() }));

/** Reads what `vitest list --filesOnly --json` printed: each test file, and the project that it is in. */
export function listed(output: string): z.output<typeof Listed> {
  return Listed.parse(JSON.parse(output));
}

/**
 * Counts the tests of a vitest run; a file that could not be loaded is one failure.
 * @param file what its json reporter wrote
 * @param exitCode of the run: when it failed for a reason that no test shows, that is a failure too
 * @throws {Problem} when there is no report, or no test ran
 */
export function countVitest(file: string, exitCode: number): Counts {
  const { numPassedTests, numFailedTests, testResults } = read(Vitest, file);
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  return count(numPassedTests, numFailedTests + broken.length, exitCode);
}

/**
 * Counts the browser tests; a flaky one has failed.
 * @param file what Playwright's json reporter wrote
 * @param exitCode of the run
 * @throws {Problem} when there is no report, or no test ran
 */
export function countPlaywright(file: string, exitCode: number): Counts {
  const { stats, errors } = read(Playwright, file);
  return count(stats.expected, stats.unexpected + stats.flaky + errors.length, exitCode);
}

function count(passed: number, failed: number, exitCode: number): Counts {
  if (passed + failed === 0) throw new Problem('Not one test ran.');
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}

function read<T>(schema: z.ZodType<T>, file: string): T {
  const text = readIfThere(file);
  if (text === undefined) throw new Problem(`The tests ended without a report in ${file}.`);
  return schema.parse(JSON.parse(text));
}
