import type { AuthEventKind } from '../../runtime/auth-event-kind.ts';

/** The events that the web app records; the others are recorded by the API and by PostgreSQL. */
export type AccountEventKind = Exclude<AuthEventKind, 'ROLE_CHANGED' | 'EVERY_OWNER_READ' | 'ACCESS_REFUSED'>;

/** One endpoint under /api/auth. */
export interface AuthEndpoint {
  readonly method: 'GET' | 'POST';
  /** The most requests from one network in any minute. */
  readonly limitPerMinute: number;
  /** The kind of event that the security log has of a request; absent for a request that is not logged. */
  readonly event?: AccountEventKind;
  /** Whether it hashes a password: such requests wait in a queue, by network. */
  readonly hashesPassword?: true;
  /**
   * Whose password or code a request can guess: that of the account whose e-mail `address` is in the body, or that of the
   * account of its `session`, or of a sign-in that waits for the second factor. Such requests are counted before the
   * check (guess-limit.ts). Absent for an endpoint that checks neither.
   */
  readonly guess?: 'address' | 'session';
  /** The property of the body with a new password, which the password policy applies to. */
  readonly newPassword?: 'password' | 'newPassword';
  /** Whether its success authenticates the user: the response then carries an access token. */
  readonly issuesToken?: true;
  /** Whether only its refusals are recorded: its success is no event, or another request has it. */
  readonly recordsRefusalsOnly?: true;
  /** Whether it answers with a redirect, errors included: `?error=` in its target says what went wrong. */
  readonly redirects?: true;
  /**
   * Whether the user of the session, or of the sign-in that waits for a second factor, is looked up before it runs: it
   * can end that session, or its response does not name the user.
   */
  readonly identifiesUser?: true;
  /** Whether it can end the session that it came with: `identifiesUser` applies too. */
  readonly endsSessions?: true;
  /** The kind of event if the request carries a session; default: `event`. */
  readonly eventInSession?: AccountEventKind;
  /** The detail of the event of a success. */
  readonly detail?: string;
  /** The most seconds since the user of the session authenticated; a later request is answered STEP_UP_REQUIRED. */
  readonly maxAge?: number;
  /** Whether its body may contain objects and lists, as the responses of authenticators do. */
  readonly nestedBody?: true;
}

/** The most seconds between an authentication and a change of the ways to sign in, as for `clearTasks` in the schema. */
export const STEP_UP_MAX_AGE = 300;

/** The most sign-ins, sign-ups and password changes (each counted separately) from one network in any minute. */
export const CREDENTIAL_LIMIT = 200;

/** The most exports of accounts from one network in any minute. */
export const EXPORT_LIMIT = 10;

// Normal use stays far below both limits; a school behind one address hardly reaches them.
const CREDENTIALS = {
  method: 'POST',
  limitPerMinute: CREDENTIAL_LIMIT,
  hashesPassword: true,
  issuesToken: true,
} as const;
const ENDS_SESSIONS = { method: 'POST', limitPerMinute: 600, event: 'SIGN_OUT', endsSessions: true } as const;
const PROVIDER = { method: 'POST', limitPerMinute: CREDENTIAL_LIMIT, recordsRefusalsOnly: true } as const;
// mail-plugin.ts limits them further, for each account and each address that is written to.
const MAIL = { method: 'POST', limitPerMinute: 60 } as const;
const READ = { method: 'GET', limitPerMinute: 600 } as const;
/** Changes by a signed-in user, without a password: no user makes sixty in a minute. */
const CHANGE = { method: 'POST', limitPerMinute: 60 } as const;
/** A change that does harm in a stolen session: it needs a recent authentication. */
const FRESH_CHANGE = { ...CHANGE, identifiesUser: true, maxAge: STEP_UP_MAX_AGE } as const;
const POST = { method: 'POST', limitPerMinute: 600 } as const;
/** Changes a way to sign in. */
const PROTECTED_CHANGE = { ...POST, identifiesUser: true, maxAge: STEP_UP_MAX_AGE } as const;
const CODE_CHECK = {
  ...POST,
  identifiesUser: true,
  guess: 'session',
  event: 'SECOND_FACTOR_CHECKED',
  issuesToken: true,
} as const;
const STEP_UP = { ...POST, identifiesUser: true, event: 'STEP_UP' } as const;

