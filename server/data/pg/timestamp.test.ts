import * as fc from 'fast-check';
import { types } from 'pg';
import { describe, expect, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { parseTimestamp, TIMESTAMPTZ } from './timestamp.ts';

const fixture = setUpEmptyDatabase();

const parseByPg = types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => unknown;
/** What pg and `Date` make of a text. */
const viaDate = (text: string) => {
  const value = parseByPg(text);
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value;
};

/** The limits of PostgreSQL's timestamps, of four-digit years and of `Date`, and values that are no time. */
const SPECIAL = [
  'infinity',
  '-infinity',
  '4713-01-01 00:00:00+00 BC',
  '0001-12-31 23:59:59.999999+00 BC',
  '0001-01-01 00:00:00+00',
  '0099-12-31 23:59:59.000001+00',
  '1582-10-10 12:00:00+00',
  '1936-12-31 23:40:28+00',
  '9999-12-31 23:59:59.999999+00',
  '10000-01-01 00:00:00+00',
  '275760-09-13 00:00:00+00',
];
const ZONES = [
  'UTC',
  'Etc/GMT+0',
  'Europe/Amsterdam',
  'America/St_Johns',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Africa/Monrovia',
];
const STYLES = ['ISO, MDY', 'ISO, DMY', 'SQL, DMY', 'Postgres, MDY', 'German, DMY'];

const microseconds = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });
/** A few digits only, so that PostgreSQL cuts zeros. */
const rounded = fc
  .tuple(microseconds, fc.integer({ min: 0, max: 6 }))
  .map(([micros, zeros]) => micros - (micros % 10n ** BigInt(zeros)));

// covers: EDGE-25
describe('parseTimestamp', () => {
  test.each(STYLES.flatMap((style) => ZONES.map((zone) => [style, zone])))(
    'returns what a Date prints for what PostgreSQL prints with DateStyle %s and TimeZone %s',
    async (style, zone) => {
      const generated = fc.sample(rounded, 200);
      const texts = await fixture.superuser.rows<{ text: string }>(
        `select at::text as text from (
           select unnest($3::timestamptz[]) as at union all
           select timestamptz '1970-01-01 00:00+00' + micros * interval '1 microsecond' from unnest($4::bigint[]) as micros
         ) as times, (select set_config('DateStyle', $1, false), set_config('TimeZone', $2, false) offset 0) as settings
         union all select at from unnest($3::text[]) as at`,
        [style, zone, SPECIAL, generated.map(String)],
      );
      expect(texts).toHaveLength(generated.length + 2 * SPECIAL.length);
      for (const { text } of texts) expect(parseTimestamp(text), text).toEqual(viaDate(text));
    },
  );

  test('cuts off every fraction as a Date does', () => {
    for (let micros = 0; micros < 1_000_000; micros += 7) {
      const fraction = `.${String(micros).padStart(6, '0')}`.replace(/\.?0+$/, '');
      const text = `2026-11-21 09:30:00${fraction}+00`;
      if (parseTimestamp(text) !== viaDate(text)) expect(parseTimestamp(text), text).toBe(viaDate(text));
    }
  });

  test('parses text of any other form as pg does', () => {
    for (const text of ['2026-11-21 09:30:00+00', '2026-11-21 09:30:00.123456+00', '2026-11-21 09:30:00.1+00'])
      for (let index = 0; index <= text.length; index++)
        for (const other of ['', ' ', '-', ':', '.', '+', 'T', 'x', '+0', ' BC']) {
          const changed = text.slice(0, index) + other + text.slice(index + 1);
          expect(parseTimestamp(changed), changed).toEqual(viaDate(changed));
        }
  });
});
