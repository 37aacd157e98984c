import fs from 'node:fs';
import path from 'node:path';
import { campaign, faultsOf, figure } from '../../../test/attack/campaign.ts';
import { openLaboratory } from '../faults/laboratory.ts';
import { FAULT_LISTS } from '../faults/lists.ts';
import { runFaults } from '../faults/run.ts';
import { freePort } from '../ports.ts';
import type { Progress } from '../progress.ts';
import { buildWeb, generateCode, generatedCode } from '../stack/build.ts';
import { inRoot, TOOLS } from '../stack/paths.ts';
import { startStack } from '../stack/stack.ts';
import { runTool } from '../stack/tool.ts';
import { countPlaywright, countVitest } from './reports.ts';
import { type Counts, FAILED, PASSED, type Step } from './tally.ts';

/** What the steps share. */
export interface TestRun {
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Everything that the run writes; emptied before it. */
  readonly folder: string;
}

/** What a stack for tests may lose in a power cut, it need not wait for. */
const SCRATCH_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** Makes the generated code where there is none; what is there is only checked, by the drift step. */
export function generateMissing(run: TestRun): Step {
  return {
    name: 'generated code is there',
    run: async () => {
      if (!generatedCode.outputs.every((output) => fs.existsSync(output))) await generateCode(run);
      return PASSED;
    },
  };
}

/** A tool that ends with code 0 or has found something: then what it printed is shown, with a hint where there is one. */
export function toolStep(run: TestRun, name: string, script: string, args: readonly string[], hint?: string): Step {
  return {
    name,
    run: async () => {
      const { code, output } = await runTool(script, args, run);
      if (code === 0) return PASSED;
      run.progress.say(output.trim());
      if (hint !== undefined) run.progress.say(hint);
      return FAILED;
    },
  };
}

/** Vitest, on one of the projects of vitest.config.ts; with filters, on the files whose path contains one of them. */
export function vitestStep(run: TestRun, name: string, project: string, filters: readonly string[] = []): Step {
  return {
    name,
    run: async () => {
      const report = path.join(run.folder, `${project}.json`);
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      const args = ['run', '--project', project, ...reporters, ...filters];
      const { code } = await runTool(TOOLS.vitest, args, { ...run, show: true });
      return countVitest(report, code);
    },
  };
}

/** Every seeded fault, of all lists: each that a test finds counts as one passed. */
export function faultsStep(run: TestRun): Step {
  return {
    name: 'seeded faults',
    run: () => {
      let opened = 0;
      return runFaults(Object.values(FAULT_LISTS).flat(), {
        say: run.progress.say,
        signal: run.signal,
        open: () => openLaboratory(path.join(run.folder, `faults-${opened++}`), run.environment),
      });
    },
  };
}

/** The attack suite: the whole grammar, and the figure in one line. */
export function attackStep(run: TestRun): Step {
  return {
    name: 'attack suite',
    run: async () => {
      const folder = path.join(run.folder, 'attack');
      fs.mkdirSync(folder);
      const { environment, signal, progress } = run;
      const outcome = await campaign({
        folder,
        environment,
        seed: 1,
        randomMilliseconds: 0,
        signal,
        say: progress.say,
      });
      progress.say(`  ${figure(outcome)}`);
      return { passed: faultsOf(outcome) === 0 ? 1 : 0, failed: faultsOf(outcome) };
    },
  };
}

/** The production build of the web client, in a folder of its own. */
export function buildStep(run: TestRun): Step {
  return {
    name: 'web client builds',
    run: async () => {
      await buildWeb(run);
      return PASSED;
    },
  };
}

/** The browser tests, on a whole stack of their own. */
export function browserStep(run: TestRun): Step {
  return { name: 'browser tests', run: () => runBrowserTests(run) };
}

async function runBrowserTests(run: TestRun): Promise<Counts> {
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
  const stack = await startStack({ ...run, environment, databaseSettings: SCRATCH_SETTINGS });
  try {
    const report = inRoot('.test/browser.json');
    fs.rmSync(report, { force: true });
    const tests = runTool(TOOLS.playwright, ['test', '--config', 'test/browser/playwright.config.ts'], {
      ...run,
      environment,
      show: true,
    });
    const end = await Promise.race([stack.broken, tests]);
    if (typeof end === 'string') run.progress.say(`  ${end} during the browser tests`);
    return countPlaywright(report, (await tests).code + (typeof end === 'string' ? 1 : 0));
  } finally {
    await stack.stop();
  }
}
