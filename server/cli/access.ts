import { explainCommand } from './access/explain.ts';
import { grantCommand } from './access/grant.ts';
import { mapCommand } from './access/map.ts';
import { policiesCommand } from './access/policies.ts';
import { runCommand } from './command.ts';
import { subcommands } from './subcommands.ts';

/** `npm run access -- <what> …`: what the schema says of who may reach what. */
await runCommand(
  subcommands(
    'access',
    'map',
    new Map([
      ['map', { run: mapCommand, usage: '[--json | --write]: who may reach what' }],
      [
        'explain',
        { run: explainCommand, usage: '--as <who> <file> [--variables <file>] [--operation <name>] [--json]: why it may run' },
      ],
      ['grant', { run: grantCommand, usage: '<e-mail address> <role>: gives an account a role' }],
      ['policies', { run: policiesCommand, usage: '[--check]: the SQL of row-level security; or where the database differs' }],
    ]),
  ),
);
