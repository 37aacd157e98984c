import { badUserInput } from '../errors.ts';

/** The length limits of a text argument. */
export interface TextConstraint {
  /** The path of the value in the arguments, for the error. */
  readonly field: string;
  /** In characters as PostgreSQL counts them: code points. */
  readonly minLength: number;
  readonly maxLength: number;
}

/** The title of a task or a step, in an input. */
export const TITLE: TextConstraint = { field: 'input.title', minLength: 1, maxLength: 200 };

/**
 * Returns a text that PostgreSQL can store and that is within its limits.
 * @throws BAD_USER_INPUT for any other text. PostgreSQL rejects NUL and lone surrogates with its own error, which
 *   the client would get as an internal error.
 */
export function checkText(text: string, { field, minLength, maxLength }: TextConstraint): string {
  if (text.includes('\0') || !text.isWellFormed())
    throw badUserInput(field, { rule: 'characters' }, 'Unicode characters without NUL');
  // A text has at most as many code points as code units: only texts near a limit need the slow count.
  const length =
    text.length <= maxLength && text.length >= minLength * 2
      ? text.length
      : Array.from(text.slice(0, 2 * maxLength + 2)).length;
  if (length < minLength || length > maxLength)
    throw badUserInput(
      field,
      { rule: 'length', min: minLength, max: maxLength },
      `${minLength} to ${maxLength.toLocaleString('en')} characters`,
    );
  return text;
}

/** Returns a value of a partial update. @throws BAD_USER_INPUT for null: only nullable columns can be cleared. */
export function rejectNull<T>(field: string, value: T | null): T {
  if (value === null)
    throw badUserInput(`input.${field}`, { rule: 'notNull' }, 'cannot be null; omit it to leave it unchanged');
  return value;
}
