import type { Mutant } from './engine/mutant.ts';
import { OperatorError } from '../../server/operations/operator-error.ts';

/**
 * The text of a file with a fault in it.
 * @param text the file as it is
 * @throws {OperatorError} when the text to find does not stand there exactly once: then it is not known what would be tried
 */
export function applyMutant(text: string, { name, file, find, replace }: Mutant): string {
  const parts = text.split(find);
  const [before, after] = parts;
  if (before === undefined || after === undefined || parts.length > 2)
    throw new OperatorError(`The fault "${name}" looks for a text that ${file} has ${parts.length - 1} times: ${find}`);
  if (find === replace) throw new OperatorError(`The fault "${name}" changes nothing in ${file}.`);
  return `${before}${replace}${after}`;
}
