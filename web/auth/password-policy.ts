/** The two policies of FR-003, by the names that PASSWORD_POLICY takes. */
export type PasswordPolicy = 'classic' | 'nist';

/** A rule that a password can break. */
export type PasswordRule = 'too-short' | 'too-long' | 'no-upper-case' | 'no-lower-case' | 'no-digit' | 'common';

/** One rule of a policy: its name, its words as a demand, and whether a password keeps it. */
export interface PasswordCheck {
  readonly rule: PasswordRule;
  /** Reads on from "Your password needs". */
  readonly requirement: string;
  readonly isMet: (password: string) => boolean;
}

/** Code points: an emoji outside the basic plane counts once and not twice (NIST SP 800-63B-4 §3.1.1.2). */
const countCharacters = (password: string): number => Array.from(password).length;

const MAX_LENGTH = 128;
const lengthChecks = (minimum: number): PasswordCheck[] => [
  {
    rule: 'too-short',
    requirement: `${minimum} characters or more`,
    isMet: (password) => countCharacters(password) >= minimum,
  },
  {
    rule: 'too-long',
    requirement: `${MAX_LENGTH} characters at most`,
    isMet: (password) => countCharacters(password) <= MAX_LENGTH,
  },
];

const COMPOSITION_CHECKS: readonly PasswordCheck[] = [
  { rule: 'no-upper-case', requirement: 'an upper-case letter', isMet: (password) => /\p{Lu}/u.test(password) },
  { rule: 'no-lower-case', requirement: 'a lower-case letter', isMet: (password) => /\p{Ll}/u.test(password) },
  { rule: 'no-digit', requirement: 'a digit', isMet: (password) => /\p{Nd}/u.test(password) },
];

/** Common passwords in lower case: `Password1` is as easily guessed as `password1`. */
const notCommonCheck = (common: ReadonlySet<string>): PasswordCheck => ({
  rule: 'common',
  requirement: 'to be less common: this one is among the first to be tried',
  isMet: (password) => !common.has(password.toLowerCase()),
});

/**
 * The rules of a policy, in the order in which they are named to the user.
 * @param common the passwords to refuse, in lower case (see common-passwords.ts)
 */
export function passwordChecks(policy: PasswordPolicy, common: ReadonlySet<string>): readonly PasswordCheck[] {
  return policy === 'nist'
    ? [...lengthChecks(15), notCommonCheck(common)]
    : [...lengthChecks(8), ...COMPOSITION_CHECKS, notCommonCheck(common)];
}

/** The rules that `password` breaks, in the policy's order; none when it will do. */
export function unmetChecks(
  policy: PasswordPolicy,
  common: ReadonlySet<string>,
  password: string,
): readonly PasswordCheck[] {
  return passwordChecks(policy, common).filter(({ isMet }) => !isMet(password));
}
