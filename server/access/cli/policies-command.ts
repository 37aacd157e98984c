import { rlsPolicies, rlsPolicySql } from '../index.ts';
import {
  type Command,
  EXIT,
  JSON_OPTION,
  OTHER_DIRECTIVE_OPTION,
  parseCommandLine,
  SCHEMA_OPTION,
  schemaReferences,
  UsageError,
} from './command.ts';
import { loadPolicy } from './load-input.ts';
import { readTables } from './table-mapping.ts';

/** `fieldgate policies`: prints the row-level security of PostgreSQL that the owner rules require, as SQL. */
export const policiesCommand: Command = {
  summary: 'prints the owner rules as row-level security for PostgreSQL',
  help: `fieldgate policies <schema>… --tables <file> [--json] [--other-directive <name>]…

  <schema>                  SDL files, folders, globs in quotes, or one module that exports a GraphQLSchema
  --tables <file>           a JSON file: { "tables": { "<owned type>": { "schema", "table", "columns": { "<owner field>": "<column>" },
                            "role", "commands": ["select", …], "bypassPolicies"? } or null if no table stores it },
                            "functions"?: { "viewerId"?, "crossOwner"? } }
  --json                    prints the policies as JSON instead of SQL
  --other-directive <name>  a directive that has nothing to do with access; may be repeated

Exit code: 0, or 2 if the schema or the mapping cannot be used.`,
  async run(args, print) {
    const options = {
      ...SCHEMA_OPTION,
      ...OTHER_DIRECTIVE_OPTION,
      ...JSON_OPTION,
      tables: { type: 'string' },
    } as const;
    const { values, positionals } = parseCommandLine(args, options);
    if (values.tables === undefined)
      throw new UsageError('The tables are required: write --tables <file> with a JSON file; --help shows its form.');
    const references = schemaReferences(values, positionals);
    const policy = await loadPolicy(references, 'The schema', values['other-directive']);
    const { tables, functions } = readTables(policy, values.tables);
    const policies = rlsPolicies(policy, tables, functions);
    print(values.json ? JSON.stringify(policies, null, 2) : policies.map(rlsPolicySql).join('\n\n'));
    return EXIT.fine;
  },
};
