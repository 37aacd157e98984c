import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { Problem } from './problem.ts';

/**
 * Reads a command's arguments.
 * @param takesWords whether words that are no options may stand among them; how many is the caller's to check
 * @throws {Problem} naming what is not understood, and how the command is written
 */
export function readOptions<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  usage: string,
  takesWords = false,
) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: takesWords, strict: true });
    return { values, positionals: positionals as readonly string[] };
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new Problem(`${reason}. Write: ${usage}`, { cause: error });
  }
}
