import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const ID = '01900000-0000-7000-8000-00000000000a';
const ORDER = 'POSITION ASC';
const GOOD = encodeCursor(ORDER, { key: 1.5, id: ID });
const decode = (cursor: string) => decodeCursor(ORDER, Number.isFinite, cursor);
const encoded = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  test('comes back as the place that it was made of, for every number that a column can hold', () => {
    const key = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0));
    fc.assert(
      fc.property(key, fc.uuid(), (at, id) => {
        expect(decode(encodeCursor(ORDER, { key: at, id }))).toEqual({ key: at, id });
      }),
    );
  });

  test('can stand in a URL as it is', () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), (key) => /^[\w-]+$/.test(encodeCursor(ORDER, { key, id: ID }))));
  });

  /** What somebody may write who knows how ours are made. */
  const FORGED: Record<string, readonly string[]> = {
    'is no base64url': [
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
    'is no JSON': ['x', '{', '["POSITION ASC",1,', `["POSITION ASC",1,"${ID}"`, `["POSITION ASC",1,"${ID}"]]`].map(
      encoded,
    ),
    'holds another value': ['null', 'true', '1', `"${ID}"`, '{}', `{"0":"${ORDER}","1":1,"2":"${ID}"}`, '[]'].map(
      encoded,
    ),
    'holds too little or too much': [
      [1, ID],
      [ORDER, 1],
      [ORDER, 1, ID, 0],
      [ORDER, 1, ID, null],
      [[ORDER, 1, ID]],
    ].map(encoded),
    'is of another order': ['POSITION DESC', 'TITLE ASC', 'position asc', '', null, 1, [ORDER], {}].map((order) =>
      encoded([order, 1, ID]),
    ),
    'holds no key of the order': [null, 'x', '1', true, [], [1], {}].map((key) => encoded([ORDER, key, ID])),
    'holds a number that is none to a column': ['1e309', '-1e309', 'NaN', 'Infinity'].map((n) =>
      encoded(`["${ORDER}",${n},"${ID}"]`),
    ),
    'holds no id': [null, 1, '', 'x', [], [ID], {}, `${ID} `, ID.toUpperCase(), `{${ID}}`, "' or true --"].map((id) =>
      encoded([ORDER, 1, id]),
    ),
    'says the same in another way': [
      `["${ORDER}",1.50,"${ID}"]`,
      `[ "${ORDER}",1.5,"${ID}"]`,
      `["${ORDER}",15e-1,"${ID}"]`,
      `["${ORDER}",1.5,"${ID}"] `,
      `\ufeff["${ORDER}",1.5,"${ID}"]`,
      `["${ORDER}",1.5,"\\u0030${ID.slice(1)}"]`,
      `["${ORDER}",-0,"${ID}"]`,
    ].map(encoded),
    'is spelt in standard base64': [Buffer.from(JSON.stringify([ORDER, 1.5, ID, '>>>'])).toString('base64')],
    'is cut short': Array.from({ length: GOOD.length }, (_, length) => GOOD.slice(0, length)),
  };
  // covers: HTTP-17
  test.each(Object.entries(FORGED))('that %s is null', (_, cursors) => {
    for (const cursor of cursors) expect(decode(cursor), cursor).toBeNull();
  });

  test('with any one character changed is null or another place, never the same one', () => {
    for (let at = 0; at < GOOD.length; at++) {
      const changed = GOOD.slice(0, at) + (GOOD[at] === 'A' ? 'B' : 'A') + GOOD.slice(at + 1);
      expect(decode(changed)).not.toEqual({ key: 1.5, id: ID });
    }
  });

  test('of a megabyte is null', () => {
    expect(decode('x'.repeat(1_000_000))).toBeNull();
    expect(decode(encoded('['.repeat(500_000)))).toBeNull();
  });
});
