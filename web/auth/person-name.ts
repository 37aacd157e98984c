/** The longest name, in characters (code points): Better Auth itself would take megabytes. */
const LONGEST = 100;

/** The most nonspacing marks in a row: more are no letter of any language but a tower over the lines above. */
const MOST_MARKS = 4;

/**
 * Scripts in which ZERO WIDTH JOINER and NON-JOINER change what a reader sees: cursive ones, and those of India and its
 * neighbours. (UAX #31 §2.3, Layout and Format Control Characters; RFC 5892 appendix A.1 and A.2.)
 */
const JOINING = String.raw`\p{scx=Arabic}\p{scx=Syriac}\p{scx=Devanagari}\p{scx=Bengali}\p{scx=Gurmukhi}\p{scx=Gujarati}\p{scx=Oriya}\p{scx=Tamil}\p{scx=Telugu}\p{scx=Kannada}\p{scx=Malayalam}\p{scx=Sinhala}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tibetan}\p{scx=Mongolian}`;
const LETTER = String.raw`[[${JOINING}]&&[\p{L}\p{M}]]`;
/** Signs that take the vowel away, after which a joiner may also end a word: രാമന്‍. */
const VIRAMA = String.raw`[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA]`;

/** What may stand in a name although its class may not: each is a sequence of characters that is seen. */
const SEEN = new RegExp(
  [
    // An emoji as Unicode lists it, families and flags included: at most this part of it is invisible.
    String.raw`\p{RGI_Emoji}`,
    String.raw`\p{Extended_Pictographic}[\uFE0E\uFE0F]`,
    // A joiner between letters that it joins or keeps apart: علی‌رضا, ශ්‍රී.
    String.raw`(?<=${LETTER})[\u200C\u200D](?=${LETTER})`,
    String.raw`(?<=${VIRAMA})[\u200C\u200D](?![\u200C\u200D])`,
    // One variation selector after an ideograph, which tells 葛󠄀 from 葛, or after a letter of Mongolian.
    String.raw`(?<=\p{Ideographic})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
    String.raw`(?<=\p{Script=Mongolian})[\u180B-\u180D\u180F]`,
  ].join('|'),
  'gv',
);

/**
 * What may not stand in a name: control and format characters (direction of the text, zero width, tags), lone
 * surrogates, private use, separators of lines; whatever else is displayed as nothing; and signs that look like a space
 * (BRAILLE PATTERN BLANK, MUSICAL SYMBOL NULL NOTEHEAD) or stand for an object (OBJECT REPLACEMENT CHARACTER).
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\u{1D159}\uFFFC]/v;

const TOO_MANY_MARKS = new RegExp(String.raw`[\p{Mn}\p{Me}]{${MOST_MARKS + 1}}|([\p{Mn}\p{Me}])\1`, 'u');
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A name without white space around it, each run of spaces within it (of whatever width) one plain space. */
export const trimmedName = (name: string): string => name.replace(/\p{Zs}+/gu, ' ').trim();

/**
 * Whether a name can be shown to others: it has something to see, and nothing that hides, reorders the text around it,
 * or covers the lines above. Names are not unique, so that look-alikes are no matter of theirs (decision 026).
 * @param name as `trimmedName` returns it
 */
export function isShowable(name: string): boolean {
  const rest = name.replace(SEEN, '*');
  return (
    Array.from(name).length <= LONGEST &&
    name.isWellFormed() &&
    VISIBLE.test(name) &&
    !UNSEEN.test(rest) &&
    // Marks are counted as written, and in a form in which none is part of a letter or of another (UTS #39 §5.4).
    ![rest, name.normalize('NFD').replace(SEEN, '*')].some((form) => TOO_MANY_MARKS.test(form))
  );
}
