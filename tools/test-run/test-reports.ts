import { z } from 'zod';
import { readFileIfExists } from '../../server/operations/files.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';
import type { TestCounts } from './run-stages.ts';

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  errors: z.array(z.unknown()),
});

const VitestList = z.array(z.object({ file: z.string(), projectName: z.string() }));

/** Parses the output of `vitest list --filesOnly --json`: each test file and its project. */
export function parseVitestList(output: string): z.output<typeof VitestList> {
  return VitestList.parse(JSON.parse(output));
}

/**
 * Counts the tests of a vitest run. A file that could not be loaded is one failure.
 * @param file the output of vitest's json reporter
 * @param exitCode of the run: if it is not 0 and no test failed, that counts as one failure
 * @throws {OperatorError} if there is no report, or no test ran
 */
export function countVitest(file: string, exitCode: number): TestCounts {
  const { numPassedTests, numFailedTests, testResults } = readReport(VitestReport, file);
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  return toCounts(numPassedTests, numFailedTests + broken.length, exitCode);
}

/**
 * Counts the browser tests. One that passed when CI tried it again counts as passed; Playwright prints it as flaky.
 * @param file the output of Playwright's json reporter
 * @param exitCode of the run: if it is not 0 and no test failed, that counts as one failure
 * @throws {OperatorError} if there is no report, or no test ran
 */
export function countPlaywright(file: string, exitCode: number): TestCounts {
  const { stats, errors } = readReport(PlaywrightReport, file);
  return toCounts(stats.expected + stats.flaky, stats.unexpected + errors.length, exitCode);
}

function toCounts(passed: number, failed: number, exitCode: number): TestCounts {
  if (passed + failed === 0) throw new OperatorError('No test ran.');
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}

function readReport<T>(schema: z.ZodType<T>, file: string): T {
  const text = readFileIfExists(file);
  if (text === undefined) throw new OperatorError(`The tests ended without a report in ${file}.`);
  return schema.parse(JSON.parse(text));
}
