import path from 'node:path';
import { runCommand } from './command.ts';
import { lockDataFolder } from './data-lock.ts';
import { openSandbox } from './faults/laboratory.ts';
import { MUTANT_LISTS } from './faults/lists.ts';
import { runMutants } from './faults/run.ts';
import { parseOptions } from './options.ts';
import { OperatorError } from './problem.ts';
import { createProgress, formatSeconds } from './progress.ts';
import { inRoot } from './stack/paths.ts';
import { testEnvironment } from './test/environment.ts';

/**
 * `npm run faults`: puts every seeded fault into a copy of the tree and demands that its test goes red.
 * `npm run faults -- <list>…` only those of some lists; `--only <text>` those whose rule or name contains a text.
 */
await runCommand(async ({ environment, args, signal, print }) => {
  const mutants = selectMutants(args);
  const startedAt = Date.now();
  const testFolder = inRoot('.test');
  const lock = await lockDataFolder(testFolder, { pid: process.pid, url: 'npm run faults' });
  let sandboxCount = 0;
  try {
    const counts = await runMutants(mutants, {
      log: createProgress(print).log,
      signal,
      openSandbox: () => openSandbox(path.join(testFolder, 'faults', String(sandboxCount++)), testEnvironment(environment)),
    });
    print(`${counts.passed} of ${mutants.length} faults killed in ${formatSeconds(Date.now() - startedAt)}.`);
    return counts.failed === 0 ? 0 : 1;
  } finally {
    lock.release();
  }
});

function selectMutants(args: readonly string[]) {
  const options = { only: { type: 'string', default: '' } } as const;
  const usage = `npm run faults [-- <${Object.keys(MUTANT_LISTS).join(' | ')}> … --only <part of a rule or name>]`;
  const { values, positionals: names } = parseOptions(args, options, usage, true);
  const lists = (names.length > 0 ? names : Object.keys(MUTANT_LISTS)).map((name) => {
    const list = MUTANT_LISTS[name];
    if (list === undefined) throw new OperatorError(`There is no list of faults "${name}". Write: ${usage}`);
    return list;
  });
  const mutants = lists.flat().filter(({ rule, name }) => `${rule} ${name}`.includes(values.only));
  if (mutants.length === 0) throw new OperatorError(`No fault has "${values.only}" in its rule or name.`);
  return mutants;
}
