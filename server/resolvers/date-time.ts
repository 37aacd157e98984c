import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** RFC 3339 §5.6 with an offset; years of four digits, fractions to the nanosecond at most. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  // As the SDL has them: a scalar that brings its functions along replaces the one that was read.
  description:
    'A moment in time: RFC 3339 with an offset, for example `2026-11-21T09:30:00Z`. Answers are in UTC with milliseconds.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    throw new GraphQLError('DateTime: the server has no moment to answer with.');
  },
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : null),
});

function parse(value: unknown): Date {
  const date = typeof value === 'string' && RFC_3339.test(value) ? new Date(value) : null;
  // The parser rolls 30 February over into March: what was asked for has to come back.
  if (date === null || Number.isNaN(date.getTime()) || !isCalendarDate(value as string) || !hasFourDigitYear(date))
    throw new GraphQLError('DateTime: write a moment with an offset, for example 2026-11-21T09:30:00Z.');
  return date;
}

/** Its offset can move a moment out of the years that can be written. */
function hasFourDigitYear(date: Date): boolean {
  return date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9_999;
}

function isCalendarDate(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return year > 0 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
