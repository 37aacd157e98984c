import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAuthEventCursor, encodeAuthEventCursor } from './auth-event-cursor.ts';

const ID = '01900000-0000-7000-8000-00000000000a';
const AT = 1_800_000_000_123;
const GOOD = encodeAuthEventCursor({ createdAt: new Date(AT), id: ID });
const encoded = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

describe('a cursor of an event', () => {
  test('comes back as the moment that it was made of, to the millisecond', () => {
    const times = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(
      fc.property(times, fc.uuid(), (createdAt, id) => {
        expect(decodeAuthEventCursor(encodeAuthEventCursor({ createdAt, id }))).toEqual({ at: createdAt, id });
      }),
    );
  });

  /** What somebody may write who knows how ours are made. */
  const FORGED: Record<string, readonly string[]> = {
    'is no base64url': ['', ' ', '💥', '\0', '\ud800', `${GOOD}=`, ` ${GOOD}`, `${GOOD}\n`],
    'is no JSON': ['x', '{', `[${AT},"${ID}"`].map(encoded),
    'holds another value': ['null', '1', `"${ID}"`, `{"0":${AT},"1":"${ID}"}`, '[]'].map(encoded),
    'holds too little or too much': [[AT], [AT, ID, 0], [[AT, ID]]].map(encoded),
    'holds no moment': [null, 'x', String(AT), 1.5, true, []].map((at) => encoded([at, ID])),
    'holds a moment that a column may not take': ['-1', '253402300800000', '8.64e15', '1e309'].map((at) =>
      encoded(`[${at},"${ID}"]`),
    ),
    'holds no id': [null, 1, 'x', ID.toUpperCase(), `${ID} `, "' or true --"].map((id) => encoded([AT, id])),
    'says the same in another way': [`[ ${AT},"${ID}"]`, `[${AT}.0,"${ID}"]`, `[-0,"${ID}"]`].map(encoded),
  };
  test.each(Object.entries(FORGED))('that %s is null', (_, cursors) => {
    for (const cursor of cursors) expect(decodeAuthEventCursor(cursor), cursor).toBeNull();
  });
});
