import { badUserInput } from '../errors.ts';

/** A field of an input may be left out, which keeps it as it is; only some may be emptied. */
export function rejectNull<T>(field: string, value: T | null): T {
  if (value === null) throw badUserInput(`input.${field}`, 'leave it out to keep it as it is; it cannot be null');
  return value;
}
