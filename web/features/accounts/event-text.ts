import type { AuthEventKind, AuthEventOutcome } from '../../graphql/generated/graphql.ts';

/** The kinds of events in plain words. One without an entry has its name in lower case. */
const KINDS: Readonly<Partial<Record<AuthEventKind, string>>> = {
  SIGN_UP: 'Account created',
  SIGN_IN: 'Sign-in',
  SIGN_OUT: 'Session ended',
  RENEWAL: 'Renewal of access',
  PASSWORD_CHANGED: 'Password changed',
  ACCOUNT_DELETED: 'Account deleted',
  DATA_EXPORTED: 'Data exported',
  BANNED: 'Account banned',
  UNBANNED: 'Ban lifted',
  ROLE_CHANGED: 'Role changed',
  EVERY_OWNER_READ: 'Data of all users read',
};

const PROBLEMS: Readonly<Record<AuthEventOutcome, string | undefined>> = {
  SUCCEEDED: undefined,
  FAILED: 'failed',
  REFUSED: 'refused',
  LIMITED: 'too many attempts',
};

/** Details that say more than the outcome; others are codes for engineers, and only administrators see them. */
const DETAILS: Readonly<Record<string, string>> = {
  INVALID_EMAIL_OR_PASSWORD: 'wrong password',
  INVALID_PASSWORD: 'wrong password',
  ACCOUNT_BANNED: 'the account is banned',
  SESSION_LIMIT: 'the oldest of 100 sessions',
};

/** Returns what happened: "Sign-in". */
export function kindText(kind: AuthEventKind): string {
  const words = kind.toLowerCase().replaceAll('_', ' ');
  return KINDS[kind] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** Returns what went wrong: "failed, wrong password"; undefined if nothing did. */
export function problemText(outcome: AuthEventOutcome, detail: string | null): string | undefined {
  const problem = PROBLEMS[outcome];
  const reason = detail === null ? undefined : DETAILS[detail];
  return problem !== undefined && reason !== undefined ? `${problem}, ${reason}` : problem;
}
