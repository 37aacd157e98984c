import { runCommand } from '../operations/run-command.ts';
import { listCommand, retireCommand, rotateCommand } from './keys/key-commands.ts';
import { subcommands } from '../operations/subcommands.ts';

/** `npm run keys -- <command> …`: lists, rotates and retires the keys that sign access tokens. */
await runCommand(
  subcommands(
    'keys',
    'list',
    new Map([
      ['list', { run: listCommand, usage: ': lists the keys and their state' }],
      ['rotate', { run: rotateCommand, usage: '[--now]: adds a key; no request fails' }],
      ['retire', { run: retireCommand, usage: '<kid> [--now]: removes a key' }],
    ]),
  ),
);
