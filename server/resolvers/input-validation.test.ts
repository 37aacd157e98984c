import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkText } from './input-validation.ts';

const RULE = { field: 'input.title', minLength: 1, maxLength: 5 };

/** Returns the error for a text; null if it is valid. */
function errorOf(text: string, rule = RULE): unknown {
  try {
    expect(checkText(text, rule)).toBe(text);
    return null;
  } catch (error) {
    return error;
  }
}
const badInput = (expected: string) => ({
  message: `Invalid value for \`input.title\`: ${expected}`,
  extensions: { code: 'BAD_USER_INPUT', field: 'input.title' },
});

describe('checkText', () => {
  test('returns every text unchanged that PostgreSQL can store and that is within the limits', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }).filter((some) => !some.includes('\0'));
    fc.assert(fc.property(text, (some) => errorOf(some) === null));
  });

  test('counts code points, not code units: an emoji is one', () => {
    expect(errorOf('😀'.repeat(5))).toBeNull();
    expect(errorOf('😀'.repeat(6))).toMatchObject(badInput('1 to 5 characters'));
    expect(errorOf('👩‍👩‍👧')).toBeNull();
  });

  test.each(['', 'xxxxxx', 'x'.repeat(1_000_000), '😀'.repeat(500_000)])(
    'rejects a text with too few or too many characters: %.10j',
    (text) => {
      expect(errorOf(text)).toMatchObject(badInput('1 to 5 characters'));
    },
  );

  test('formats large limits with a thousands separator', () => {
    const rule = { ...RULE, minLength: 0, maxLength: 10_000 };
    expect(errorOf('x'.repeat(10_001), rule)).toMatchObject(badInput('0 to 10,000 characters'));
    expect(errorOf('x'.repeat(10_000), rule)).toBeNull();
    expect(errorOf('', rule)).toBeNull();
  });

  test('applies the minimum to code points, not code units', () => {
    const rule = { ...RULE, minLength: 3, maxLength: 10 };
    for (const [text, passes] of [
      ['ab', false],
      ['abc', true],
      ['😀😀', false],
      ['😀😀😀', true],
    ] as const)
      expect(errorOf(text, rule) === null, text).toBe(passes);
  });

  test.each(['\0', 'a\0', '\0a', '\ud800', '\udc00', 'a\ud83d', '\ude00a', '\udc00\ud800'])(
    'rejects %j, which PostgreSQL cannot store',
    (text) => {
      expect(errorOf(text)).toMatchObject(badInput('Unicode characters without NUL'));
    },
  );
});
