import fs from 'node:fs';
import { contractSources } from '../../load-contract.ts';
import { explainWriteErrors, OperatorError } from '../../operations/operator-error.ts';
import { parseOptions } from '../../operations/parse-options.ts';
import type { Command } from '../../operations/run-command.ts';
import { ACCEPTED_FILE, NO_ACCEPTED_CHANGES, reviewChanges } from './accepted-changes.ts';
import { changesSinceRelease, printReleased, RELEASED_FILE } from './released-schema.ts';
import { policyOfSources } from './schema-version.ts';

/** The two committed files of a release. */
interface ReleaseFiles {
  readonly released: string;
  readonly accepted: string;
}

/** `npm run access -- release`: writes the current schema as the released one and empties the list of accepted changes. */
export const releaseCommand: Command = async ({ args, print }) => {
  parseOptions(args, {}, 'npm run access -- release');
  release({ released: RELEASED_FILE, accepted: ACCEPTED_FILE });
  print('schema/released.graphql is the current schema, and schema/accepted-changes.md is empty.');
  return 0;
};

/**
 * Writes both files. Without a released schema, every change is accepted.
 * @throws {OperatorError} if a change since the last release is not accepted; nothing is written
 */
export function release({ released, accepted }: ReleaseFiles): void {
  const sources = contractSources();
  policyOfSources(sources, 'The current schema');
  const problems = fs.existsSync(released)
    ? reviewChanges(changesSinceRelease(released), fs.readFileSync(accepted, 'utf8'))
    : [];
  if (problems.length > 0)
    throw new OperatorError(`The schema has changes that are not accepted:\n${problems.join('\n')}`);
  explainWriteErrors(released, () => fs.writeFileSync(released, printReleased(sources)));
  explainWriteErrors(accepted, () => fs.writeFileSync(accepted, NO_ACCEPTED_CHANGES));
}
