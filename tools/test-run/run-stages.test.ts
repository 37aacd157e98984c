import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { createProgress } from '../../server/operations/progress.ts';
import { countPlaywright, countVitest } from './test-reports.ts';
import { ONE_PASSED, runStages, type TestStage, summary } from './run-stages.ts';

const step = (name: string, run: TestStage['run']): TestStage => ({ name, run });
const run = (steps: readonly TestStage[], lines: string[] = [], signal = new AbortController().signal) =>
  runStages(
    steps,
    createProgress((line) => lines.push(line)),
    signal,
  );

describe('runSteps', () => {
  test('goes on after a failure and adds up what all steps counted', async () => {
    const lines: string[] = [];
    const failing = step('second', () => Promise.reject(new Error('it cannot be done')));
    const steps = [
      step('first', async () => ONE_PASSED),
      failing,
      step('third', async () => ({ passed: 7, failed: 2 })),
    ];
    expect(await run(steps, lines)).toEqual({ passed: 8, failed: 3 });
    expect(lines.join('\n')).toContain('it cannot be done');
    expect(lines).toContain('  FAILED: third (2)');
  });

  test('ends at once when it is told to stop', async () => {
    const stopping = new AbortController();
    const first = step('first', async () => {
      stopping.abort();
      return ONE_PASSED;
    });
    const second = step('second', () => Promise.reject(new Error('must not run')));
    await expect(run([first, second], [], stopping.signal)).rejects.toThrow(/aborted/);
  });

  test('ends in one line with two numbers', () => {
    expect(summary({ passed: 8, failed: 3 })).toBe('8 passed, 3 failed');
  });
});

function report(content: unknown): string {
  const file = path.join(temporaryFolder(), 'report.json');
  fs.writeFileSync(file, JSON.stringify(content));
  return file;
}

describe('a vitest report', () => {
  const passed = { status: 'passed', assertionResults: [{ status: 'passed' }] };

  test('counts a file that could not be loaded as a failure', () => {
    const broken = { status: 'failed', assertionResults: [] };
    const file = report({ numPassedTests: 1, numFailedTests: 0, testResults: [passed, broken, broken] });
    expect(countVitest(file, 1)).toEqual({ passed: 1, failed: 2 });
  });

  test('is a failure when all tests passed and the run did not', () => {
    const file = report({ numPassedTests: 1, numFailedTests: 0, testResults: [passed] });
    expect(countVitest(file, 1)).toEqual({ passed: 1, failed: 1 });
    expect(countVitest(file, 0)).toEqual({ passed: 1, failed: 0 });
  });

  test('is refused when not one test ran, or when there is none', () => {
    const empty = report({ numPassedTests: 0, numFailedTests: 0, testResults: [] });
    expect(() => countVitest(empty, 0)).toThrow('Not one test ran.');
    expect(() => countVitest(`${empty}.gone`, 0)).toThrow('ended without a report');
  });
});

describe('a Playwright report', () => {
  test('counts a flaky test and an error outside of tests as failures', () => {
    const file = report({ stats: { expected: 3, unexpected: 1, flaky: 1 }, errors: [{}] });
    expect(countPlaywright(file, 1)).toEqual({ passed: 3, failed: 3 });
  });
});
