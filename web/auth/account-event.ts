import { isIP } from 'node:net';

/** Something that happened to an account, as it is kept in auth.auth_event: see schema/security.graphql for the words. */
export interface AccountEvent {
  readonly kind: 'SIGN_UP' | 'SIGN_IN' | 'SIGN_OUT' | 'RENEWAL' | 'PASSWORD_CHANGED';
  readonly outcome: 'SUCCEEDED' | 'FAILED' | 'REFUSED' | 'LIMITED';
  /** Whose account it is; null where only `email` may tell, or nothing does. */
  readonly userId: string | null;
  /** The e-mail address that was tried. It is looked up and not kept: people type their password there. */
  readonly email: string | null;
  /** The client's IP address. */
  readonly address: string | null;
  readonly userAgent: string | null;
  /** A code of Better Auth's or ours. */
  readonly detail: string | null;
}

/** The requests that are an account's business, and what each of them does. */
const EVENT_KINDS: ReadonlyMap<string, AccountEvent['kind']> = new Map([
  ['POST /sign-up/email', 'SIGN_UP'],
  ['POST /sign-in/email', 'SIGN_IN'],
  ['POST /sign-out', 'SIGN_OUT'],
  ['POST /revoke-session', 'SIGN_OUT'],
  ['POST /revoke-other-sessions', 'SIGN_OUT'],
  ['POST /revoke-sessions', 'SIGN_OUT'],
  ['POST /change-password', 'PASSWORD_CHANGED'],
  ['GET /access-token', 'RENEWAL'],
  ['GET /get-session', 'RENEWAL'],
]);

/** What a request under /api/auth has come to. */
export interface Exchange {
  /** Below /api/auth. */
  readonly path: string;
  readonly request: Request;
  /** The request with a body that can be read; null where it was refused before anybody read it. */
  readonly readableRequest: Request | null;
  readonly response: Response;
  /** Whose session the request came with, where that was asked for. */
  readonly userId: string | null;
  /** How many sessions the request ended, where it was one that can. */
  readonly sessionsEnded: number;
}

/** The answer of Better Auth, in the parts that matter here. */
interface BetterAuthBody {
  readonly code?: unknown;
  readonly user?: { readonly id?: unknown } | null;
}

/**
 * What an exchange has done to an account, or null: for what is no account's business, for a renewal that went as it
 * should, for a request that ended no session although it could have, and for a fault of ours, which is in the log.
 */
export async function toAccountEvent(exchange: Exchange): Promise<AccountEvent | null> {
  const { path, request, readableRequest, response, userId, sessionsEnded } = exchange;
  const kind = EVENT_KINDS.get(`${request.method} ${path}`);
  if (kind === undefined) return null;
  if (response.status >= 500 || (kind === 'RENEWAL' && ![403, 429].includes(response.status))) return null;
  const { code, user }: BetterAuthBody = (await readJsonObject(response.clone())) ?? {};
  const outcome = outcomeOf(kind, response.status, code);
  const accountId = userId ?? (typeof user?.id === 'string' ? user.id : null);
  if (kind === 'SIGN_OUT' && outcome === 'SUCCEEDED' && (accountId === null || sessionsEnded === 0)) return null;
  const address = request.headers.get('x-forwarded-for') ?? '';
  return {
    kind,
    outcome,
    userId: accountId,
    email: outcome === 'FAILED' && readableRequest !== null ? await emailFrom(readableRequest) : null,
    address: isIP(address) === 0 ? null : address.slice(0, 64),
    userAgent: request.headers.get('user-agent')?.slice(0, 300) ?? null,
    detail:
      typeof code === 'string' && /^[A-Z0-9_]{1,100}$/.test(code) ? code : (STATUS_CODES[response.status] ?? null),
  };
}

/** The codes of answers that come without one. */
const STATUS_CODES: Readonly<Record<number, string>> = { 429: 'TOO_MANY_REQUESTS' };

function outcomeOf(kind: AccountEvent['kind'], status: number, code: unknown): AccountEvent['outcome'] {
  if (status === 429) return 'LIMITED';
  if (status < 400) return 'SUCCEEDED';
  // Here 401 is no session, and a wrong password 400.
  if (kind === 'PASSWORD_CHANGED' || kind === 'SIGN_OUT') return code === 'INVALID_PASSWORD' ? 'FAILED' : 'REFUSED';
  // 401 comes after the password was checked, or hashed in vain; 422 after the address was found to be taken.
  return status === 401 || status === 422 ? 'FAILED' : 'REFUSED';
}

async function emailFrom(request: Request): Promise<string | null> {
  const { email }: { email?: unknown } = (await readJsonObject(request)) ?? {};
  // As Better Auth spells addresses; what PostgreSQL could not take is nobody's address.
  return typeof email === 'string' && email.isWellFormed() && !email.includes('\0') ? email.toLowerCase() : null;
}

/** The JSON object in a body; null for anything else. */
async function readJsonObject(message: Request | Response): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(await message.text());
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
