import { checkSchema, rlsPolicies, rlsPolicySql } from '../../access/index.ts';
import { compareCatalog, repairSql } from '../../data/admin/catalog/compare-catalog.ts';
import { OWNED_TABLES } from '../../data/admin/privileges.ts';
import { executableSchema } from '../../executable-schema.ts';
import type { Command } from '../../operations/run-command.ts';
import { withOwnerDatabase } from './owner-database.ts';
import { expectedCatalog } from './expected-catalog.ts';
import { parseOptions } from '../../operations/parse-options.ts';

/**
 * `npm run access -- policies`: prints the row-level security that the schema requires, as SQL; with `--check`, compares the
 * catalog of the database with it. If they differ, prints the migration to write, and the exit code is 1.
 */
export const policiesCommand: Command = async ({ args, environment, print }) => {
  const { values } = parseOptions(args, { check: { type: 'boolean' } }, 'npm run access -- policies [--check]');
  const policy = checkSchema(executableSchema());
  if (values.check !== true) {
    print(rlsPolicies(policy, OWNED_TABLES).map(rlsPolicySql).join('\n\n'));
    return 0;
  }
  const differences = await withOwnerDatabase(environment, (url) => compareCatalog(url, expectedCatalog(policy)));
  if (differences.length === 0) {
    print('The database matches the schema and the declared privileges.');
    return 0;
  }
  for (const { description } of differences) print(`- ${description}`);
  print(
    `\nThe migration that corrects it; statements about roles are for the database administrator:\n\n${repairSql(differences)}`,
  );
  return 1;
};
