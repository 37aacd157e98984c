import { OperatorError } from './operator-error.ts';
import { HelpRequested, isHelpFlag } from './parse-options.ts';
import type { Command } from './run-command.ts';

/** One of several commands that share an npm script. */
export interface Subcommand {
  readonly run: Command;
  /** The arguments after its name, a colon, and a description. */
  readonly usage: string;
}

/**
 * Returns a command that runs the subcommand which its first argument names.
 * @param script the npm script
 * @param defaultName the subcommand that runs if the first argument is missing or an option
 * @throws {HelpRequested} from the command, listing the subcommands, if the first argument is `--help` or `-h`
 * @throws {OperatorError} from the command, listing the subcommands, if there is none of that name
 */
export function subcommands(script: string, defaultName: string, commands: ReadonlyMap<string, Subcommand>): Command {
  const usage = [...commands]
    .map(
      ([commandName, command]) =>
        `  npm run ${script} -- ${commandName}${command.usage.startsWith(':') ? '' : ' '}${command.usage}`,
    )
    .join('\n');
  return (context) => {
    const [first = defaultName, ...rest] = context.args;
    if (isHelpFlag(first)) throw new HelpRequested(`${usage}\nDefault: ${defaultName}`);
    const [name, args] = first.startsWith('-') ? [defaultName, context.args] : [first, rest];
    const subcommand = commands.get(name);
    if (subcommand !== undefined) return subcommand.run({ ...context, args });
    throw new OperatorError(`There is no command "npm run ${script} -- ${name}". Commands:\n${usage}`);
  };
}
