import { runCommand } from './command.ts';
import { list, retire, rotate } from './keys/commands.ts';
import { subcommands } from './subcommands.ts';

/** `npm run keys -- <what>`: the keys that access tokens are signed with. */
await runCommand(
  subcommands(
    'keys',
    'list',
    new Map([
      ['list', { run: list, says: ': which keys there are, and which one signs' }],
      ['rotate', { run: rotate, says: '[--now]: a new key, without a request lost' }],
      ['retire', { run: retire, says: '<kid> [--now]: an old key goes' }],
    ]),
  ),
);
