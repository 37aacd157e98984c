import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { inRoot } from '../../../server/operations/paths.ts';
import { STAND_INS } from './stand-in-list.ts';

/** Prints each export of the module that the process has, and whether its value is another than the module's own. */
const PRINT_REPLACED = `
  const [module, original] = await Promise.all([import(process.argv[1]), import(process.argv[1] + '?original')]);
  console.log(JSON.stringify(Object.keys(module).map((name) => [name, String(module[name]) !== String(original[name])])));`;

async function replacedExports(module: string, without?: string): Promise<Record<string, boolean>> {
  const preload = without === undefined ? [] : ['--import', inRoot('tools/bench/walls/load-stand-ins.ts')];
  const args = [...preload, '--input-type=module', '-e', PRINT_REPLACED, inRoot(module)];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, ...(without !== undefined && { BENCH_WITHOUT: without }) },
  });
  return Object.fromEntries(JSON.parse(stdout) as [string, boolean][]);
}

test.each(Object.entries(STAND_INS).flatMap(([wall, modules]) => modules.map(([module]) => ({ wall, module }))))(
  'a process without the $wall has a stand-in for $module with the same exports; any other has the module itself',
  async ({ wall, module }) => {
    const [without, otherwise] = await Promise.all([replacedExports(module, wall), replacedExports(module)]);
    expect(Object.values(without)).toContain(true);
    expect(Object.keys(without).toSorted()).toEqual(Object.keys(otherwise).toSorted());
    expect(Object.values(otherwise)).not.toContain(true);
  },
  30_000,
);
