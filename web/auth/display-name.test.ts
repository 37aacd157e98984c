import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isDisplayable, normalizeName } from './display-name.ts';
import { type TestAccounts, createTestAccounts } from '../../test/support/test-accounts.ts';

/** Yields every code point that matches, as a character. */
function* charactersOf(pattern: RegExp): Generator<string> {
  for (let code = 0; code <= 0x10_ff_ff; code++) {
    const character = String.fromCodePoint(code);
    if (pattern.test(character)) yield character;
  }
}
const codePointOf = (character: string) => `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;

/** Classes of characters, as Unicode defines them, that are rejected unless a script needs them. */
const REJECTED: readonly (readonly [string, RegExp])[] = [
  ['control characters', /\p{Cc}/u],
  ['format characters: direction, zero width, tags', /\p{Cf}/u],
  ['controls of the direction of text', /\p{Bidi_Control}/u],
  ['lone surrogates', /\p{Cs}/u],
  ['private use', /\p{Co}/u],
  ['separators of lines and paragraphs', /[\p{Zl}\p{Zp}]/u],
  ['characters that are displayed as nothing', /\p{Default_Ignorable_Code_Point}/u],
  ['variation selectors', /\p{Variation_Selector}/u],
  ['noncharacters', /\p{Noncharacter_Code_Point}/u],
  ['blanks other than spaces', /[\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0\u{1D159}]/u],
];

/** Positions of a character between Latin letters, where none of them has a visible effect. */
const POSITIONS: readonly (readonly [string, (character: string) => string])[] = [
  ['in the middle', (character) => `Ad${character}a`],
  ['before a space', (character) => `Ada${character} L`],
  ['alone', (character) => character],
  ['twice', (character) => `A${character}${character}B`],
];

describe.each(REJECTED)('%s', (_, pattern) => {
  const all = [...charactersOf(pattern)];
  // One in a hundred of 137,000 private use characters is enough.
  const characters = all.filter(
    (_character, index) => all.length < 10_000 || index % 101 === 0 || index === all.length - 1,
  );

  test('the class has characters', () => {
    expect(characters.length).toBeGreaterThan(0);
  });

  // covers: ACCOUNT-21
  test.each(POSITIONS)('isDisplayable rejects every character of the class %s', (_position, name) => {
    const shown = characters.filter((character) => isDisplayable(name(character)));
    expect(shown.map(codePointOf)).toEqual([]);
  });
});

test('isDisplayable allows each visible letter, number, punctuation mark and symbol', () => {
  const rejected = [...charactersOf(/[\p{L}\p{N}\p{P}\p{S}]/u)].filter(
    (character) =>
      !/[\p{Default_Ignorable_Code_Point}\u2800\u{1D159}\uFFFC]/u.test(character) && !isDisplayable(character),
  );
  expect(rejected.map(codePointOf)).toEqual([]);
});

test('isDisplayable allows emoji, including families and flags', () => {
  const emojis = ['👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏳️‍🌈', '❤️', '❤️‍🔥', '1️⃣', '👩🏽‍🚀', '🇵🇹', '☺︎'];
  for (const emoji of emojis) expect(isDisplayable(`Ada ${emoji}`), emoji).toBe(true);
});

test.each([
  ['Persian, with a non-joiner', 'علی‌رضا'],
  ['Persian, with a non-joiner after a vowel sign', 'عليّ‌رضا'],
  ['Sinhala, with a joiner', 'ශ්‍රී'],
  ['Malayalam, with a joiner at the end', 'രാമന്‍'],
  ['Bengali, with a joiner before a virama', 'র‍্যাচেল'],
  ['Devanagari, with a non-joiner', 'क्‌ष'],
  ['Japanese, with a variant of an ideograph', '葛󠄀城'],
  ['Japanese, with a wide space', '山田\u3000太郎'],
  ['Vietnamese, in either form', 'Nguyễn'],
  ['Vietnamese, decomposed', 'Nguyễn'.normalize('NFD')],
  ['Hebrew, with points', 'מֹשֶׁה'],
  ['Burmese, with four signs on a letter', 'မြို့'],
  ['Thai', 'กี่'],
  ['Arabic', 'مُحَمَّد'],
  ['Korean, decomposed', '한글'.normalize('NFD')],
  ['Irish', 'Seán O’Brien-Smith, Jr.'],
])('isDisplayable allows a name in its own script: %s', (_, name) => {
  expect(isDisplayable(normalizeName(name))).toBe(true);
});

describe('joiners', () => {
  test.each([
    ['twice', 'علی‌‌رضا'],
    ['of both kinds', 'علی‌‍رضا'],
    ['at the end of a word without a virama', 'علی‌'],
    ['at the beginning', '‌علی'],
    ['before a space', 'علی‌ رضا'],
    ['between letters of two scripts', 'علی‌Ada'],
    ['in an emoji sequence that Unicode does not list', '😀‍😀'],
    ['between digits', '1‍2'],
  ])('isDisplayable rejects a joiner %s', (_, name) => {
    expect(isDisplayable(name)).toBe(false);
  });
});

describe('variation selectors', () => {
  test.each([
    ['two on an ideograph', '葛󠄀󠄀'],
    ['two on an emoji', '❤️️'],
    ['a hundred, which can carry a text', `😀${'\u{E0101}'.repeat(90)}`],
    ['one on a letter', 'a\uFE0F'],
  ])('isDisplayable rejects variation selectors: %s', (_, name) => {
    expect(isDisplayable(name)).toBe(false);
  });
});

describe('nonspacing marks', () => {
  const marks = [...charactersOf(/[\p{Mn}\p{Me}]/u)].filter((mark) => !/\p{Default_Ignorable_Code_Point}/u.test(mark));

  // covers: ACCOUNT-21
  test('isDisplayable rejects five marks in a row, whichever they are', () => {
    // In steps of a prime, so that neighbours are from different blocks.
    const stacks = marks.map((_, index) =>
      Array.from({ length: 5 }, (_mark, position) => marks[(index + position * 101) % marks.length]).join(''),
    );
    expect(
      stacks.filter((stack) => isDisplayable(`a${stack}`)).map((stack) => Array.from(stack, codePointOf).join(' ')),
    ).toEqual([]);
  });

  test('isDisplayable rejects a mark twice in a row', () => {
    expect(marks.filter((mark) => isDisplayable(`a${mark}${mark}`)).map(codePointOf)).toEqual([]);
  });

  test('isDisplayable rejects a mark as a name', () => {
    expect(marks.filter((mark) => isDisplayable(mark)).map(codePointOf)).toEqual([]);
  });
});

test('isDisplayable allows a name of 100 code points and rejects one of 101', () => {
  expect(isDisplayable('𝒜'.repeat(100))).toBe(true);
  expect(isDisplayable('𝒜'.repeat(101))).toBe(false);
});

test('normalizeName trims a name and replaces spaces of any width by one plain space', () => {
  for (const space of charactersOf(/\p{Zs}/u)) {
    const name = normalizeName(`${space}Ada${space}${space}Lovelace${space}`);
    expect([codePointOf(space), name]).toEqual([codePointOf(space), 'Ada Lovelace']);
  }
});

describe('each way to set a name', () => {
  let accounts: TestAccounts;
  let count = 0;
  beforeAll(async () => {
    accounts = await createTestAccounts();
  });
  afterAll(() => accounts.end());

  /** One character of each class; all of them are tested above. */
  const samples = REJECTED.map(([what, pattern]) => [what, charactersOf(pattern).next().value as string] as const);

  test.each(samples)('sign-up rejects a name with %s', async (_, character) => {
    const body = { email: `named${(count += 1)}@example.com`, password: 'Correct7horse', name: `Ad${character}a` };
    const response = await accounts.visitor().request('POST', '/sign-up/email', body);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'NAME_NOT_VALID']);
  });

  // covers: ACCOUNT-21
  test.each(samples)('a user update rejects a name with %s', async (_, character) => {
    const visitor = accounts.visitor();
    const email = `renamed${(count += 1)}@example.com`;
    await visitor.request('POST', '/sign-up/email', { email, password: 'Correct7horse', name: 'Ada' });
    const headers = new Headers({ cookie: [...visitor.cookies].map((pair) => pair.join('=')).join('; ') });
    const update = (name: string) => accounts.services.auth.api.updateUser({ headers, body: { name } });
    await expect(update(`Ad${character}a`)).rejects.toMatchObject({ body: { code: 'NAME_NOT_VALID' } });
    await update(' Ada\u3000Lovelace ');
    await expect((await visitor.request('GET', '/get-session')).json()).resolves.toMatchObject({
      user: { name: 'Ada Lovelace' },
    });
  });

  test.each(samples)('sign-up rejects an address whose name would have %s', async (_, character) => {
    const body = { email: `ad${character}a@example.com`, password: 'Correct7horse' };
    const response = await accounts.visitor().request('POST', '/sign-up/email', body);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'INVALID_EMAIL']);
  });
});
