import { checkSchema, rlsPolicies as policiesOf, rlsPolicySql } from '../../access/index.ts';
import { compareCatalog, repairSql } from '../../data/admin/catalog/compare-catalog.ts';
import { OWNED_TABLES } from '../../data/admin/privileges.ts';
import { executableSchema } from '../../executable-schema.ts';
import type { Command } from '../../operations/command.ts';
import { withOwnerDatabase } from './owner-database.ts';
import { declaredCatalog } from './declare-catalog.ts';
import { parseOptions } from '../../operations/command-options.ts';

/**
 * `npm run access -- policies`: the row-level security that follows from the schema, as SQL; with `--check`, whether the
 * database has it, and nothing beyond it. The exit code is 1 where it differs, and the migration to write is printed.
 */
export const policiesCommand: Command = async ({ args, environment, print }) => {
  const { values } = parseOptions(args, { check: { type: 'boolean' } }, 'npm run access -- policies [--check]');
  const policy = checkSchema(executableSchema());
  if (values.check !== true) {
    print(policiesOf(policy, OWNED_TABLES).map(rlsPolicySql).join('\n\n'));
    return 0;
  }
  const differences = await withOwnerDatabase(environment, (url) => compareCatalog(url, declaredCatalog(policy)));
  if (differences.length === 0) {
    print('The database is what the schema and the declared privileges say.');
    return 0;
  }
  for (const { description } of differences) print(`- ${description}`);
  print(`\nThe migration that mends it; what is about roles is for who administers them:\n\n${repairSql(differences)}`);
  return 1;
};
