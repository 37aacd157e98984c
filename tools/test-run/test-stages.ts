import fs from 'node:fs';
import path from 'node:path';
import type { DatabaseSetup } from '../../test/attack/api-under-test.ts';
import { runCampaign, countFailures, summarize } from '../../test/attack/campaign.ts';
import { startPoolingProxy } from '../../test/support/pooling/pooling-proxy.ts';
import { secretsIn, secretsOf } from '../../test/support/log-secrets.ts';
import { openSandbox } from '../mutation/mutation-sandbox.ts';
import { MUTANT_LISTS } from '../mutation/mutant-lists.ts';
import { runMutants } from '../mutation/run-mutants.ts';
import { freePort } from '../../server/operations/ports.ts';
import type { Progress } from '../../server/operations/progress.ts';
import { buildWeb, generateCode, generatedCode } from '../supervisor/build-steps.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { TOOLS } from '../script-paths.ts';
import { startStack } from '../supervisor/start-stack.ts';
import { runTool } from '../supervisor/run-tool.ts';
import { countPlaywright, countVitest } from './test-reports.ts';
import { type TestCounts, ONE_FAILED, ONE_PASSED, type TestStage } from './run-stages.ts';

/** What the stages that run tools share. */
export interface ToolRun {
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What the stages that write output share. */
export interface TestRun extends ToolRun {
  /** The folder for all output of the run; emptied before it. */
  readonly folder: string;
}

/** In milliseconds: the unit tests take 8 minutes on two idle cores, and more than 15 on a busy machine. */
const VITEST_TIMEOUT = 30 * 60_000;

/** Settings that lose data in a power cut, and make a database for tests fast. */
const NON_DURABLE_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** Generates the code if it is missing; the drift stage checks code that exists. */
export function generateCodeStage(run: ToolRun): TestStage {
  return {
    name: 'generated code is there',
    run: async () => {
      if (!generatedCode.outputs.every((output) => fs.existsSync(output))) await generateCode(run);
      return ONE_PASSED;
    },
  };
}

/** Runs a tool; if its exit code is not 0, prints its output and the hint. */
export function toolStage(
  run: ToolRun,
  name: string,
  script: string,
  args: readonly string[],
  hint?: string,
): TestStage {
  return {
    name,
    run: async () => {
      const { code, output } = await runTool(script, args, run);
      if (code === 0) return ONE_PASSED;
      run.progress.log(output.trim());
      if (hint !== undefined) run.progress.log(hint);
      return ONE_FAILED;
    },
  };
}

/** Runs vitest on a project of vitest.config.ts; with filters, on the files whose path contains one of them. */
export function vitestStage(run: TestRun, name: string, project: string, filters: readonly string[] = []): TestStage {
  return {
    name,
    run: async () => {
      const report = path.join(run.folder, `${project}.json`);
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      const args = ['run', '--project', project, ...reporters, ...filters];
      const { code } = await runTool(TOOLS.vitest, args, { ...run, inheritOutput: true, timeout: VITEST_TIMEOUT });
      return countVitest(report, code);
    },
  };
}

/** Runs the seeded mutants of all lists: each one that a test kills counts as passed. */
export function mutantsStage(run: TestRun): TestStage {
  return {
    name: 'seeded mutants',
    run: () => {
      let sandboxCount = 0;
      return runMutants(Object.values(MUTANT_LISTS).flat(), {
        log: run.progress.log,
        signal: run.signal,
        openSandbox: () => openSandbox(path.join(run.folder, `mutants-${sandboxCount++}`), run.environment),
      });
    },
  };
}

/** Runs the attack suite's generated requests, and prints its summary. */
export function attackStage(run: TestRun): TestStage {
  return {
    name: 'attack suite',
    run: async () => {
      const folder = path.join(run.folder, 'attack');
      fs.mkdirSync(folder);
      const { environment, signal, progress } = run;
      const outcome = await runCampaign({
        folder,
        environment,
        seed: 1,
        randomMilliseconds: 0,
        signal,
        log: progress.log,
      });
      progress.log(`  ${summarize(outcome)}`);
      return { passed: countFailures(outcome) === 0 ? 1 : 0, failed: countFailures(outcome) };
    },
  };
}

/** `npm test` sends one of so many requests of the attack suite through the pooling proxy, and to a primary with a replica; `npm run verify` all. */
const SAMPLE = 40;

/** Runs a sample of the attack suite through Apollo's pipeline, and a proxy that gives every transaction another server connection. */
export function pooledAttackStage(run: TestRun): TestStage {
  const environment = { ...run.environment, APOLLO_PIPELINE: 'always' };
  const through = 'through Apollo’s pipeline and a pooler';
  return sampledAttackStage({ ...run, environment }, through, 'attack-pooled', { startPooler: startPoolingProxy });
}

/** Runs a sample of the attack suite against a primary and a read replica. */
export function replicatedAttackStage(run: TestRun): TestStage {
  return sampledAttackStage(run, 'against a primary and a replica', 'attack-replicated', { hasReplica: true });
}

function sampledAttackStage(run: TestRun, how: string, folderName: string, database: DatabaseSetup): TestStage {
  return {
    name: `attack suite ${how}, sampled`,
    run: async () => {
      const folder = path.join(run.folder, folderName);
      fs.mkdirSync(folder);
      const { environment, signal, progress } = run;
      const outcome = await runCampaign({
        folder,
        environment,
        seed: 1,
        randomMilliseconds: 0,
        signal,
        log: progress.log,
        ...database,
        oneIn: SAMPLE,
      });
      progress.log(`  ${summarize(outcome)}`);
      return { passed: countFailures(outcome) === 0 ? 1 : 0, failed: countFailures(outcome) };
    },
  };
}

/** Builds the web client for production, in a separate folder. */
export function buildStage(run: TestRun): TestStage {
  return {
    name: 'web client builds',
    run: async () => {
      await buildWeb(run);
      return ONE_PASSED;
    },
  };
}

/** Runs the browser tests, all or those in `specs`, on a separate stack. */
export function browserStage(run: TestRun, specs: readonly string[] = []): TestStage {
  return { name: 'browser tests', run: () => runBrowserTests(run, specs) };
}

async function runBrowserTests(run: TestRun, specs: readonly string[]): Promise<TestCounts> {
  const [API_PORT, WEB_PORT, METRICS_PORT] = await Promise.all([freePort(), freePort(), freePort()]);
  const environment: NodeJS.ProcessEnv = {
    ...run.environment,
    DATA_DIR: path.join(run.folder, 'browser-data'),
    API_PORT: String(API_PORT),
    WEB_PORT: String(WEB_PORT),
    METRICS_PORT: String(METRICS_PORT),
    API_URL: `http://localhost:${API_PORT}`,
    WEB_URL: `http://localhost:${WEB_PORT}`,
  };
  const logFile = path.join(run.folder, 'browser.log');
  const output = fs.openSync(logFile, 'w');
  const stack = await startStack({ ...run, environment, databaseSettings: NON_DURABLE_SETTINGS, output });
  try {
    const report = inRoot('.test/browser.json');
    fs.rmSync(report, { force: true });
    const tests = runTool(TOOLS.playwright, ['test', '--config', 'test/browser/playwright.config.ts', ...specs], {
      ...run,
      environment,
      inheritOutput: true,
    });
    const outcome = await Promise.race([stack.serviceFailed, tests]);
    const hasFailed = typeof outcome === 'string';
    if (hasFailed) run.progress.log(`  ${outcome} during the browser tests`);
    const { code } = await tests;
    // The last lines are written when the processes end.
    await stack.stop();
    const secrets = secretsIn(fs.readFileSync(logFile, 'utf8'), secretsOf(environment['DATA_DIR'] ?? ''));
    for (const finding of secrets) run.progress.log(`  a secret in ${logFile}: ${finding}`);
    return countPlaywright(report, code + (hasFailed ? 1 : 0) + secrets.length);
  } finally {
    await stack.stop();
    fs.closeSync(output);
  }
}
