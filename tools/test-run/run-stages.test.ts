import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { createProgress } from '../../server/operations/progress.ts';
import { countPlaywright, countVitest } from './test-reports.ts';
import { ONE_PASSED, runStages, type TestStage, summary } from './run-stages.ts';

const stage = (name: string, run: TestStage['run']): TestStage => ({ name, run });
const run = (stages: readonly TestStage[], lines: string[] = [], signal = new AbortController().signal) =>
  runStages(
    stages,
    createProgress((line) => lines.push(line)),
    signal,
  );

describe('runStages', () => {
  test('runStages continues after a failed stage and sums the counts of all stages', async () => {
    const lines: string[] = [];
    const failing = stage('second', () => Promise.reject(new Error('it cannot be done')));
    const stages = [
      stage('first', async () => ONE_PASSED),
      failing,
      stage('third', async () => ({ passed: 7, failed: 2 })),
    ];
    expect(await run(stages, lines)).toEqual({ passed: 8, failed: 3 });
    expect(lines.join('\n')).toContain('it cannot be done');
    expect(lines).toContain('  FAILED: third (2)');
  });

  test('runStages rejects before the next stage when its signal is aborted', async () => {
    const stopping = new AbortController();
    const first = stage('first', async () => {
      stopping.abort();
      return ONE_PASSED;
    });
    const second = stage('second', () => Promise.reject(new Error('must not run')));
    await expect(run([first, second], [], stopping.signal)).rejects.toThrow(/aborted/);
  });

  test('summary returns the passed and failed counts', () => {
    expect(summary({ passed: 8, failed: 3 })).toBe('8 passed, 3 failed');
  });
});

function report(content: unknown): string {
  const file = path.join(temporaryFolder(), 'report.json');
  fs.writeFileSync(file, JSON.stringify(content));
  return file;
}

describe('countVitest', () => {
  const passed = { status: 'passed', assertionResults: [{ status: 'passed' }] };

  test('countVitest counts a file that could not be loaded as a failure', () => {
    const broken = { status: 'failed', assertionResults: [] };
    const file = report({ numPassedTests: 1, numFailedTests: 0, testResults: [passed, broken, broken] });
    expect(countVitest(file, 1)).toEqual({ passed: 1, failed: 2 });
  });

  test('countVitest counts a failure if all tests passed and the exit code is not 0', () => {
    const file = report({ numPassedTests: 1, numFailedTests: 0, testResults: [passed] });
    expect(countVitest(file, 1)).toEqual({ passed: 1, failed: 1 });
    expect(countVitest(file, 0)).toEqual({ passed: 1, failed: 0 });
  });

  test('countVitest throws if no test ran, or if there is no report', () => {
    const empty = report({ numPassedTests: 0, numFailedTests: 0, testResults: [] });
    expect(() => countVitest(empty, 0)).toThrow('No test ran.');
    expect(() => countVitest(`${empty}.gone`, 0)).toThrow('ended without a report');
  });
});

describe('countPlaywright', () => {
  test('countPlaywright counts a test that passed on its second try as passed, and an error outside of tests as a failure', () => {
    const file = report({ stats: { expected: 3, unexpected: 1, flaky: 1 }, errors: [{}] });
    expect(countPlaywright(file, 1)).toEqual({ passed: 4, failed: 2 });
  });
});
