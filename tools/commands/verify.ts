import fs from 'node:fs';
import path from 'node:path';
import { soakReport, WHOLE_SOAK } from '../bench/soak.ts';
import { failureProblems, failureReport, runFailures } from '../bench/failures.ts';
import { printReport } from '../bench/report.ts';
import { soak, describeLeaks } from '../bench/soak/soak.ts';
import { runCampaign, countFailures, summarize } from '../../test/attack/campaign.ts';
import { type CommandContext, runCommand } from '../../server/operations/command.ts';
import { lockDataFolder } from '../../server/operations/data-lock.ts';
import { parseOptions } from '../../server/operations/command-options.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';
import { createProgress, formatSeconds } from '../../server/operations/progress.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { testEnvironment } from '../test-run/test-environment.ts';
import { type TestCounts, ONE_PASSED, runStages, type TestStage, summary } from '../test-run/run-stages.ts';

const USAGE = 'npm run verify [-- --minutes <how long random requests attack: 0 to 1440, by default 5>]';

/**
 * `npm run verify`: what takes longer than `npm test` has time for: the whole soak, the attack suite with random requests
 * after the generated ones, and every fault on a running product. The last line is the result.
 */
await runCommand(async (context) => {
  const { signal, print } = context;
  const minutes = readMinutes(context.args);
  const began = Date.now();
  const home = inRoot('.test');
  // `npm test` builds the same web client.
  const lock = await lockDataFolder(home, { pid: process.pid, url: 'npm run verify' });
  const folder = path.join(home, 'verify');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  try {
    const counts = await runStages(steps(context, folder, minutes), createProgress(print), signal);
    print(`Verified in ${formatSeconds(Date.now() - began)}.`);
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
    throw new OperatorError(`Not understood: ${args.join(' ')}. Write: ${USAGE}`);
  return minutes;
}

function steps({ environment, signal, print }: CommandContext, folder: string, minutes: number): TestStage[] {
  const context = { folder, signal, log: print };
  return [
    {
      name: 'soak',
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
    {
      name: 'failures of a running product',
      run: async () => {
        const outcomes = await runFailures(context);
        printReport('failures', failureReport(outcomes), print);
        const failed = outcomes.filter((outcome) => failureProblems([outcome]).length > 0).length;
        return { passed: outcomes.length - failed, failed };
      },
    },
  ];
}

/** One check that passed, or each problem as one that failed: the report has said them. */
function countOf(problems: readonly string[]): TestCounts {
  return problems.length === 0 ? ONE_PASSED : { passed: 0, failed: problems.length };
}
