import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inRoot } from '../../server/operations/paths.ts';
import { testEnvironment } from '../../test/support/test-environment.ts';
import type { Change } from './change.ts';
import { removeThrow, returns } from './changes.ts';
import { valueIs } from './literal-changes.ts';
import type { Mutant } from './mutant.ts';
import { type MutationSandbox, openSandbox } from './mutation-sandbox.ts';
import { SENTINELS } from './sentinels.ts';

const FILE = 'server/http/cost-limits.ts';
const TEST = 'tools/mutation/sentinel-by-path.test.ts';
const original = (file: string) => fs.readFileSync(inRoot(file), 'utf8');
const mutantOf = (file: string, declaration: string, change: Change): Mutant => ({
  rule: 'sandbox',
  name: 'tried',
  file,
  in: declaration,
  change,
  killedBy: TEST,
});

describe('a mutation sandbox', { timeout: 60_000 }, () => {
  const folder = inRoot('.test/run', `sandbox-${process.pid}`);
  let sandbox: MutationSandbox;

  beforeAll(() => {
    sandbox = openSandbox(folder, testEnvironment(process.env));
  });
  afterAll(() => sandbox.close());

  test('reports red with the failed test, green where none failed, and none where none ran', async () => {
    const { runTrial } = sandbox;
    const AUTHORIZE = 'server/access/authorize.ts';
    expect(await runTrial({ test: TEST, mutant: null })).toEqual({ kind: 'green' });
    // The same file in another project, whose result must not be taken for this one's.
    expect(await runTrial({ test: TEST, project: 'engine-17', mutant: null })).toEqual({ kind: 'green' });
    const result = await runTrial({ test: TEST, mutant: mutantOf(AUTHORIZE, 'authorize', returns('null')) });
    expect(result).toEqual({ kind: 'red', failedTest: expect.stringContaining('the engine by its relative path') });
    const unrelated = mutantOf(FILE, 'assertWithinLimit', removeThrow());
    expect(await runTrial({ test: TEST, mutant: unrelated })).toEqual({ kind: 'green' });
    const throwing = mutantOf('server/access/refusal.ts', 'REASONS', valueIs('null.missing'));
    expect(await runTrial({ test: TEST, mutant: throwing })).toEqual({
      kind: 'none',
      reason: expect.stringContaining('did not load'),
    });
    expect(await runTrial({ test: 'server/nowhere.test.ts', mutant: null })).toMatchObject({ kind: 'none' });
    const misplaced = mutantOf(AUTHORIZE, 'nowhere', returns('null'));
    expect(await runTrial({ test: TEST, mutant: misplaced })).toEqual({
      kind: 'none',
      reason: expect.stringContaining('cannot be made'),
    });
    // Each mutant was removed from the copy, and none was ever in the original.
    expect(await runTrial({ test: TEST, mutant: null })).toEqual({ kind: 'green' });
    expect(fs.readFileSync(path.join(folder, AUTHORIZE), 'utf8')).toBe(original(AUTHORIZE));
    expect(original(AUTHORIZE)).not.toContain('return null; }');
  });

  test.each(SENTINELS)('kills the sentinel: $name', async (mutant) => {
    expect(await sandbox.runTrial({ test: mutant.killedBy, mutant })).toMatchObject({ kind: 'red' });
  });

  test('is removed when it is closed, and rejects a further trial', async () => {
    await sandbox.close();
    expect(fs.existsSync(folder)).toBe(false);
    await expect(sandbox.runTrial({ test: TEST, mutant: null })).rejects.toThrow('exited');
  });
});
