/** The longest name, in code points: Better Auth accepts megabytes. */
const MAX_LENGTH = 100;

/** The most nonspacing marks in a row: no language needs more, and a stack of them covers the lines above. */
const MAX_MARKS = 4;

/**
 * Scripts in which ZERO WIDTH JOINER and NON-JOINER have a visible effect: cursive and Indic ones (UAX #31 §2.3, Layout
 * and Format Control Characters; RFC 5892 appendix A.1 and A.2).
 */
const JOINING = String.raw`\p{scx=Arabic}\p{scx=Syriac}\p{scx=Devanagari}\p{scx=Bengali}\p{scx=Gurmukhi}\p{scx=Gujarati}\p{scx=Oriya}\p{scx=Tamil}\p{scx=Telugu}\p{scx=Kannada}\p{scx=Malayalam}\p{scx=Sinhala}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tibetan}\p{scx=Mongolian}`;
const LETTER = String.raw`[[${JOINING}]&&[\p{L}\p{M}]]`;
/** Signs that remove the inherent vowel; a joiner after one may also end a word: രാമന്‍. */
const VIRAMA = String.raw`[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA]`;

/** Sequences that are allowed although they contain an invisible character: each has a visible effect. */
const VISIBLE_SEQUENCES = new RegExp(
  [
    // An emoji that Unicode recommends, including families and flags.
    String.raw`\p{RGI_Emoji}`,
    String.raw`\p{Extended_Pictographic}[\uFE0E\uFE0F]`,
    // A joiner between letters that it joins or separates: علی‌رضا, ශ්‍රී.
    String.raw`(?<=${LETTER})[\u200C\u200D](?=${LETTER})`,
    String.raw`(?<=${VIRAMA})[\u200C\u200D](?![\u200C\u200D])`,
    // One variation selector after an ideograph, which distinguishes 葛󠄀 from 葛, or after a Mongolian letter.
    String.raw`(?<=\p{Ideographic})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
    String.raw`(?<=\p{Script=Mongolian})[\u180B-\u180D\u180F]`,
  ].join('|'),
  'gv',
);

/**
 * Characters that a name must not contain: control and format characters (text direction, zero width, tags), lone
 * surrogates, private use, line separators; all others that are displayed as nothing; characters that look like a space
 * (BRAILLE PATTERN BLANK, MUSICAL SYMBOL NULL NOTEHEAD) or replace an object (OBJECT REPLACEMENT CHARACTER).
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\u{1D159}\uFFFC]/v;

const TOO_MANY_MARKS = new RegExp(String.raw`[\p{Mn}\p{Me}]{${MAX_MARKS + 1}}|([\p{Mn}\p{Me}])\1`, 'u');
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Trims a name, and replaces each run of spaces (of any width) by one plain space. */
export const normalizeName = (name: string): string => name.replace(/\p{Zs}+/gu, ' ').trim();

/**
 * Returns whether a name may be shown to other users: it has a visible character, and none that is hidden, reorders the
 * text around it or covers the lines above. Names are not unique, so that look-alikes are allowed (decision 026).
 * @param name as `normalizeName` returns it
 */
export function isDisplayable(name: string): boolean {
  const rest = name.replace(VISIBLE_SEQUENCES, '*');
  return (
    Array.from(name).length <= MAX_LENGTH &&
    name.isWellFormed() &&
    VISIBLE.test(name) &&
    !INVISIBLE.test(rest) &&
    // Marks are counted as written, and decomposed, where none is part of a letter or another mark (UTS #39 §5.4).
    ![rest, name.normalize('NFD').replace(VISIBLE_SEQUENCES, '*')].some((form) => TOO_MANY_MARKS.test(form))
  );
}
