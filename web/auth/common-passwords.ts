import data from './common-passwords.json' with { type: 'json' };

/** The passwords that attackers try first, in lower case. 22 kB compressed: forms import this file only when needed. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(data.passwords.split(' '));
