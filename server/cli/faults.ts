import path from 'node:path';
import { runCommand } from './command.ts';
import { lockData } from './data-lock.ts';
import { openLaboratory } from './faults/laboratory.ts';
import { FAULT_LISTS } from './faults/lists.ts';
import { runFaults } from './faults/run.ts';
import { readOptions } from './options.ts';
import { Problem } from './problem.ts';
import { createProgress, seconds } from './progress.ts';
import { inRoot } from './stack/paths.ts';
import { testEnvironment } from './test/environment.ts';

/**
 * `npm run faults`: puts every seeded fault into a copy of the tree and demands that its test goes red.
 * `npm run faults -- <list>…` only those of some lists; `--only <text>` those whose rule or name contains a text.
 */
await runCommand(async ({ environment, args, signal, print }) => {
  const faults = chosen(args);
  const began = Date.now();
  const home = inRoot('.test');
  const lock = await lockData(home, { pid: process.pid, url: 'npm run faults' });
  let opened = 0;
  try {
    const counts = await runFaults(faults, {
      say: createProgress(print).say,
      signal,
      open: () => openLaboratory(path.join(home, 'faults', String(opened++)), testEnvironment(environment)),
    });
    print(`${counts.passed} of ${faults.length} faults killed in ${seconds(Date.now() - began)}.`);
    return counts.failed === 0 ? 0 : 1;
  } finally {
    lock.release();
  }
});

function chosen(args: readonly string[]) {
  const options = { only: { type: 'string', default: '' } } as const;
  const usage = `npm run faults [-- <${Object.keys(FAULT_LISTS).join(' | ')}> … --only <part of a rule or name>]`;
  const { values, positionals: names } = readOptions(args, options, usage, true);
  const lists = (names.length > 0 ? names : Object.keys(FAULT_LISTS)).map((name) => {
    const list = FAULT_LISTS[name];
    if (list === undefined) throw new Problem(`There is no list of faults "${name}". Write: ${usage}`);
    return list;
  });
  const faults = lists.flat().filter(({ rule, name }) => `${rule} ${name}`.includes(values.only));
  if (faults.length === 0) throw new Problem(`No fault has "${values.only}" in its rule or name.`);
  return faults;
}
