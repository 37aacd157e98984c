import fs from 'node:fs';
import path from 'node:path';
import { soakReport, WHOLE_SOAK } from '../bench/soak.ts';
import { failureProblems, failureReport, runFailures } from '../bench/failures.ts';
import { measureSignIns, signInProblems, signInReport } from '../bench/sign-ins.ts';
import { printReport } from '../bench/report.ts';
import { soak, describeLeaks } from '../bench/soak/run-soak.ts';
import type { DatabaseSetup } from '../../test/attack/api-under-test.ts';
import { runCampaign, countFailures, summarize } from '../../test/attack/campaign.ts';
import { startPoolingProxy } from '../../test/support/pooling/pooling-proxy.ts';
import { type CommandContext, runCommand } from '../../server/operations/run-command.ts';
import { lockDataFolder } from '../../server/operations/data-lock.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';
import { runComparisons } from '../../server/execution/properties/run-comparisons.ts';
import { createProgress, formatSeconds } from '../../server/operations/progress.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { testEnvironment } from '../../test/support/test-environment.ts';
import { type TestCounts, ONE_PASSED, runStages, type TestStage, summary } from '../test-run/run-stages.ts';

/** About 32 operations each: a million. */
const COMPARED_SCHEMAS = 31_250;
const REPORTED_OPERATIONS = 50_000;

const USAGE = 'npm run verify [-- --minutes <duration of random attack requests, 0 to 1440, default 5>]';

/**
 * `npm run verify`: runs the checks that are too slow for `npm test`: a million random operations, compared with graphql-js,
 * the full soak test, the attack suite with random requests after the generated ones, and every failure of a running stack. The last line is the result.
 */
await runCommand(async (context) => {
  const { signal, print } = context;
  const minutes = readMinutes(context.args);
  const startedAt = Date.now();
  const testFolder = inRoot('.test');
  // `npm test` builds the web client in the same folder.
  const lock = await lockDataFolder(testFolder, { pid: process.pid, url: 'npm run verify' });
  const folder = path.join(testFolder, 'verify');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  try {
    const counts = await runStages(stages(context, folder, minutes), createProgress(print), signal);
    print(`Verified in ${formatSeconds(Date.now() - startedAt)}.`);
    print(summary(counts));
    return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
    lock.release();
  }
});

function readMinutes(args: readonly string[]): number {
  const { values } = parseOptions(args, { minutes: { type: 'string', default: '5' } } as const, USAGE);
  const minutes = Number(values.minutes);
  if (!(minutes >= 0 && minutes <= 1_440))
    throw new OperatorError(`Invalid arguments: ${args.join(' ')}. Usage: ${USAGE}`);
  return minutes;
}

function stages({ environment, signal, print }: CommandContext, folder: string, minutes: number): TestStage[] {
  const context = { folder, signal, log: print };
  const wholeAttackStage = (how: string, folderName: string, database: DatabaseSetup, pipeline = {}): TestStage => ({
    name: `attack suite ${how}`,
    run: async () => {
      const environmentOfTests = { ...testEnvironment(environment), ...pipeline };
      const ofRun = { ...context, folder: path.join(folder, folderName), environment: environmentOfTests };
      fs.mkdirSync(ofRun.folder);
      const outcome = await runCampaign({ ...ofRun, ...database, seed: 1, randomMilliseconds: 0 });
      print(`  ${summarize(outcome)}`);
      return countFailures(outcome) === 0 ? ONE_PASSED : { passed: 0, failed: countFailures(outcome) };
    },
  });
  return [
    {
      name: 'random operations by plans and by graphql-js',
      run: async () => {
        const seed = Date.now() | 0;
        let reported = 0;
        const compared = await runComparisons({
          seed,
          schemas: COMPARED_SCHEMAS,
          onProgress({ operations }) {
            signal.throwIfAborted();
            if (operations < reported + REPORTED_OPERATIONS) return;
            reported = operations;
            print(`  … ${operations.toLocaleString('en')} operations`);
          },
        });
        const { operations, planned, withErrors } = compared;
        print(
          `  ${operations.toLocaleString('en')} operations, ${planned.toLocaleString('en')} of them by plans, ${withErrors.toLocaleString('en')} with errors, no difference (seed ${seed})`,
        );
        return ONE_PASSED;
      },
    },
    {
      name: 'soak test',
      run: async () => {
        const outcome = await soak(WHOLE_SOAK, context);
        printReport('soak', soakReport(outcome, WHOLE_SOAK), print);
        return countOf(describeLeaks(outcome));
      },
    },
    {
      name: 'attack suite, with random requests',
      run: async () => {
        const environmentOfTests = testEnvironment(environment);
        const options = {
          ...context,
          environment: environmentOfTests,
          seed: Date.now(),
          randomMilliseconds: minutes * 60_000,
        };
        const outcome = await runCampaign(options);
        print(`  ${summarize(outcome)} (seed ${options.seed})`);
        return countFailures(outcome) === 0 ? ONE_PASSED : { passed: 0, failed: countFailures(outcome) };
      },
    },
    wholeAttackStage(
      'through Apollo’s pipeline, and a pooler that gives every transaction another server connection',
      'attack-pooled',
      { startPooler: startPoolingProxy },
      { APOLLO_PIPELINE: 'always' },
    ),
    wholeAttackStage('against a primary and a read replica', 'attack-replicated', { hasReplica: true }),
    {
      name: 'sign-ins at once, guesses at one account, known and unknown addresses by time',
      run: async () => {
        const outcome = await measureSignIns({ ...context, folder: path.join(folder, 'sign-ins') });
        printReport('sign-ins', signInReport(outcome), print);
        return countOf(signInProblems(outcome));
      },
    },
    {
      name: 'failures of a running stack',
      run: async () => {
        const outcomes = await runFailures(context);
        printReport('failures', failureReport(outcomes), print);
        const failed = outcomes.filter((outcome) => failureProblems([outcome]).length > 0).length;
        return { passed: outcomes.length - failed, failed };
      },
    },
  ];
}

/** Counts one passed check, or each problem as a failed one; the report has printed them. */
function countOf(problems: readonly string[]): TestCounts {
  return problems.length === 0 ? ONE_PASSED : { passed: 0, failed: problems.length };
}
