import { runCommand } from '../operations/command.ts';
import { listCommand, retireCommand, rotateCommand } from './keys/keys-commands.ts';
import { subcommands } from '../operations/subcommands.ts';

/** `npm run keys -- <what>`: the keys that access tokens are signed with. */
await runCommand(
  subcommands(
    'keys',
    'list',
    new Map([
      ['list', { run: listCommand, usage: ': which keys there are, and which one signs' }],
      ['rotate', { run: rotateCommand, usage: '[--now]: a new key, without a request lost' }],
      ['retire', { run: retireCommand, usage: '<kid> [--now]: an old key goes' }],
    ]),
  ),
);
