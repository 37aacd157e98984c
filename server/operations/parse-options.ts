import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { OperatorError } from './operator-error.ts';

/** Thrown when `--help` or `-h` is among a command's arguments; the message is the usage, and the exit code is 0. */
export class HelpRequested extends Error {
  override readonly name = 'HelpRequested';
}

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/** Whether an argument is `--help` or `-h`. */
export const isHelpFlag = (argument: string | undefined): boolean => argument === '--help' || argument === '-h';

/**
 * Parses a command's arguments.
 * @param usage the synopsis of the command, for the help and for error messages
 * @param allowPositionals whether positional arguments are allowed; the caller checks their number. Default: false
 * @throws {HelpRequested} with the usage, if `--help` or `-h` is among the arguments
 * @throws {OperatorError} naming an invalid argument, with the usage
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
    throw new OperatorError(`${reason}. Usage: ${usage}`, { cause: error });
  }
}
