import type { AuthEventKind, AuthEventOutcome } from '../../graphql/generated/operations.ts';

/** The kinds of events in plain words: every kind that the API has when this client is built. */
export const KINDS: Readonly<Record<AuthEventKind, string>> = {
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
  PROFILE_CHANGED: 'Name changed',
  EMAIL_VERIFICATION_REQUESTED: 'Confirmation of the e-mail address requested',
  EMAIL_VERIFIED: 'E-mail address confirmed',
  EMAIL_CHANGE_REQUESTED: 'Change of the e-mail address requested',
  EMAIL_CHANGED: 'E-mail address changed',
  PASSWORD_RESET_REQUESTED: 'Password reset requested',
  PASSWORD_RESET: 'Password reset',
  SECOND_FACTOR_ENABLED: 'Second factor enabled',
  SECOND_FACTOR_DISABLED: 'Second factor disabled',
  SECOND_FACTOR_CHECKED: 'Second factor checked',
  BACKUP_CODES_CREATED: 'Backup codes created',
  PASSKEY_ADDED: 'Passkey added',
  PASSKEY_CHANGED: 'Passkey renamed',
  PASSKEY_REMOVED: 'Passkey removed',
  STEP_UP: 'Signed in again',
  PROVIDER_LINKED: 'Provider linked',
  PROVIDER_UNLINKED: 'Provider unlinked',
  ACCESS_REFUSED: 'Request refused',
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

/** Returns what happened: "Sign-in". A kind of a newer API is its name in words. */
export function kindText(kind: string): string {
  const words = kind.toLowerCase().replaceAll('_', ' ');
  return new Map(Object.entries(KINDS)).get(kind) ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** Returns what went wrong: "failed, wrong password"; undefined if nothing did. */
export function problemText(outcome: AuthEventOutcome, detail: string | null): string | undefined {
  const problem = PROBLEMS[outcome];
  const reason = detail === null ? undefined : DETAILS[detail];
  return problem !== undefined && reason !== undefined ? `${problem}, ${reason}` : problem;
}
