import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const ID = '01900000-0000-7000-8000-00000000000a';
const ORDER = 'POSITION ASC';
const GOOD = encodeCursor(ORDER, { key: 1.5, id: ID });
const decode = (cursor: string) => decodeCursor(ORDER, Number.isFinite, cursor);
const encoded = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

describe('decodeCursor', () => {
  test('decodes an encoded cursor to the same position, for every double that a column can hold', () => {
    const key = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0));
    fc.assert(
      fc.property(key, fc.uuid(), (value, id) => {
        expect(decode(encodeCursor(ORDER, { key: value, id }))).toEqual({ key: value, id });
      }),
    );
  });

  test('a cursor contains only URL-safe characters', () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), (key) => /^[\w-]+$/.test(encodeCursor(ORDER, { key, id: ID }))));
  });

  /** Cursors that an attacker can construct who knows the format. */
  const FORGED: Record<string, readonly string[]> = {
    'is not base64url': [
      '',
      ' ',
      '%',
      '💥',
      '\0',
      '\ud800',
      '__proto__',
      `${GOOD}=`,
      `${GOOD}\n`,
      ` ${GOOD}`,
      `${GOOD}.`,
    ],
    'is not JSON': ['x', '{', '["POSITION ASC",1,', `["POSITION ASC",1,"${ID}"`, `["POSITION ASC",1,"${ID}"]]`].map(
      encoded,
    ),
    'contains another type of value': [
      'null',
      'true',
      '1',
      `"${ID}"`,
      '{}',
      `{"0":"${ORDER}","1":1,"2":"${ID}"}`,
      '[]',
    ].map(encoded),
    'contains too few or too many elements': [
      [1, ID],
      [ORDER, 1],
      [ORDER, 1, ID, 0],
      [ORDER, 1, ID, null],
      [[ORDER, 1, ID]],
    ].map(encoded),
    'is of another order': ['POSITION DESC', 'TITLE ASC', 'position asc', '', null, 1, [ORDER], {}].map((order) =>
      encoded([order, 1, ID]),
    ),
    'contains no key of the order': [null, 'x', '1', true, [], [1], {}].map((key) => encoded([ORDER, key, ID])),
    'contains a number that no column can hold': ['1e309', '-1e309', 'NaN', 'Infinity'].map((n) =>
      encoded(`["${ORDER}",${n},"${ID}"]`),
    ),
    'contains no id': [null, 1, '', 'x', [], [ID], {}, `${ID} `, ID.toUpperCase(), `{${ID}}`, "' or true --"].map(
      (id) => encoded([ORDER, 1, id]),
    ),
    'encodes the same position differently': [
      `["${ORDER}",1.50,"${ID}"]`,
      `[ "${ORDER}",1.5,"${ID}"]`,
      `["${ORDER}",15e-1,"${ID}"]`,
      `["${ORDER}",1.5,"${ID}"] `,
      `\ufeff["${ORDER}",1.5,"${ID}"]`,
      `["${ORDER}",1.5,"\\u0030${ID.slice(1)}"]`,
      `["${ORDER}",-0,"${ID}"]`,
    ].map(encoded),
    'is standard base64': [Buffer.from(JSON.stringify([ORDER, 1.5, ID, '>>>'])).toString('base64')],
    'is truncated': Array.from({ length: GOOD.length }, (_, length) => GOOD.slice(0, length)),
  };
  // covers: HTTP-17
  test.each(Object.entries(FORGED))('rejects a cursor that %s', (_, cursors) => {
    for (const cursor of cursors) expect(decode(cursor), cursor).toBeNull();
  });

  test('a cursor with one changed character is rejected or decodes to another position', () => {
    for (let at = 0; at < GOOD.length; at++) {
      const changed = GOOD.slice(0, at) + (GOOD[at] === 'A' ? 'B' : 'A') + GOOD.slice(at + 1);
      expect(decode(changed)).not.toEqual({ key: 1.5, id: ID });
    }
  });

  test('rejects a cursor of a megabyte', () => {
    expect(decode('x'.repeat(1_000_000))).toBeNull();
    expect(decode(encoded('['.repeat(500_000)))).toBeNull();
  });
});
