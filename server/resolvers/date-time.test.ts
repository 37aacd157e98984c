import * as fc from 'fast-check';
import { GraphQLError, Kind, parseValue } from 'graphql';
import { describe, expect, test } from 'vitest';
import { DateTime } from './date-time.ts';

const RULE = 'Invalid DateTime: expected an RFC 3339 timestamp with an offset, for example 2026-11-21T09:30:00Z.';
const literal = (text: string) => DateTime.parseLiteral(parseValue(JSON.stringify(text)), {});

const GOOD = {
  '2026-11-21T09:30:00Z': '2026-11-21T09:30:00.000Z',
  '2026-11-21T09:30:00.1Z': '2026-11-21T09:30:00.100Z',
  '2026-11-21T09:30:00.123456789Z': '2026-11-21T09:30:00.123Z',
  '2026-11-21T09:30:00+01:00': '2026-11-21T08:30:00.000Z',
  '2026-11-21T00:30:00+01:00': '2026-11-20T23:30:00.000Z',
  '2026-11-21T09:30:00-00:00': '2026-11-21T09:30:00.000Z',
  '2028-02-29T12:00:00Z': '2028-02-29T12:00:00.000Z',
  '2000-02-29T12:00:00Z': '2000-02-29T12:00:00.000Z',
  '0001-01-01T00:00:00Z': '0001-01-01T00:00:00.000Z',
  '0099-12-31T23:59:59Z': '0099-12-31T23:59:59.000Z',
  '9999-12-31T23:59:59.999Z': '9999-12-31T23:59:59.999Z',
};

const NO_DAYS = [
  '2026-02-29',
  '2026-02-30',
  '2100-02-29',
  '2026-04-31',
  '2026-11-00',
  '2026-11-32',
  '2026-00-10',
  '2026-13-10',
  '0000-01-01',
];
const BAD: Readonly<Record<string, readonly unknown[]>> = {
  'is not a string': [null, undefined, 0, 1_800_000_000_000, true, [], ['2026-11-21T09:30:00Z'], {}, new Date(0)],
  'has no offset': ['2026-11-21', '2026-11-21T09:30:00', '2026-11-21 09:30:00', '09:30:00Z', '2026-11'],
  'is not in RFC 3339 format': ['', ' ', 'now', '2026-11-21 09:30:00Z', '2026-11-21T09:30Z', '20261121T093000Z'],
  'is a week date': ['2026-W47-6T09:30:00Z'],
  'has an incomplete offset': ['2026-11-21T09:30:00+0100', '2026-11-21T09:30:00+01'],
  'has an invalid fraction': ['2026-11-21T09:30:00.Z', '2026-11-21T09:30:00,5Z'],
  'has surrounding whitespace': [' 2026-11-21T09:30:00Z', '2026-11-21T09:30:00Z ', '2026-11-21T09:30:00Z\n'],
  'has another number of digits, or non-ASCII ones': [
    '２026-11-21T09:30:00Z',
    '26-11-21T09:30:00Z',
    '+002026-11-21T09:30:00Z',
    '-002026-11-21T09:30:00Z',
  ],
  'is an HTTP date': ['Sat, 21 Nov 2026 09:30:00 GMT'],
  'has an invalid date': NO_DAYS.map((day) => `${day}T09:30:00Z`),
  'has an invalid time': ['24:00:00', '25:00:00', '09:60:00', '09:30:60', '99:99:99'].map(
    (time) => `2026-11-21T${time}Z`,
  ),
  'has an invalid offset': ['+24:00', '+99:99', '-12:60'].map((offset) => `2026-11-21T09:30:00${offset}`),
  'is outside the years 1 to 9999 in UTC': ['0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-14:00'],
};

const ISO = '2026-11-21T09:30:00.000Z';
/** Values that are neither a Date nor printed by one. */
const NO_TIMES: Readonly<Record<string, readonly unknown[]>> = {
  'is neither a Date nor a string': [
    0,
    1_800_000_000_000,
    Infinity,
    null,
    undefined,
    true,
    {},
    [ISO],
    { toString: () => ISO },
  ],
  'is an object around a string': [new String(ISO)],
  'is a timestamp in another form': [
    '1970-01-01T00:00:00Z',
    '1970-01-01T00:00:00.00Z',
    '1970-01-01T00:00:00.0000Z',
    '1970-01-01 00:00:00.000Z',
    '1970-01-01T00:00:00.000+00:00',
    '1970-01-01 00:00:00+00',
    '1970-01-01T00:00:00.000z',
    '10000-01-01T00:00:00.000Z',
    'infinity',
  ],
  'is a timestamp with something before, behind or in it': [
    ...['<', '"', '\n', '\0', 'a', '\u{1d7d8}'].flatMap((each) => [
      each + ISO,
      ISO + each,
      each + ISO.slice(1),
      ISO.slice(0, 12) + each + ISO.slice(13),
    ]),
    `0${ISO}`,
    `${ISO}0`,
  ],
  'has an invalid part': [
    '2026-00-21T09:30',
    '2026-13-21T09:30',
    '2026-11-00T09:30',
    '2026-11-32T09:30',
    '2026-11-21T24:00',
    '2026-11-21T09:60',
  ].map((start) => `${start}:00.000Z`),
  'is any other text': ['', 'x', 'null', '2026-11-21', '<script>'],
};

describe('DateTime', () => {
  test.each(Object.entries(GOOD))('parses %s as %s, from a variable and from a literal', (text, expected) => {
    expect(DateTime.parseValue(text).toISOString()).toBe(expected);
    expect(literal(text).toISOString()).toBe(expected);
  });

  test.each(Object.entries(BAD))('rejects a value that %s', (_, values) => {
    for (const value of values) {
      expect(() => DateTime.parseValue(value), String(value)).toThrow(new GraphQLError(RULE));
      if (typeof value === 'string') expect(() => literal(value), value).toThrow(new GraphQLError(RULE));
    }
  });

  test('rejects a literal that is not a string', () => {
    for (const written of ['1', '1.5', 'true', 'null', 'NOW', '[]', '{}'])
      expect(() => DateTime.parseLiteral(parseValue(written), {}), written).toThrow(RULE);
    expect(parseValue('"a"').kind).toBe(Kind.STRING);
  });

  test('round-trips every timestamp with millisecond precision', () => {
    const timestamp = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(timestamp, (date) => DateTime.parseValue(DateTime.serialize(date)).getTime() === date.getTime()),
    );
  });

  test('serializes a Date in UTC with milliseconds', () => {
    expect(DateTime.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(() => DateTime.serialize(new Date(Number.NaN))).toThrow('Invalid time value');
  });

  test('serializes what toISOString prints unchanged, of every Date', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true }),
        (date) => DateTime.serialize(date.toISOString()) === date.toISOString(),
      ),
    );
  });

  test.each(Object.entries(NO_TIMES))('refuses to serialize a value that %s', (_, values) => {
    for (const value of values)
      expect(() => DateTime.serialize(value), String(value)).toThrow(
        'DateTime cannot represent a value that is not a time',
      );
  });
});
