import data from './common-passwords.json' with { type: 'json' };

/** The passwords that attackers try first, in lower case. 22 kB as sent: forms import this only when it is needed. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(data.passwords.split(' '));
