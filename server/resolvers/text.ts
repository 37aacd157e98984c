import { badUserInput } from '../errors.ts';

/** What a text has to be. */
export interface TextConstraint {
  /** Where the value stands in the arguments. */
  readonly field: string;
  /** In characters, as PostgreSQL counts them: code points. */
  readonly minLength: number;
  readonly maxLength: number;
}

/** The title of a task or a step, in an input. */
export const TITLE: TextConstraint = { field: 'input.title', minLength: 1, maxLength: 200 };

/**
 * Passes a text that can be kept, and refuses any other with its field and the rule.
 * NUL and lone surrogates are no characters to PostgreSQL: they would come back as an error of the database.
 */
export function checkText(text: string, { field, minLength, maxLength }: TextConstraint): string {
  if (text.includes('\0') || !text.isWellFormed())
    throw badUserInput(field, 'write characters of Unicode, without NUL');
  // No text has more code points than code units: the costly count is for the few that are near the limit.
  const length =
    text.length <= maxLength && text.length >= minLength * 2
      ? text.length
      : Array.from(text.slice(0, 2 * maxLength + 2)).length;
  if (length < minLength || length > maxLength)
    throw badUserInput(field, `write ${minLength} to ${maxLength.toLocaleString('en')} characters`);
  return text;
}
