import { checkSchema, rlsPolicies as policiesOf, rlsPolicySql } from '../../access/index.ts';
import { compareCatalog, repairSql } from '../../data/catalog/compare.ts';
import { OWNED_TABLES } from '../../data/privileges.ts';
import { executableSchema } from '../../schema.ts';
import type { Command } from '../command.ts';
import { withOwnerDatabase } from './database.ts';
import { declaredCatalog } from './declared.ts';
import { parseOptions } from '../options.ts';

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
  print(
    `\nThe migration that mends it; what is about roles is for who administers them:\n\n${repairSql(differences)}`,
  );
  return 1;
};
