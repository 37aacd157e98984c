import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const ID = '01900000-0000-7000-8000-00000000000a';
const GOOD = encodeCursor({ position: 1.5, id: ID });
const encoded = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  test('comes back as the place that it was made of, for every number that a column can hold', () => {
    const position = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0));
    fc.assert(
      fc.property(position, fc.uuid(), (at, id) => {
        expect(decodeCursor(encodeCursor({ position: at, id }))).toEqual({ position: at, id });
      }),
    );
  });

  test('can stand in a URL as it is', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (position) => /^[\w-]+$/.test(encodeCursor({ position, id: ID }))),
    );
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
    'is no JSON': ['x', '{', '[1,', `[1,"${ID}"`, `[1,"${ID}"]]`, `(1,"${ID}")`].map(encoded),
    'holds another value': ['null', 'true', '1', `"${ID}"`, '{}', `{"0":1,"1":"${ID}"}`, '[]'].map(encoded),
    'holds too little or too much': [[1], [ID], [1, ID, 0], [1, ID, null], [[1, ID]]].map(encoded),
    'holds no number': [null, 'x', '1', true, [], [1], {}].map((position) => encoded([position, ID])),
    'holds a number that is none to a column': ['1e309', '-1e309', 'NaN', 'Infinity'].map((n) =>
      encoded(`[${n},"${ID}"]`),
    ),
    'holds no id': [null, 1, '', 'x', [], [ID], {}, `${ID} `, ID.toUpperCase(), `{${ID}}`, "' or true --"].map((id) =>
      encoded([1, id]),
    ),
    'says the same in another way': [
      `[1.50,"${ID}"]`,
      `[ 1.5,"${ID}"]`,
      `[15e-1,"${ID}"]`,
      `[1.5,"${ID}"] `,
      `\ufeff[1.5,"${ID}"]`,
      `[1.5,"\\u0030${ID.slice(1)}"]`,
      `[-0,"${ID}"]`,
    ].map(encoded),
    'is spelt in standard base64': [Buffer.from(JSON.stringify([1.5, ID])).toString('base64')],
  };
  test.each(Object.entries(FORGED))('that %s is null', (_, cursors) => {
    for (const cursor of cursors) expect(decodeCursor(cursor), cursor).toBeNull();
  });

  test('with any one character changed is null or another place, never the same one', () => {
    for (let at = 0; at < GOOD.length; at++) {
      const changed = GOOD.slice(0, at) + (GOOD[at] === 'A' ? 'B' : 'A') + GOOD.slice(at + 1);
      expect(decodeCursor(changed)).not.toEqual({ position: 1.5, id: ID });
    }
  });

  test('of a megabyte is null', () => {
    expect(decodeCursor('x'.repeat(1_000_000))).toBeNull();
    expect(decodeCursor(encoded('['.repeat(500_000)))).toBeNull();
  });
});
