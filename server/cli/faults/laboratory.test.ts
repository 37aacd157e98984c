import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../access/faults/fault.ts';
import { inRoot } from '../stack/paths.ts';
import { testEnvironment } from '../test/environment.ts';
import { type Laboratory, openLaboratory } from './laboratory.ts';

const TEST = 'server/access/refusal.test.ts';
const fault = (find: string, replace: string): Fault => ({
  rule: 'refusalError',
  name: 'tried',
  file: 'server/access/refusal.ts',
  find,
  replace,
  killedBy: TEST,
});

describe('a laboratory', { timeout: 60_000 }, () => {
  const folder = inRoot('.test/run', `laboratory-${process.pid}`);
  const sound = fs.readFileSync(inRoot('server/access/refusal.ts'), 'utf8');
  let laboratory: Laboratory;

  beforeAll(() => {
    laboratory = openLaboratory(folder, testEnvironment(process.env));
  });
  afterAll(() => laboratory.close());

  test('says red with the test that found a fault, green where none did, and none where none ran', async () => {
    const { verdictOn } = laboratory;
    expect(await verdictOn({ test: TEST, fault: null })).toEqual({ kind: 'green' });
    const found = await verdictOn({ test: TEST, fault: fault('code: reason', "code: 'OOPS'") });
    expect(found).toEqual({ kind: 'red', by: expect.stringContaining('the error of a refusal') });
    expect(await verdictOn({ test: TEST, fault: fault('At most so many', 'As many') })).toEqual({ kind: 'green' });
    expect(await verdictOn({ test: TEST, fault: fault('export const REASONS', 'export cnst REASONS') })).toEqual({
      kind: 'none',
      why: expect.stringContaining('did not load'),
    });
    expect(await verdictOn({ test: 'server/nowhere.test.ts', fault: null })).toMatchObject({ kind: 'none' });
    // Each fault was taken out again, and none was ever in our own tree.
    expect(await verdictOn({ test: TEST, fault: null })).toEqual({ kind: 'green' });
    expect(fs.readFileSync(path.join(folder, 'server/access/refusal.ts'), 'utf8')).toBe(sound);
    expect(fs.readFileSync(inRoot('server/access/refusal.ts'), 'utf8')).toBe(sound);
  });

  test('that is closed is gone, and says so when it is asked once more', async () => {
    await laboratory.close();
    expect(fs.existsSync(folder)).toBe(false);
    await expect(laboratory.verdictOn({ test: TEST, fault: null })).rejects.toThrow('ended');
  });
});
