import { explainCommand } from './access/explain-command.ts';
import { grantCommand } from './access/grant-command.ts';
import { mapCommand } from './access/map-command.ts';
import { policiesCommand } from './access/policies-command.ts';
import { schemaCommand } from './access/schema-command.ts';
import { runCommand } from '../operations/run-command.ts';
import { subcommands } from '../operations/subcommands.ts';

/** `npm run access -- <command> …`: inspects and checks the access policy of the schema, and grants roles. */
await runCommand(
  subcommands(
    'access',
    'map',
    new Map([
      ['map', { run: mapCommand, usage: '[--json | --write]: prints the access map' }],
      [
        'explain',
        {
          run: explainCommand,
          usage:
            '--as <caller> <file> [--variables <file>] [--operation <name>] [--json]: explains an operation’s authorization',
        },
      ],
      ['grant', { run: grantCommand, usage: '<e-mail address> <role>: grants an account a role' }],
      [
        'policies',
        {
          run: policiesCommand,
          usage: '[--check]: prints the row-level security policies, or compares the database with them',
        },
      ],
      ['schema', { run: schemaCommand, usage: '--as <audience>: prints the schema that an audience sees, as SDL' }],
    ]),
  ),
);
