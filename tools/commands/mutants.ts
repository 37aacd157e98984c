import path from 'node:path';
import { runCommand } from '../../server/operations/run-command.ts';
import { lockDataFolder } from '../../server/operations/data-lock.ts';
import { openSandbox } from '../mutation/mutation-sandbox.ts';
import { MUTANT_LISTS } from '../mutation/mutant-lists.ts';
import { runMutants } from '../mutation/run-mutants.ts';
import { parseOptions } from '../../server/operations/parse-options.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';
import { createProgress, formatSeconds } from '../../server/operations/progress.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { testEnvironment } from '../../test/support/test-environment.ts';

/**
 * `npm run mutants`: applies every seeded mutant to a copy of the repository, and reports each one that its test does not
 * kill. `npm run mutants -- <list> …` runs some lists; `--only <text>` runs those whose rule or name contains the text.
 */
await runCommand(async ({ environment, args, signal, print }) => {
  const mutants = selectMutants(args);
  const startedAt = Date.now();
  const testFolder = inRoot('.test');
  const lock = await lockDataFolder(testFolder, { pid: process.pid, url: 'npm run mutants' });
  let sandboxCount = 0;
  try {
    const counts = await runMutants(mutants, {
      log: createProgress(print).log,
      signal,
      openSandbox: () =>
        openSandbox(path.join(testFolder, 'mutants', String(sandboxCount++)), testEnvironment(environment)),
    });
    print(`${counts.passed} of ${mutants.length} mutants killed in ${formatSeconds(Date.now() - startedAt)}.`);
    return counts.failed === 0 ? 0 : 1;
  } finally {
    lock.release();
  }
});

function selectMutants(args: readonly string[]) {
  const options = { only: { type: 'string', default: '' } } as const;
  const usage = `npm run mutants [-- <${Object.keys(MUTANT_LISTS).join(' | ')}> … --only <part of a rule or name>]`;
  const { values, positionals: names } = parseOptions(args, options, usage, true);
  const lists = (names.length > 0 ? names : Object.keys(MUTANT_LISTS)).map((name) => {
    const list = MUTANT_LISTS[name];
    if (list === undefined) throw new OperatorError(`There is no list of mutants "${name}". Usage: ${usage}`);
    return list;
  });
  const mutants = lists.flat().filter(({ rule, name }) => `${rule} ${name}`.includes(values.only));
  if (mutants.length === 0) throw new OperatorError(`No mutant has "${values.only}" in its rule or name.`);
  return mutants;
}
