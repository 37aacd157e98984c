/** What happened to an account, as `auth.auth_event` names it: schema/security.graphql describes the values. */
export type AccountEventKind = 'SIGN_UP' | 'SIGN_IN' | 'SIGN_OUT' | 'RENEWAL' | 'PASSWORD_CHANGED';

/** One endpoint under /api/auth. */
export interface AuthEndpoint {
  readonly method: 'GET' | 'POST';
  /** The most requests from one network in any minute. */
  readonly limitPerMinute: number;
  /** The kind of event that the security log has of a request; absent for a request that is not logged. */
  readonly event?: AccountEventKind;
  /** Whether it hashes a password: such requests wait in a queue, by network. */
  readonly hashesPassword?: true;
  /** The property of the body with a new password, which the password policy applies to. */
  readonly newPassword?: 'password' | 'newPassword';
  /** Whether its success authenticates the user: the response then carries an access token. */
  readonly issuesToken?: true;
  /** Whether it can end the session that it came with: the session's user is looked up before it runs. */
  readonly endsSessions?: true;
}

/** The most sign-ins, sign-ups and password changes (each counted separately) from one network in any minute. */
export const CREDENTIAL_LIMIT = 200;

// Normal use stays far below both limits; a school behind one address hardly reaches them.
const CREDENTIALS = {
  method: 'POST',
  limitPerMinute: CREDENTIAL_LIMIT,
  hashesPassword: true,
  issuesToken: true,
} as const;
const ENDS_SESSIONS = { method: 'POST', limitPerMinute: 600, event: 'SIGN_OUT', endsSessions: true } as const;
// mail-plugin.ts limits them further, for each account and each address that is written to.
const MAIL = { method: 'POST', limitPerMinute: 60 } as const;
const READ = { method: 'GET', limitPerMinute: 600 } as const;

/** Every endpoint under /api/auth, by path; requests to Better Auth's other endpoints are answered with 404. */
export const AUTH_ENDPOINTS: ReadonlyMap<string, AuthEndpoint> = new Map<string, AuthEndpoint>([
  ['/sign-up/email', { ...CREDENTIALS, event: 'SIGN_UP', newPassword: 'password' }],
  ['/sign-in/email', { ...CREDENTIALS, event: 'SIGN_IN' }],
  ['/sign-out', ENDS_SESSIONS],
  ['/get-session', { ...READ, event: 'RENEWAL' }],
  ['/access-token', { ...READ, event: 'RENEWAL' }],
  ['/list-sessions', READ],
  ['/revoke-session', ENDS_SESSIONS],
  ['/revoke-other-sessions', ENDS_SESSIONS],
  ['/revoke-sessions', ENDS_SESSIONS],
  ['/request-password-reset', MAIL],
  [
    '/reset-password',
    { method: 'POST', limitPerMinute: 60, hashesPassword: true, newPassword: 'newPassword', event: 'PASSWORD_CHANGED' },
  ],
  ['/send-verification-email', MAIL],
  ['/verify-email', MAIL],
  ['/change-email', { ...MAIL, hashesPassword: true }],
  ['/change-password', { ...CREDENTIALS, event: 'PASSWORD_CHANGED', newPassword: 'newPassword', endsSessions: true }],
]);

/** Returns the endpoint of a method and a path below /api/auth; undefined if there is none. */
export function findEndpoint(method: string, path: string): AuthEndpoint | undefined {
  const endpoint = AUTH_ENDPOINTS.get(path);
  return endpoint?.method === method ? endpoint : undefined;
}
