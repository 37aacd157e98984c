import fs from 'node:fs';
import path from 'node:path';
import { runCampaign, countFailures, summarize } from '../../test/attack/campaign.ts';
import { openSandbox } from '../mutation/mutation-sandbox.ts';
import { MUTANT_LISTS } from '../mutation/mutant-lists.ts';
import { runMutants } from '../mutation/run-mutants.ts';
import { freePort } from '../../server/operations/ports.ts';
import type { Progress } from '../../server/operations/progress.ts';
import { buildWeb, generateCode, generatedCode } from '../supervisor/build.ts';
import { inRoot, TOOLS } from '../../server/operations/paths.ts';
import { startStack } from '../supervisor/stack.ts';
import { runTool } from '../supervisor/run-tool.ts';
import { countPlaywright, countVitest } from './test-reports.ts';
import { type TestCounts, ONE_FAILED, ONE_PASSED, type TestStage } from './run-stages.ts';

/** What the steps share. */
export interface TestRun {
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Everything that the run writes; emptied before it. */
  readonly folder: string;
}

/** What a stack for tests may lose in a power cut, it need not wait for. */
const NON_DURABLE_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** Makes the generated code where there is none; what is there is only checked, by the drift step. */
export function generateCodeStage(run: TestRun): TestStage {
  return {
    name: 'generated code is there',
    run: async () => {
      if (!generatedCode.outputs.every((output) => fs.existsSync(output))) await generateCode(run);
      return ONE_PASSED;
    },
  };
}

/** A tool that ends with code 0 or has found something: then what it printed is shown, with a hint where there is one. */
export function toolStage(
  run: TestRun,
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

/** Vitest, on one of the projects of vitest.config.ts; with filters, on the files whose path contains one of them. */
export function vitestStage(run: TestRun, name: string, project: string, filters: readonly string[] = []): TestStage {
  return {
    name,
    run: async () => {
      const report = path.join(run.folder, `${project}.json`);
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      const args = ['run', '--project', project, ...reporters, ...filters];
      const { code } = await runTool(TOOLS.vitest, args, { ...run, inheritOutput: true });
      return countVitest(report, code);
    },
  };
}

/** Every seeded fault, of all lists: each that a test finds counts as one passed. */
export function mutantsStage(run: TestRun): TestStage {
  return {
    name: 'seeded faults',
    run: () => {
      let sandboxCount = 0;
      return runMutants(Object.values(MUTANT_LISTS).flat(), {
        log: run.progress.log,
        signal: run.signal,
        openSandbox: () => openSandbox(path.join(run.folder, `faults-${sandboxCount++}`), run.environment),
      });
    },
  };
}

/** The attack suite: the whole grammar, and the figure in one line. */
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

/** The production build of the web client, in a folder of its own. */
export function buildStage(run: TestRun): TestStage {
  return {
    name: 'web client builds',
    run: async () => {
      await buildWeb(run);
      return ONE_PASSED;
    },
  };
}

/** The browser tests, on a whole stack of their own. */
export function browserStage(run: TestRun): TestStage {
  return { name: 'browser tests', run: () => runBrowserTests(run) };
}

async function runBrowserTests(run: TestRun): Promise<TestCounts> {
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
  const stack = await startStack({ ...run, environment, databaseSettings: NON_DURABLE_SETTINGS });
  try {
    const report = inRoot('.test/browser.json');
    fs.rmSync(report, { force: true });
    const tests = runTool(TOOLS.playwright, ['test', '--config', 'test/browser/playwright.config.ts'], {
      ...run,
      environment,
      inheritOutput: true,
    });
    const end = await Promise.race([stack.partEnded, tests]);
    if (typeof end === 'string') run.progress.log(`  ${end} during the browser tests`);
    return countPlaywright(report, (await tests).code + (typeof end === 'string' ? 1 : 0));
  } finally {
    await stack.stop();
  }
}
