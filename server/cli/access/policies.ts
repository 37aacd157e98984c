import { checkSchema, policies as policiesOf, policySql } from '../../access/index.ts';
import { compareCatalog, mendingSql } from '../../data/catalog/compare.ts';
import { OWNED_TABLES } from '../../data/privileges.ts';
import { executableSchema } from '../../schema.ts';
import type { Command } from '../command.ts';
import { withDatabase } from './database.ts';
import { declaredBy } from './declared.ts';
import { readOptions } from '../options.ts';

/**
 * `npm run access -- policies`: the row-level security that follows from the schema, as SQL; with `--check`, whether the
 * database has it, and nothing beyond it. The exit code is 1 where it differs, and the migration to write is printed.
 */
export const policies: Command = async ({ args, environment, print }) => {
  const { values } = readOptions(args, { check: { type: 'boolean' } }, 'npm run access -- policies [--check]');
  const policy = checkSchema(executableSchema());
  if (values.check !== true) {
    print(policiesOf(policy, OWNED_TABLES).map(policySql).join('\n\n'));
    return 0;
  }
  const differences = await withDatabase(environment, (url) => compareCatalog(url, declaredBy(policy)));
  if (differences.length === 0) {
    print('The database is what the schema and the declared privileges say.');
    return 0;
  }
  for (const { what } of differences) print(`- ${what}`);
  print(
    `\nThe migration that mends it; what is about roles is for who administers them:\n\n${mendingSql(differences)}`,
  );
  return 1;
};
