import fs from 'node:fs';
import { contractSources } from '../../load-contract.ts';
import { explainWriteErrors, OperatorError } from '../../operations/operator-error.ts';
import { parseOptions } from '../../operations/parse-options.ts';
import type { Command } from '../../operations/run-command.ts';
import { ACCEPTED_FILE, NO_ACCEPTED_CHANGES, reviewChanges } from './accepted-changes.ts';
import { changesSinceRelease, printReleased, RELEASED_FILE } from './released-schema.ts';
import { policyOfSources } from './schema-version.ts';

/**
 * `npm run access -- release`: writes the current schema as the released one and empties the list of accepted changes.
 * @throws {OperatorError} if a change since the last release is not accepted
 */
export const releaseCommand: Command = async ({ args, print }) => {
  parseOptions(args, {}, 'npm run access -- release');
  const sources = contractSources();
  policyOfSources(sources, 'The current schema');
  const problems = fs.existsSync(RELEASED_FILE)
    ? reviewChanges(changesSinceRelease(), fs.readFileSync(ACCEPTED_FILE, 'utf8'))
    : [];
  if (problems.length > 0)
    throw new OperatorError(`The schema has changes that are not accepted:\n${problems.join('\n')}`);
  explainWriteErrors(RELEASED_FILE, () => fs.writeFileSync(RELEASED_FILE, printReleased(sources)));
  explainWriteErrors(ACCEPTED_FILE, () => fs.writeFileSync(ACCEPTED_FILE, NO_ACCEPTED_CHANGES));
  print('schema/released.graphql is the current schema, and schema/accepted-changes.md is empty.');
  return 0;
};
