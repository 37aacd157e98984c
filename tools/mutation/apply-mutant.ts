import { OperatorError } from '../../server/operations/operator-error.ts';
import { only } from './change.ts';
import type { Mutant } from './mutant.ts';
import { applyEdits, declarationsAt, declaredNames, type Edit, parseSource } from './source.ts';

/**
 * Returns the text of a file with a mutant in it.
 * @param text the file as it is
 * @throws {OperatorError} that says what to mend, when the declaration or the node to change is not there exactly once,
 *   when nothing would change, or when the result does not parse
 */
export function applyMutant(text: string, mutant: Mutant): string {
  const { name, file, change } = mutant;
  try {
    const mutated = applyEdits(text, editsOf(text, mutant));
    if (mutated === text) throw new OperatorError('changes nothing');
    if (!file.endsWith('.graphql')) parseSource(file, mutated);
    return mutated;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const place = mutant.in === undefined ? file : `${file}, ${mutant.in}`;
    throw new OperatorError(`The mutant "${name}" cannot be made: ${change.label} in ${place} ${error.message}.`);
  }
}

function editsOf(text: string, { file, in: path, change }: Mutant): readonly Edit[] {
  if ('sdlEdits' in change) return change.sdlEdits(text, path ?? '');
  const { program } = parseSource(file, text);
  if (path === undefined) return change.edits({ text, program, declaration: program });
  const found = declarationsAt(program, path);
  const declared = declaredNames(program).join(', ');
  return change.edits({ text, program, declaration: only(found, `the declaration (the file declares ${declared})`) });
}
