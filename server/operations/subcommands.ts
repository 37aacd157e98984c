import type { Command } from './command.ts';
import { isHelpFlag, HelpRequested } from './command-options.ts';
import { OperatorError } from './operator-error.ts';

/** One of the things that a command does. */
export interface Subcommand {
  readonly run: Command;
  /** What may stand behind its name, a colon, and what it is for. */
  readonly usage: string;
}

/**
 * Makes one command of several: the first argument names the one that is meant.
 * @param script the npm script that it is
 * @param defaultName the one that is meant where none is named; options with no name before them are its own
 * @throws {HelpRequested} from the command, listing what there is, where `--help` or `-h` stands in the place of a name
 * @throws {OperatorError} from the command, listing what there is, where there is none of that name
 */
export function subcommands(script: string, defaultName: string, commands: ReadonlyMap<string, Subcommand>): Command {
  const usage = [...commands]
    .map(([commandName, command]) => `  npm run ${script} -- ${commandName} ${command.usage}`)
    .join('\n');
  return (context) => {
    const [first = defaultName, ...rest] = context.args;
    if (isHelpFlag(first)) throw new HelpRequested(`${usage}\nWith no name it is "${defaultName}".`);
    const [name, args] = first.startsWith('-') ? [defaultName, context.args] : [first, rest];
    const subcommand = commands.get(name);
    if (subcommand !== undefined) return subcommand.run({ ...context, args });
    throw new OperatorError(`There is no "npm run ${script} -- ${name}".\n${usage}`);
  };
}
