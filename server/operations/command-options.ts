import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { OperatorError } from './operator-error.ts';

/** Thrown when a command is asked how it is written: that is all it does then, and it does it well. */
export class HelpRequested extends Error {
  override readonly name = 'HelpRequested';
}

/** What asks for it; every command has it. */
const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/** Whether a word is one of the two that ask how a command is written. */
export const isHelpFlag = (argument: string | undefined): boolean => argument === '--help' || argument === '-h';

/**
 * Reads a command's arguments.
 * @param allowPositionals whether words that are no options may stand among them; how many is the caller's to check
 * @param usage how the command is written, for whoever asks or errs
 * @throws {HelpRequested} with the usage, where `--help` or `-h` is among them
 * @throws {OperatorError} naming what is not understood, and how the command is written
 */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  usage: string,
  allowPositionals = false,
) {
  try {
    const known = { ...options, ...HELP };
    const { values, positionals } = parseArgs({ args: [...args], options: known, allowPositionals: allowPositionals });
    if ('help' in values) throw new HelpRequested(usage);
    return { values, positionals: positionals as readonly string[] };
  } catch (error) {
    if (error instanceof HelpRequested) throw error;
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new OperatorError(`${reason}. Write: ${usage}`, { cause: error });
  }
}
