import { types } from 'pg';

declare const TIMESTAMP: unique symbol;
/** A time as `Date#toISOString` prints it: in UTC, with milliseconds. Only `parseTimestamp` creates one. */
export type Timestamp = string & { readonly [TIMESTAMP]: true };

/** A value that the scalar `DateTime` serializes. */
export type Time = Timestamp | Date;

/** PostgreSQL's `timestamptz` (`pg_type.oid`). */
export const TIMESTAMPTZ = types.builtins.TIMESTAMPTZ;

/** What PostgreSQL prints in its style ISO in UTC: a fraction of one to six digits, or none. */
const ISO_UTC = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/;

const parseAsDate = types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => Date | number | null;

/**
 * Converts PostgreSQL's text of a `timestamptz` to the form of `Date#toISOString`, which cuts microseconds off.
 *
 * Text of the style ISO in UTC, PostgreSQL's default, is sliced: a `Date` would be parsed only to be printed again. Other
 * text, such as that of another time zone or of years before 1 and after 9999, is parsed by pg.
 * @returns for text that is no time of `Date`, such as `infinity`, what pg returns; the scalar `DateTime` refuses to serialize it
 */
export function parseTimestamp(text: string): Timestamp {
  if (ISO_UTC.test(text)) {
    const milliseconds = text.slice(20, -3).padEnd(3, '0').slice(0, 3);
    return `${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}Z` as Timestamp;
  }
  const parsed = parseAsDate(text);
  const isTime = parsed instanceof Date && !Number.isNaN(parsed.getTime());
  return (isTime ? parsed.toISOString() : parsed) as Timestamp;
}
