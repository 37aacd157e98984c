import { subcommands } from '../operations/subcommands.ts';
import { runCommand } from '../operations/run-command.ts';
import { createCommand, restoreCommand } from './backup/backup-commands.ts';

const CREATE = { run: createCommand, usage: '[<file or folder>] [--without-secrets]: writes a backup' };

/** `npm run backup -- …`: backs up the embedded database, and restores it. */
await runCommand(
  (context) => {
    const [first] = context.args;
    // A path may stand in place of `create`.
    const isPath = first !== undefined && /[/\\.]/.test(first) && !first.startsWith('-');
    return subcommands(
      'backup',
      'create',
      new Map([
        ['create', CREATE],
        [
          'restore',
          {
            run: restoreCommand,
            usage: '<file> [--keep-sessions] [--secrets <folder>]: restores a backup into an empty DATA_DIR',
          },
        ],
      ]),
    )(isPath ? { ...context, args: ['create', ...context.args] } : context);
  },
  { abortedExitCode: 1 },
);
