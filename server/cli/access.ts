import { explain } from './access/explain.ts';
import { grant } from './access/grant.ts';
import { map } from './access/map.ts';
import { policies } from './access/policies.ts';
import { runCommand } from './command.ts';
import { subcommands } from './subcommands.ts';

/** `npm run access -- <what> …`: what the schema says of who may reach what. */
await runCommand(
  subcommands(
    'access',
    'map',
    new Map([
      ['map', { run: map, says: '[--json | --write]: who may reach what' }],
      [
        'explain',
        { run: explain, says: '--as <who> <file> [--variables <file>] [--operation <name>] [--json]: why it may run' },
      ],
      ['grant', { run: grant, says: '<e-mail address> <role>: gives an account a role' }],
      ['policies', { run: policies, says: '[--check]: the SQL of row-level security; or where the database differs' }],
    ]),
  ),
);
