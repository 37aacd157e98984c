import { diffCommand } from './access/diff-command.ts';
import { explainCommand } from './access/explain-command.ts';
import { grantCommand } from './access/grant-command.ts';
import { mapCommand } from './access/map-command.ts';
import { policiesCommand } from './access/policies-command.ts';
import { releaseCommand } from './access/release-command.ts';
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
      [
        'diff',
        {
          run: diffCommand,
          usage:
            '<file, folder or git revision> [--json]: compares the access and the contract of an older schema with the current one',
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
      [
        'release',
        { run: releaseCommand, usage: ': writes the current schema as the released one, if its changes are accepted' },
      ],
      ['schema', { run: schemaCommand, usage: '--as <audience>: prints the schema that an audience sees, as SDL' }],
    ]),
  ),
);
