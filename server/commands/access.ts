import { explainCommand } from './access/explain-command.ts';
import { grantCommand } from './access/grant-command.ts';
import { mapCommand } from './access/map-command.ts';
import { policiesCommand } from './access/policies-command.ts';
import { runCommand } from '../operations/command.ts';
import { subcommands } from '../operations/subcommands.ts';

/** `npm run access -- <what> …`: what the schema says of who may reach what. */
await runCommand(
  subcommands(
    'access',
    'map',
    new Map([
      ['map', { run: mapCommand, usage: '[--json | --write]: who may reach what' }],
      [
        'explain',
        {
          run: explainCommand,
          usage: '--as <who> <file> [--variables <file>] [--operation <name>] [--json]: why it may run',
        },
      ],
      ['grant', { run: grantCommand, usage: '<e-mail address> <role>: gives an account a role' }],
      [
        'policies',
        { run: policiesCommand, usage: '[--check]: the SQL of row-level security; or where the database differs' },
      ],
    ]),
  ),
);
