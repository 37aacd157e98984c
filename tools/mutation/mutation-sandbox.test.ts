import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mutant } from './engine/mutant.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { testEnvironment } from '../../test/support/test-environment.ts';
import { type MutationSandbox, openSandbox } from './mutation-sandbox.ts';

const TEST = 'server/access/refusal.test.ts';
const mutantOf = (find: string, replace: string): Mutant => ({
  rule: 'refusalError',
  name: 'tried',
  file: 'server/access/refusal.ts',
  find,
  replace,
  killedBy: TEST,
});

describe('a laboratory', { timeout: 60_000 }, () => {
  const folder = inRoot('.test/run', `laboratory-${process.pid}`);
  const original = fs.readFileSync(inRoot('server/access/refusal.ts'), 'utf8');
  let laboratory: MutationSandbox;

  beforeAll(() => {
    laboratory = openSandbox(folder, testEnvironment(process.env));
  });
  afterAll(() => laboratory.close());

  test('says red with the test that found a fault, green where none did, and none where none ran', async () => {
    const { runTrial } = laboratory;
    expect(await runTrial({ test: TEST, mutant: null })).toEqual({ kind: 'green' });
    const result = await runTrial({ test: TEST, mutant: mutantOf('code: reason', "code: 'OOPS'") });
    expect(result).toEqual({ kind: 'red', failedTest: expect.stringContaining('the error of a refusal') });
    expect(await runTrial({ test: TEST, mutant: mutantOf('At most so many', 'As many') })).toEqual({ kind: 'green' });
    expect(await runTrial({ test: TEST, mutant: mutantOf('export const REASONS', 'export cnst REASONS') })).toEqual({
      kind: 'none',
      reason: expect.stringContaining('did not load'),
    });
    expect(await runTrial({ test: 'server/nowhere.test.ts', mutant: null })).toMatchObject({ kind: 'none' });
    // Each fault was taken out again, and none was ever in our own tree.
    expect(await runTrial({ test: TEST, mutant: null })).toEqual({ kind: 'green' });
    expect(fs.readFileSync(path.join(folder, 'server/access/refusal.ts'), 'utf8')).toBe(original);
    expect(fs.readFileSync(inRoot('server/access/refusal.ts'), 'utf8')).toBe(original);
  });

  test('that is closed is gone, and says so when it is asked once more', async () => {
    await laboratory.close();
    expect(fs.existsSync(folder)).toBe(false);
    await expect(laboratory.runTrial({ test: TEST, mutant: null })).rejects.toThrow('ended');
  });
});
