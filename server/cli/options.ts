import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { Problem } from './problem.ts';

/** Thrown when a command is asked how it is written: that is all it does then, and it does it well. */
export class HelpAsked extends Error {
  override readonly name = 'HelpAsked';
}

/** What asks for it; every command has it. */
const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/** Whether a word is one of the two that ask how a command is written. */
export const asksHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';

/**
 * Reads a command's arguments.
 * @param takesWords whether words that are no options may stand among them; how many is the caller's to check
 * @param usage how the command is written, for whoever asks or errs
 * @throws {HelpAsked} with the usage, where `--help` or `-h` is among them
 * @throws {Problem} naming what is not understood, and how the command is written
 */
export function readOptions<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  usage: string,
  takesWords = false,
) {
  try {
    const known = { ...options, ...HELP };
    const { values, positionals } = parseArgs({ args: [...args], options: known, allowPositionals: takesWords });
    if ('help' in values) throw new HelpAsked(usage);
    return { values, positionals: positionals as readonly string[] };
  } catch (error) {
    if (error instanceof HelpAsked) throw error;
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new Problem(`${reason}. Write: ${usage}`, { cause: error });
  }
}
