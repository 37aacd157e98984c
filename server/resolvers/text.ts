import { badUserInput } from '../http/errors.ts';

/** What a text has to be. */
export interface TextRule {
  /** Where the value stands in the arguments. */
  readonly field: string;
  /** In characters, as PostgreSQL counts them: code points. */
  readonly least: number;
  readonly most: number;
}

/** The title of a task or a step, in an input. */
export const TITLE: TextRule = { field: 'input.title', least: 1, most: 200 };

/**
 * Passes a text that can be kept, and refuses any other with its field and the rule.
 * NUL and lone surrogates are no characters to PostgreSQL: they would come back as an error of the database.
 */
export function checkText(text: string, { field, least, most }: TextRule): string {
  if (text.includes('\0') || !text.isWellFormed())
    throw badUserInput(field, 'write characters of Unicode, without NUL');
  // No text has more code points than code units: the costly count is for the few that are near the limit.
  const length =
    text.length <= most && text.length >= least * 2 ? text.length : Array.from(text.slice(0, 2 * most + 2)).length;
  if (length < least || length > most)
    throw badUserInput(field, `write ${least} to ${most.toLocaleString('en')} characters`);
  return text;
}
