import type { Command } from './command.ts';
import { asksHelp, HelpAsked } from './options.ts';
import { Problem } from './problem.ts';

/** One of the things that a command does. */
export interface Subcommand {
  readonly run: Command;
  /** What may stand behind its name, a colon, and what it is for. */
  readonly says: string;
}

/**
 * Makes one command of several: the first argument names the one that is meant.
 * @param script the npm script that it is
 * @param usual the one that is meant where none is named; options with no name before them are its own
 * @throws {HelpAsked} from the command, listing what there is, where `--help` or `-h` stands in the place of a name
 * @throws {Problem} from the command, listing what there is, where there is none of that name
 */
export function subcommands(script: string, usual: string, all: ReadonlyMap<string, Subcommand>): Command {
  const usage = [...all].map(([each, { says }]) => `  npm run ${script} -- ${each} ${says}`).join('\n');
  return (context) => {
    const [first = usual, ...rest] = context.args;
    if (asksHelp(first)) throw new HelpAsked(`${usage}\nWith no name it is "${usual}".`);
    const [name, args] = first.startsWith('-') ? [usual, context.args] : [first, rest];
    const subcommand = all.get(name);
    if (subcommand !== undefined) return subcommand.run({ ...context, args });
    throw new Problem(`There is no "npm run ${script} -- ${name}".\n${usage}`);
  };
}
