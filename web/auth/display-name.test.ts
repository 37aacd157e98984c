import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isDisplayable, normalizeName } from './display-name.ts';
import { type TestAccounts, createTestAccounts } from '../../test/support/test-accounts.ts';

/** Every code point that matches, as characters. */
function* charactersOf(pattern: RegExp): Generator<string> {
  for (let code = 0; code <= 0x10_ff_ff; code++) {
    const character = String.fromCodePoint(code);
    if (pattern.test(character)) yield character;
  }
}
const named = (character: string) => `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;

/** Classes of characters that no name has between letters that do not need them, each as Unicode defines it. */
const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['control characters', /\p{Cc}/u],
  ['format characters: direction, zero width, tags', /\p{Cf}/u],
  ['controls of the direction of text', /\p{Bidi_Control}/u],
  ['lone surrogates', /\p{Cs}/u],
  ['private use', /\p{Co}/u],
  ['separators of lines and paragraphs', /[\p{Zl}\p{Zp}]/u],
  ['what is displayed as nothing', /\p{Default_Ignorable_Code_Point}/u],
  ['variation selectors', /\p{Variation_Selector}/u],
  ['what is no character', /\p{Noncharacter_Code_Point}/u],
  ['blanks that are no space', /[\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0\u{1D159}]/u],
];

/** Places of a character between Latin letters, where none of them has a meaning. */
const PLACES: readonly (readonly [string, (character: string) => string])[] = [
  ['in the middle', (character) => `Ad${character}a`],
  ['before a space', (character) => `Ada${character} L`],
  ['alone', (character) => character],
  ['twice', (character) => `A${character}${character}B`],
];

describe.each(REFUSED)('of %s', (_, pattern) => {
  const all = [...charactersOf(pattern)];
  // Of 137,000 characters for private use one in a hundred is enough.
  const characters = all.filter(
    (_character, index) => all.length < 10_000 || index % 101 === 0 || index === all.length - 1,
  );

  test('there are some', () => {
    expect(characters.length).toBeGreaterThan(0);
  });

  // covers: ACCOUNT-21
  test.each(PLACES)('none is shown %s', (_place, name) => {
    const shown = characters.filter((character) => isDisplayable(name(character)));
    expect(shown.map(named)).toEqual([]);
  });
});

test('each letter, number, punctuation mark and symbol that is seen may be a name', () => {
  const refused = [...charactersOf(/[\p{L}\p{N}\p{P}\p{S}]/u)].filter(
    (character) =>
      !/[\p{Default_Ignorable_Code_Point}\u2800\u{1D159}\uFFFC]/u.test(character) && !isDisplayable(character),
  );
  expect(refused.map(named)).toEqual([]);
});

test('each emoji that Unicode lists may be in a name, families and flags included', () => {
  const people = ['👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏳️‍🌈', '❤️', '❤️‍🔥', '1️⃣', '👩🏽‍🚀', '🇵🇹', '☺︎'];
  for (const emoji of people) expect(isDisplayable(`Ada ${emoji}`), emoji).toBe(true);
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
])('a name in its own script is shown: %s', (_, name) => {
  expect(isDisplayable(normalizeName(name))).toBe(true);
});

describe('of what joins letters', () => {
  test.each([
    ['twice', 'علی‌‌رضا'],
    ['both', 'علی‌‍رضا'],
    ['at the end of a word without a virama', 'علی‌'],
    ['at the beginning', '‌علی'],
    ['before a space', 'علی‌ رضا'],
    ['between a letter that it joins and one that it does not', 'علی‌Ada'],
    ['in no emoji of Unicode’s', '😀‍😀'],
    ['between digits', '1‍2'],
  ])('nothing is shown %s', (_, name) => {
    expect(isDisplayable(name)).toBe(false);
  });
});

describe('of variation selectors', () => {
  test.each([
    ['two on an ideograph', '葛󠄀󠄀'],
    ['two on an emoji', '❤️️'],
    ['a hundred, which can carry a text', `😀${'\u{E0101}'.repeat(90)}`],
    ['one on a letter', 'a\uFE0F'],
  ])('are refused: %s', (_, name) => {
    expect(isDisplayable(name)).toBe(false);
  });
});

describe('of marks', () => {
  const marks = [...charactersOf(/[\p{Mn}\p{Me}]/u)].filter((mark) => !/\p{Default_Ignorable_Code_Point}/u.test(mark));

  // covers: ACCOUNT-21
  test('no five are in a row, whichever they are', () => {
    // In steps of a prime, so that neighbours are of many blocks.
    const towers = marks.map((_, index) =>
      Array.from({ length: 5 }, (_mark, place) => marks[(index + place * 101) % marks.length]).join(''),
    );
    expect(
      towers.filter((tower) => isDisplayable(`a${tower}`)).map((tower) => Array.from(tower, named).join(' ')),
    ).toEqual([]);
  });

  test('none is there twice in a row', () => {
    expect(marks.filter((mark) => isDisplayable(`a${mark}${mark}`)).map(named)).toEqual([]);
  });

  test('none is a name by itself', () => {
    expect(marks.filter((mark) => isDisplayable(mark)).map(named)).toEqual([]);
  });
});

test('a name has 100 characters and not one more, however many bytes they take', () => {
  expect(isDisplayable('𝒜'.repeat(100))).toBe(true);
  expect(isDisplayable('𝒜'.repeat(101))).toBe(false);
});

test('spaces of every width are one plain space, and none stands around a name', () => {
  for (const space of charactersOf(/\p{Zs}/u)) {
    const name = normalizeName(`${space}Ada${space}${space}Lovelace${space}`);
    expect([named(space), name]).toEqual([named(space), 'Ada Lovelace']);
  }
});

describe('on every way to a name', () => {
  let there: TestAccounts;
  let count = 0;
  beforeAll(async () => {
    there = await createTestAccounts();
  });
  afterAll(() => there.end());

  /** A sample of each class; all characters of it are tried above. */
  const samples = REFUSED.map(([what, pattern]) => [what, charactersOf(pattern).next().value as string] as const);

  test.each(samples)('of %s: a sign-up is refused', async (_, character) => {
    const body = { email: `named${(count += 1)}@example.com`, password: 'Correct7horse', name: `Ad${character}a` };
    const response = await there.visitor().request('POST', '/sign-up/email', body);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'NAME_NOT_VALID']);
  });

  // covers: ACCOUNT-21
  test.each(samples)('of %s: a change of the name is refused, by whatever endpoint', async (_, character) => {
    const visitor = there.visitor();
    const email = `renamed${(count += 1)}@example.com`;
    await visitor.request('POST', '/sign-up/email', { email, password: 'Correct7horse', name: 'Ada' });
    const headers = new Headers({ cookie: [...visitor.cookies].map((pair) => pair.join('=')).join('; ') });
    const update = (name: string) => there.services.auth.api.updateUser({ headers, body: { name } });
    await expect(update(`Ad${character}a`)).rejects.toMatchObject({ body: { code: 'NAME_NOT_VALID' } });
    await update(' Ada\u3000Lovelace ');
    await expect((await visitor.request('GET', '/get-session')).json()).resolves.toMatchObject({
      user: { name: 'Ada Lovelace' },
    });
  });

  test.each(samples)('of %s: no address gives a name', async (_, character) => {
    const body = { email: `ad${character}a@example.com`, password: 'Correct7horse' };
    const response = await there.visitor().request('POST', '/sign-up/email', body);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'INVALID_EMAIL']);
  });
});