/** Every endpoint under /api/auth, by path; requests to Better Auth's other endpoints are answered with 404. */
export const AUTH_ENDPOINTS: ReadonlyMap<string, AuthEndpoint> = new Map<string, AuthEndpoint>([
  ['/sign-up/email', { ...CREDENTIALS, event: 'SIGN_UP', newPassword: 'password' }],
  ['/sign-in/email', { ...CREDENTIALS, event: 'SIGN_IN', guess: 'address' }],
  // The sign-in itself is the provider's redirect to /callback/.
  ['/sign-in/social', { ...PROVIDER, event: 'SIGN_IN' }],
  ['/link-social', { ...PROVIDER, event: 'PROVIDER_LINKED', identifiesUser: true, maxAge: STEP_UP_MAX_AGE }],
  // Its success has an event of its own, with the provider (unlink-provider-plugin.ts).
  ['/unlink-social', { ...PROTECTED_CHANGE, event: 'PROVIDER_UNLINKED', recordsRefusalsOnly: true }],
  ['/callback/:id', { method: 'GET', limitPerMinute: CREDENTIAL_LIMIT, event: 'SIGN_IN', redirects: true }],
  ['/sign-out', ENDS_SESSIONS],
  ['/get-session', { ...READ, event: 'RENEWAL', recordsRefusalsOnly: true }],
  ['/access-token', { ...READ, event: 'RENEWAL', recordsRefusalsOnly: true }],
  ['/list-sessions', READ],
  ['/revoke-session', ENDS_SESSIONS],
  ['/revoke-other-sessions', ENDS_SESSIONS],
  ['/revoke-sessions', ENDS_SESSIONS],
  [
    '/change-password',
    { ...CREDENTIALS, event: 'PASSWORD_CHANGED', guess: 'session', newPassword: 'newPassword', endsSessions: true },
  ],
  ['/update-user', { ...CHANGE, event: 'PROFILE_CHANGED', identifiesUser: true }],
  // Each export is recorded: few of them.
  ['/export-account', { ...FRESH_CHANGE, limitPerMinute: EXPORT_LIMIT, event: 'DATA_EXPORTED' }],
  [
    '/delete-user',
    {
      method: 'POST',
      limitPerMinute: CREDENTIAL_LIMIT,
      hashesPassword: true,
      guess: 'session',
      maxAge: STEP_UP_MAX_AGE,
      event: 'ACCOUNT_DELETED',
      endsSessions: true,
    },
  ],
  ['/admin/ban-user', { ...FRESH_CHANGE, event: 'BANNED' }],
  ['/admin/unban-user', { ...FRESH_CHANGE, event: 'UNBANNED' }],
  ['/request-password-reset', { ...MAIL, event: 'PASSWORD_RESET_REQUESTED' }],
  [
    '/reset-password',
    { method: 'POST', limitPerMinute: 60, hashesPassword: true, newPassword: 'newPassword', event: 'PASSWORD_RESET' },
  ],
  ['/send-verification-email', { ...MAIL, event: 'EMAIL_VERIFICATION_REQUESTED', identifiesUser: true }],
  ['/verify-email', { ...MAIL, event: 'EMAIL_VERIFIED', identifiesUser: true }],
  ['/change-email', { ...FRESH_CHANGE, event: 'EMAIL_CHANGE_REQUESTED' }],
  ['/two-factor/enable', PROTECTED_CHANGE],
  ['/two-factor/verify-totp', { ...CODE_CHECK, detail: 'TOTP', eventInSession: 'SECOND_FACTOR_ENABLED' }],
  ['/two-factor/verify-backup-code', { ...CODE_CHECK, detail: 'BACKUP_CODE' }],
  ['/two-factor/generate-backup-codes', { ...PROTECTED_CHANGE, event: 'BACKUP_CODES_CREATED' }],
  ['/two-factor/disable', { ...PROTECTED_CHANGE, event: 'SECOND_FACTOR_DISABLED', issuesToken: true }],
  ['/passkey/generate-authenticate-options', READ],
  [
    '/passkey/verify-authentication',
    { ...POST, event: 'SIGN_IN', detail: 'PASSKEY', nestedBody: true, issuesToken: true },
  ],
  ['/passkey/generate-register-options', { ...READ, maxAge: STEP_UP_MAX_AGE }],
  ['/passkey/verify-registration', { ...PROTECTED_CHANGE, event: 'PASSKEY_ADDED', nestedBody: true }],
  ['/passkey/list-user-passkeys', READ],
  ['/passkey/update-passkey', { ...PROTECTED_CHANGE, event: 'PASSKEY_CHANGED' }],
  ['/passkey/delete-passkey', { ...PROTECTED_CHANGE, event: 'PASSKEY_REMOVED' }],
  ['/step-up/methods', READ],
  [
    '/step-up/password',
    { ...STEP_UP, guess: 'session', limitPerMinute: CREDENTIAL_LIMIT, hashesPassword: true, detail: 'PASSWORD' },
  ],
  ['/step-up/totp', { ...STEP_UP, guess: 'session', detail: 'TOTP' }],
  ['/step-up/passkey', { ...STEP_UP, detail: 'PASSKEY', nestedBody: true }],
]);

/**
 * Returns the key of a path in the table: the path itself, or `/callback/:id` for every provider. Limits count by it, so
 * that invented providers have no limit of their own.
 */
export function endpointPath(path: string): string {
  return /^\/callback\/[a-z0-9-]{1,40}$/.test(path) ? '/callback/:id' : path;
}

/** Returns the endpoint of a method and a path below /api/auth; undefined if there is none. */
export function findEndpoint(method: string, path: string): AuthEndpoint | undefined {
  if (path.includes(':')) return undefined;
  const endpoint = AUTH_ENDPOINTS.get(endpointPath(path));
  return endpoint?.method === method ? endpoint : undefined;
}
