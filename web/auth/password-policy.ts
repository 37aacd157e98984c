/** The two policies of FR-003, as PASSWORD_POLICY names them. */
export type PasswordPolicy = 'classic' | 'nist';

/** The name of a rule. */
export type PasswordRule = 'too-short' | 'too-long' | 'no-upper-case' | 'no-lower-case' | 'no-digit' | 'common';

/** One rule of a policy. */
export interface PasswordCheck {
  readonly rule: PasswordRule;
  /** Continues the sentence "Your password needs". */
  readonly requirement: string;
  /** Returns whether a password follows the rule. */
  readonly isMet: (password: string) => boolean;
}

/** Counts code points: an emoji counts once, not twice (NIST SP 800-63B-4 §3.1.1.2). */
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

/** Compares in lower case: `Password1` is as easy to guess as `password1`. */
const notCommonCheck = (common: ReadonlySet<string>): PasswordCheck => ({
  rule: 'common',
  requirement: 'to be less common: attackers try this one first',
  isMet: (password) => !common.has(password.toLowerCase()),
});

/**
 * Returns the rules of a policy, in the order in which the user sees them.
 * @param common common passwords, in lower case (see common-passwords.ts)
 */
export function passwordChecks(policy: PasswordPolicy, common: ReadonlySet<string>): readonly PasswordCheck[] {
  return policy === 'nist'
    ? [...lengthChecks(15), notCommonCheck(common)]
    : [...lengthChecks(8), ...COMPOSITION_CHECKS, notCommonCheck(common)];
}

/** Returns the rules that `password` breaks, in the policy's order; none if it is acceptable. */
export function unmetChecks(
  policy: PasswordPolicy,
  common: ReadonlySet<string>,
  password: string,
): readonly PasswordCheck[] {
  return passwordChecks(policy, common).filter(({ isMet }) => !isMet(password));
}
