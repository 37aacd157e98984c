import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkText } from './input-validation.ts';

const RULE = { field: 'input.title', minLength: 1, maxLength: 5 };

/** What was said against a text; null when it passed. */
function objection(text: string, rule = RULE): unknown {
  try {
    expect(checkText(text, rule)).toBe(text);
    return null;
  } catch (error) {
    return error;
  }
}
const told = (rule: string) => ({
  message: `Invalid value for \`input.title\`: ${rule}`,
  extensions: { code: 'BAD_USER_INPUT', field: 'input.title', rule },
});

describe('checkText', () => {
  test('passes whatever PostgreSQL keeps and counts within the limits, as it is', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }).filter((some) => !some.includes('\0'));
    fc.assert(fc.property(text, (some) => objection(some) === null));
  });

  test('counts characters, not code units: an emoji is one', () => {
    expect(objection('😀'.repeat(5))).toBeNull();
    expect(objection('😀'.repeat(6))).toMatchObject(told('1 to 5 characters'));
    expect(objection('👩‍👩‍👧')).toBeNull();
  });

  test.each(['', 'xxxxxx', 'x'.repeat(1_000_000), '😀'.repeat(500_000)])(
    'refuses too few and too many: %.10j',
    (text) => {
      expect(objection(text)).toMatchObject(told('1 to 5 characters'));
    },
  );

  test('writes large limits so that they can be read', () => {
    const rule = { ...RULE, minLength: 0, maxLength: 10_000 };
    expect(objection('x'.repeat(10_001), rule)).toMatchObject(told('0 to 10,000 characters'));
    expect(objection('x'.repeat(10_000), rule)).toBeNull();
    expect(objection('', rule)).toBeNull();
  });

  test('holds a text to its least, however many code units it has', () => {
    const rule = { ...RULE, minLength: 3, maxLength: 10 };
    for (const [text, passes] of [
      ['ab', false],
      ['abc', true],
      ['😀😀', false],
      ['😀😀😀', true],
    ] as const)
      expect(objection(text, rule) === null, text).toBe(passes);
  });

  test.each(['\0', 'a\0', '\0a', '\ud800', '\udc00', 'a\ud83d', '\ude00a', '\udc00\ud800'])(
    'refuses %j: it is no text to PostgreSQL',
    (text) => {
      expect(objection(text)).toMatchObject(told('Unicode characters without NUL'));
    },
  );
});
