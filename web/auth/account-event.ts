import { clientOf, type RequestClient } from '../../runtime/http/request-client.ts';
import { type AccountEventKind, type AuthEndpoint, findEndpoint } from './endpoints.ts';
import { SECOND_FACTOR_PARAMETER } from './return-target.ts';

/** One row of `auth.auth_event`: schema/security.graphql describes its values. */
export interface AccountEvent extends RequestClient {
  readonly kind: AccountEventKind;
  readonly outcome: 'SUCCEEDED' | 'FAILED' | 'REFUSED' | 'LIMITED';
  /** The account's user; null if the user is unknown, or known by `email` alone. */
  readonly userId: string | null;
  /** The e-mail address of the attempt: used to find the user, and not stored, since users type passwords there. */
  readonly email: string | null;
  /** A code of Better Auth's or ours. */
  readonly detail: string | null;
}

/** A request under /api/auth and its response. */
export interface Exchange {
  /** Below /api/auth. */
  readonly path: string;
  readonly request: Request;
  /** The request with an unread body; null if the request was rejected before its body was read. */
  readonly requestForLog: Request | null;
  readonly response: Response;
  /** The user of the request, if it was looked up. */
  readonly requester: { readonly userId: string; readonly inSession: boolean } | null;
  /** How many sessions the request ended. */
  readonly sessionsEnded: number;
}

/** The properties of Better Auth's responses that events are made from. */
interface BetterAuthBody {
  readonly code?: unknown;
  readonly user?: { readonly id?: unknown } | null;
  /** Whether the password was right, and the sign-in waits for the second factor. */
  readonly twoFactorRedirect?: unknown;
}

/**
 * Returns the event that an exchange is recorded as; null for a path that is not logged, for a successful renewal, for
 * a request that could have ended a session and did not, and for a failure of the server, which is in the process's log.
 */
export async function toAccountEvent(exchange: Exchange): Promise<AccountEvent | null> {
  const { path, request, requestForLog, response, requester, sessionsEnded } = exchange;
  const endpoint = findEndpoint(request.method, path);
  const kind = (requester?.inSession ? endpoint?.eventInSession : undefined) ?? endpoint?.event;
  if (endpoint === undefined || kind === undefined) return null;
  const { status } = response;
  if (status >= 500 || (endpoint.recordsRefusalsOnly && ![403, 404, 429].includes(status))) return null;
  const { code: bodyCode, user, twoFactorRedirect }: BetterAuthBody = (await readJsonObject(response.clone())) ?? {};
  const location = response.headers.get('location');
  const pending = twoFactorRedirect === true || parameterOf(location, SECOND_FACTOR_PARAMETER) !== null;
  const code = endpoint.redirects && status < 400 ? (parameterOf(location, 'error')?.toUpperCase() ?? null) : bodyCode;
  const outcome = endpoint.redirects && code !== null && status < 400 ? 'REFUSED' : outcomeOf(kind, status, code);
  const accountId =
    requester?.userId ?? response.headers.get(SIGNED_IN_USER) ?? (typeof user?.id === 'string' ? user.id : null);
  if (kind === 'SIGN_OUT' && outcome === 'SUCCEEDED' && (accountId === null || sessionsEnded === 0)) return null;
  // A reset: its response names no user; password-reset.ts has recorded it.
  if (path === '/reset-password' && outcome === 'SUCCEEDED') return null;
  return {
    kind,
    outcome,
    userId: accountId,
    email:
      (pending || namesAccount(kind, outcome, code)) && requestForLog !== null ? await emailFrom(requestForLog) : null,
    ...clientOf(request.headers),
    detail: detailOf(status, code) ?? (outcome === 'SUCCEEDED' ? successDetail(endpoint, kind, pending) : null),
  };
}

/** The response header with the id of the user whom a redirect signed in, for auth-gateway.ts, which removes it. */
export const SIGNED_IN_USER = 'X-Signed-In-User';

/** Returns a parameter of the target of a redirect; null without one. */
function parameterOf(location: string | null, name: string): string | null {
  return URL.parse(location ?? '', 'http://nowhere.invalid')?.searchParams.get(name) ?? null;
}

/** The codes of responses without a code. */
const STATUS_CODES: Readonly<Record<number, string>> = { 429: 'TOO_MANY_REQUESTS' };

function detailOf(status: number, code: unknown): string | null {
  return typeof code === 'string' && /^[A-Z0-9_]{1,100}$/.test(code) ? code : (STATUS_CODES[status] ?? null);
}

function successDetail({ detail, event }: AuthEndpoint, kind: AccountEvent['kind'], pending: boolean): string | null {
  if (pending) return 'SECOND_FACTOR_REQUIRED';
  return (kind === event ? detail : undefined) ?? null;
}

/** The codes of a wrong password, code or passkey. */
const WRONG_SECRET: ReadonlySet<unknown> = new Set([
  'INVALID_PASSWORD',
  'INVALID_CODE',
  'INVALID_BACKUP_CODE',
  'AUTHENTICATION_FAILED',
]);

function outcomeOf(kind: AccountEvent['kind'], status: number, code: unknown): AccountEvent['outcome'] {
  if (status === 429) return 'LIMITED';
  if (status < 400) return 'SUCCEEDED';
  if (WRONG_SECRET.has(code)) return 'FAILED';
  // Of the others, 401 means that there is no session.
  if ((kind !== 'SIGN_UP' && kind !== 'SIGN_IN') || code === 'UNAUTHORIZED') return 'REFUSED';
  // 401 follows a password check (or the dummy hash of an unknown address); 422 means that the address is taken.
  return status === 401 || status === 422 ? 'FAILED' : 'REFUSED';
}

/**
 * Whether the body alone names the account: the attempt failed, strangers have used up the guesses, or a mail to reset
 * the password was requested.
 */
const namesAccount = (kind: AccountEvent['kind'], outcome: AccountEvent['outcome'], code: unknown): boolean =>
  outcome === 'FAILED' ||
  (outcome === 'LIMITED' && code === 'TOO_MANY_GUESSES') ||
  (outcome === 'SUCCEEDED' && kind === 'PASSWORD_RESET_REQUESTED');

/** Returns the e-mail address in a request's body, in lower case; null if there is none that an account can have. */
export async function emailFrom(request: Request): Promise<string | null> {
  const { email }: { email?: unknown } = (await readJsonObject(request)) ?? {};
  // In lower case, as Better Auth stores addresses. PostgreSQL's text cannot hold NUL or lone surrogates.
  return typeof email === 'string' && email.isWellFormed() && !email.includes('\0') ? email.toLowerCase() : null;
}

/** Returns the JSON object in a body; null for any other content. */
async function readJsonObject(message: Request | Response): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(await message.text());
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
