import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { Problem } from './problem.ts';

/**
 * Reads a command's arguments.
 * @throws {Problem} naming what is not understood, and how the command is written
 */
export function readOptions<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  usage: string,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new Problem(`${reason}. Write: ${usage}`, { cause: error });
  }
}
