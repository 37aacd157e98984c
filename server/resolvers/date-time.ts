import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** RFC 3339 §5.6 with an offset; years of four digits, fractions of at most nine digits. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

/** What `Date#toISOString` prints. The data layer returns the times of rows in this form (server/data/pg/timestamp.ts). */
const ISO_UTC =
  /^(?:\d{4}|[+-]\d{6})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  // Repeated from schema/scalars.graphql: this object replaces the scalar that was built from the SDL.
  description:
    'A timestamp: RFC 3339 with an offset, for example `2026-11-21T09:30:00Z`. Results are in UTC with milliseconds.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  serialize(value) {
    if (typeof value === 'string' && ISO_UTC.test(value)) return value;
    if (value instanceof Date) return value.toISOString();
    throw new GraphQLError(
      'DateTime cannot represent a value that is not a time: a Date, or what its toISOString prints.',
    );
  },
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : null),
});

function parse(value: unknown): Date {
  const date = typeof value === 'string' && RFC_3339.test(value) ? new Date(value) : null;
  // `new Date` rolls 30 February over into March: the client would read back another date than it wrote.
  if (date === null || Number.isNaN(date.getTime()) || !isCalendarDate(value as string) || !hasFourDigitYear(date))
    throw new GraphQLError(
      'Invalid DateTime: expected an RFC 3339 timestamp with an offset, for example 2026-11-21T09:30:00Z.',
    );
  return date;
}

/** An offset can move a timestamp into the year 0 or 10000, which RFC 3339 cannot write. */
function hasFourDigitYear(date: Date): boolean {
  return date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9_999;
}

function isCalendarDate(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return year > 0 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
