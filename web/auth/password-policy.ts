/** The two policies of FR-003, by the names that PASSWORD_POLICY takes. */
export type PasswordPolicy = 'classic' | 'nist';

/** A rule that a password can break. */
export type PasswordRule = 'too-short' | 'too-long' | 'no-upper-case' | 'no-lower-case' | 'no-digit' | 'common';

/** One rule of a policy: its name, its words as a demand, and whether a password keeps it. */
export interface PasswordCheck {
  readonly rule: PasswordRule;
  /** Reads on from "Your password needs". */
  readonly demand: string;
  readonly keeps: (password: string) => boolean;
}

/** Code points: an emoji outside the basic plane counts once and not twice (NIST SP 800-63B-4 §3.1.1.2). */
const characters = (password: string): number => Array.from(password).length;

const MAXIMUM = 128;
const length = (minimum: number): PasswordCheck[] => [
  {
    rule: 'too-short',
    demand: `${minimum} characters or more`,
    keeps: (password) => characters(password) >= minimum,
  },
  {
    rule: 'too-long',
    demand: `${MAXIMUM} characters at most`,
    keeps: (password) => characters(password) <= MAXIMUM,
  },
];

const COMPOSITION: readonly PasswordCheck[] = [
  { rule: 'no-upper-case', demand: 'an upper-case letter', keeps: (password) => /\p{Lu}/u.test(password) },
  { rule: 'no-lower-case', demand: 'a lower-case letter', keeps: (password) => /\p{Ll}/u.test(password) },
  { rule: 'no-digit', demand: 'a digit', keeps: (password) => /\p{Nd}/u.test(password) },
];

/** Common passwords in lower case: `Password1` is as easily guessed as `password1`. */
const uncommon = (common: ReadonlySet<string>): PasswordCheck => ({
  rule: 'common',
  demand: 'to be less common: this one is among the first to be tried',
  keeps: (password) => !common.has(password.toLowerCase()),
});

/**
 * The rules of a policy, in the order in which they are named to the user.
 * @param common the passwords to refuse, in lower case (see common-passwords.ts)
 */
export function passwordChecks(policy: PasswordPolicy, common: ReadonlySet<string>): readonly PasswordCheck[] {
  return policy === 'nist' ? [...length(15), uncommon(common)] : [...length(8), ...COMPOSITION, uncommon(common)];
}

/** The rules that `password` breaks, in the policy's order; none when it will do. */
export function brokenRules(
  policy: PasswordPolicy,
  common: ReadonlySet<string>,
  password: string,
): readonly PasswordCheck[] {
  return passwordChecks(policy, common).filter(({ keeps }) => !keeps(password));
}
