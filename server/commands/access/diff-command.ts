import { formatChanges } from '../../access/cli/format-changes.ts';
import { type AccessChange, diffAccess, unsafeKinds } from '../../access/index.ts';
import { contractSources } from '../../load-contract.ts';
import { isOperatorError, OperatorError } from '../../operations/operator-error.ts';
import { parseOptions } from '../../operations/parse-options.ts';
import type { Command } from '../../operations/run-command.ts';
import { policyOfSources, readVersion } from './schema-version.ts';

const USAGE = 'npm run access -- diff <file, folder, git revision or revision:path> [--json]';

/**
 * `npm run access -- diff`: compares an older schema with the current one. For each changed element it prints whether its
 * access is wider, narrower or incomparable, and whether clients break. The exit code is 0 if no audience gains access and
 * no client breaks, 1 if any does, and 2 if there is nothing to compare.
 */
export const diffCommand: Command = async ({ args, print }) => {
  const { reference, json } = parseReference(args);
  const changes = compareWith(reference);
  print(json ? JSON.stringify(changes, null, 2) : formatChanges(changes, reference));
  return changes.some((change) => unsafeKinds(change).length > 0) ? 1 : 0;
};

function parseReference(args: readonly string[]) {
  return withExitCode2(() => {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, USAGE, true);
    const [reference, ...extra] = positionals;
    if (reference === undefined || extra.length > 0)
      throw new OperatorError(`One older schema is required. Usage: ${USAGE}`);
    return { reference, json: values.json ?? false };
  });
}

function compareWith(reference: string): readonly AccessChange[] {
  return withExitCode2(() =>
    diffAccess(
      policyOfSources(readVersion(reference), reference),
      policyOfSources(contractSources(), 'The current schema'),
    ),
  );
}

/** Runs a step before the result. Its operator errors exit with 2: 1 is the result that an audience gains access. */
function withExitCode2<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw isOperatorError(error) ? new OperatorError(error.message, { cause: error, exitCode: 2 }) : error;
  }
}
